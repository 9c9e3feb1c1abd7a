package autograd

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// run makes an operator of f and computes it. None of the operators here can
// fail, so ag never reaches its log.Fatal.
func run(f ag.AutoGradFunction) mat.Tensor { return ag.NewOperator(f).Run() }

// data returns the elements of a node or parameter without a copy.
func data(t mat.Tensor) []float32 { return mat.Data[float32](t.Value()) }

// matrix returns the elements of a node or parameter as a matrix, without a copy.
func matrix(t mat.Tensor) kernel.Matrix {
	rows, cols := rowsCols(t)
	return kernel.RowMajor(data(t), rows, cols)
}

// newNode returns the value of a node.
func newNode(x []float32, rows, cols int) *mat.Dense[float32] {
	return mat.NewDense[float32](mat.WithShape(rows, cols), mat.WithBacking(x))
}

// accumulate adds a gradient to an operand, in the operand's own shape.
//
// Operators give parameters their gradients before other operands: the operator
// before runs only then, so the gradients of a parameter that several operators
// share are added one by one, in the same order every time.
func accumulate(t mat.Tensor, grad []float32) {
	if p, ok := t.(*nn.Param); ok {
		kernel.Add(gradient(p), grad)
		return
	}
	t.AccGrad(mat.NewDense[float32](mat.WithShape(append([]int(nil), t.Shape()...)...), mat.WithBacking(grad)))
}

// gradient returns the memory of a parameter's gradient, zeros if it has none
// yet. Operators add to it in place.
func gradient(p *nn.Param) []float32 {
	if !p.HasGrad() {
		p.AccGrad(mat.NewDense[float32](mat.WithShape(append([]int(nil), p.Shape()...)...)))
	}
	return mat.Data[float32](p.Grad())
}

// into returns where to add the gradient of an operand, and what to call when
// that is done.
func into(t mat.Tensor) (grad []float32, done func()) {
	if p, ok := t.(*nn.Param); ok {
		return gradient(p), func() {}
	}
	grad = make([]float32, t.Size())
	return grad, func() { accumulate(t, grad) }
}

// rowsCols returns the shape of a matrix.
func rowsCols(t mat.Tensor) (rows, cols int) {
	s := t.Shape()
	return s[0], s[1]
}

package autograd

import (
	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
)

// run makes an operator of f and computes it. None of the operators here can
// fail, so ag never reaches its log.Fatal.
func run(f ag.AutoGradFunction) mat.Tensor { return ag.NewOperator(f).Run() }

// data returns the elements of a node or parameter without a copy.
func data(t mat.Tensor) []float32 { return mat.Data[float32](t.Value()) }

// newNode returns the value of a node.
func newNode(x []float32, rows, cols int) *mat.Dense[float32] {
	return mat.NewDense[float32](mat.WithShape(rows, cols), mat.WithBacking(x))
}

// accumulate adds a gradient to an operand, in the operand's own shape.
func accumulate(t mat.Tensor, grad []float32) {
	t.AccGrad(mat.NewDense[float32](mat.WithShape(append([]int(nil), t.Shape()...)...), mat.WithBacking(grad)))
}

// rowsCols returns the shape of a matrix.
func rowsCols(t mat.Tensor) (rows, cols int) {
	s := t.Shape()
	return s[0], s[1]
}

package bert

import (
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// linearOp is [x·W0ᵀ+b0, x·W1ᵀ+b1, …] for x [rows, in]: layers side by side in
// one product [rows, Σ out], so that x gets one gradient from all of them.
type linearOp struct {
	x      mat.Tensor
	layers []*Linear
}

// stacked runs layers over the same x.
func stacked(x mat.Tensor, layers ...*Linear) mat.Tensor {
	return run(&linearOp{x: x, layers: layers})
}

func (f *linearOp) Operands() []mat.Tensor {
	operands := []mat.Tensor{f.x}
	for _, l := range f.layers {
		operands = append(operands, l.Weight)
		if l.Bias != nil {
			operands = append(operands, l.Bias)
		}
	}
	return operands
}

// each calls fn with every layer and the columns that it has in the result.
func (f *linearOp) each(fn func(l *Linear, from, out int)) (width int) {
	for _, l := range f.layers {
		out, _ := rowsCols(l.Weight)
		if fn != nil {
			fn(l, width, out)
		}
		width += out
	}
	return width
}

func (f *linearOp) Forward() (mat.Tensor, error) {
	rows, in := rowsCols(f.x)
	width := f.each(nil)
	y := make([]float32, rows*width)
	f.each(func(l *Linear, from, out int) {
		beta := float32(0)
		if l.Bias != nil {
			for r := range rows {
				copy(y[r*width+from:], values(l.Bias))
			}
			beta = 1
		}
		blas32.Gemm(blas.NoTrans, blas.Trans, 1, general(data(f.x), rows, in), general(values(l.Weight), out, in),
			beta, blas32.General{Rows: rows, Cols: out, Stride: width, Data: y[from:]})
	})
	return newNode(y, rows, width), nil
}

func (f *linearOp) Backward(gy mat.Tensor) error {
	rows, in := rowsCols(f.x)
	width := f.each(nil)
	g, x := data(gy), general(data(f.x), rows, in)
	var gx []float32
	if f.x.RequiresGrad() {
		gx = make([]float32, rows*in)
	}
	f.each(func(l *Linear, from, out int) {
		gl := blas32.General{Rows: rows, Cols: out, Stride: width, Data: g[from:]}
		if gx != nil { // gx += g·W
			blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, gl, general(values(l.Weight), out, in), 1, general(gx, rows, in))
		}
		if l.Weight.RequiresGrad() { // gᵀ·x
			gw := make([]float32, out*in)
			blas32.Gemm(blas.Trans, blas.NoTrans, 1, gl, x, 0, general(gw, out, in))
			accumulate(l.Weight, gw)
		}
		if l.Bias != nil && l.Bias.RequiresGrad() {
			accumulateColumns(l.Bias, g[from:], rows, out, width)
		}
	})
	if gx != nil {
		accumulate(f.x, gx)
	}
	return nil
}

func general(x []float32, rows, cols int) blas32.General {
	return blas32.General{Rows: rows, Cols: cols, Stride: max(cols, 1), Data: x}
}

// accumulateColumns hands p [cols] the column sums of g [rows, cols].
func accumulateColumns(p *nn.Param, g []float32, rows, cols, ld int) {
	sum := make([]float32, cols)
	for r := range rows {
		add(sum, g[r*ld:])
	}
	accumulate(p, sum)
}

// activate applies fn to every element.
type activate struct {
	x  mat.Tensor
	fn activation
}

func (f *activate) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *activate) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	y := make([]float32, rows*cols)
	for i, v := range data(f.x) {
		y[i] = float32(f.fn.f(float64(v)))
	}
	return newNode(y, rows, cols), nil
}

func (f *activate) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	x, g := data(f.x), data(gy)
	gx := make([]float32, len(x))
	for i, v := range x {
		gx[i] = g[i] * float32(f.fn.df(float64(v)))
	}
	accumulate(f.x, gx)
	return nil
}

package autograd

import (
	"github.com/nlpodyssey/spago/mat"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// Affine holds the parameters of x·Weightᵀ + Bias.
type Affine struct {
	Weight mat.Tensor // [out, in]
	Bias   mat.Tensor // [out], or nil
}

// linear is [x·W0ᵀ+b0, x·W1ᵀ+b1, …] for x [rows, in].
type linear struct {
	x      mat.Tensor
	layers []Affine
}

// Linear applies layers to the same x [rows, in], side by side in one product
// [rows, Σ out], so that x gets one gradient from all of them.
func Linear(x mat.Tensor, layers ...Affine) mat.Tensor {
	return run(&linear{x: x, layers: layers})
}

func (f *linear) Operands() []mat.Tensor {
	operands := []mat.Tensor{f.x}
	for _, l := range f.layers {
		operands = append(operands, l.Weight)
		if l.Bias != nil {
			operands = append(operands, l.Bias)
		}
	}
	return operands
}

// each calls fn with every layer and its columns in the result.
func (f *linear) each(fn func(l Affine, from, out int)) (width int) {
	for _, l := range f.layers {
		out, _ := rowsCols(l.Weight)
		if fn != nil {
			fn(l, width, out)
		}
		width += out
	}
	return width
}

func (f *linear) Forward() (mat.Tensor, error) {
	rows, in := rowsCols(f.x)
	width := f.each(nil)
	y := make([]float32, rows*width)
	f.each(func(l Affine, from, out int) {
		beta := float32(0)
		if l.Bias != nil {
			for r := range rows {
				copy(y[r*width+from:], data(l.Bias))
			}
			beta = 1
		}
		blas32.Gemm(blas.NoTrans, blas.Trans, 1, general(data(f.x), rows, in), general(data(l.Weight), out, in),
			beta, blas32.General{Rows: rows, Cols: out, Stride: width, Data: y[from:]})
	})
	return newNode(y, rows, width), nil
}

func (f *linear) Backward(gy mat.Tensor) error {
	rows, in := rowsCols(f.x)
	width := f.each(nil)
	g, x := data(gy), general(data(f.x), rows, in)
	var gx []float32
	if f.x.RequiresGrad() {
		gx = make([]float32, rows*in)
	}
	f.each(func(l Affine, from, out int) {
		gl := blas32.General{Rows: rows, Cols: out, Stride: width, Data: g[from:]}
		if gx != nil { // gx += g·W
			blas32.Gemm(blas.NoTrans, blas.NoTrans, 1, gl, general(data(l.Weight), out, in), 1, general(gx, rows, in))
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

// accumulateColumns adds the column sums of g [rows, cols] to the gradient of p
// [cols].
func accumulateColumns(p mat.Tensor, g []float32, rows, cols, ld int) {
	sum := make([]float32, cols)
	for r := range rows {
		add(sum, g[r*ld:])
	}
	accumulate(p, sum)
}

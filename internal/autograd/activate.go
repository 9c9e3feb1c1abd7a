package autograd

import "github.com/nlpodyssey/spago/mat"

// activate applies a function to every element.
type activate struct {
	x                 mat.Tensor
	value, derivative func(float64) float64
}

// Activate applies a function with the given derivative to every element of x
// [rows, features].
func Activate(x mat.Tensor, value, derivative func(float64) float64) mat.Tensor {
	return run(&activate{x: x, value: value, derivative: derivative})
}

func (f *activate) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *activate) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	y := make([]float32, rows*cols)
	for i, v := range data(f.x) {
		y[i] = float32(f.value(float64(v)))
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
		gx[i] = g[i] * float32(f.derivative(float64(v)))
	}
	accumulate(f.x, gx)
	return nil
}

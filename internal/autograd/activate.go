package autograd

import (
	"math"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Function is an element-wise function.
type Function struct {
	Value, Derivative func(float64) float64
	// Kernel computes Value, if it is not None. For GELU there is a faster
	// derivative as well.
	Kernel kernel.Activation
}

// activate applies a function to every element.
type activate struct {
	x       mat.Tensor
	f       Function
	threads int

	y []float32 // [rows, features]
}

// Activate applies a function to every element of x [rows, features].
func (p *Pass) Activate(x mat.Tensor, f Function) mat.Tensor {
	return run(&activate{x: x, f: f, threads: p.threads()})
}

func (f *activate) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *activate) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	x, y := data(f.x), make([]float32, rows*cols)
	doRows(f.threads, rows, cols, func(from, to int) {
		x, y := x[from*cols:to*cols], y[from*cols:to*cols]
		if f.f.Kernel != kernel.None {
			copy(y, x)
			kernel.Activate(f.f.Kernel, y)
			return
		}
		for i, v := range x {
			y[i] = float32(f.f.Value(float64(v)))
		}
	})
	f.y = y
	return newNode(y, rows, cols), nil
}

func (f *activate) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	rows, cols := rowsCols(f.x)
	x, g := data(f.x), data(gy)
	gx := make([]float32, len(x))
	doRows(f.threads, rows, cols, func(from, to int) {
		x, y, g, gx := x[from*cols:to*cols], f.y[from*cols:to*cols], g[from*cols:to*cols], gx[from*cols:to*cols]
		if f.f.Kernel == kernel.GELU {
			for i, v := range x {
				gx[i] = g[i] * geluSlope(v, y[i])
			}
			return
		}
		for i, v := range x {
			gx[i] = g[i] * float32(f.f.Derivative(float64(v)))
		}
	})
	accumulate(f.x, gx)
	return nil
}

// geluSlope is the derivative of GELU, Φ(x) + x·φ(x), at x with the value y =
// x·Φ(x), which spares the error function.
func geluSlope(x, y float32) float32 {
	v := float64(x)
	phi := math.Exp(-0.5*v*v) * (1 / (math.Sqrt2 * math.SqrtPi))
	if x > -0.01 && x < 0.01 { // the first two terms of Φ's series; the third is below 1e-7
		return float32(0.5 + v*(1/(math.Sqrt2*math.SqrtPi)) + v*phi)
	}
	return float32(float64(y)/v + v*phi)
}

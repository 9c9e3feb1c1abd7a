package autograd

import (
	"math"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// layerNorm is LayerNorm(x + residual), row by row:
//
//	y = (s - mean(s)) / sqrt(var(s) + eps) · gamma + beta,  s = x + residual
type layerNorm struct {
	x, residual mat.Tensor // [rows, features]; residual may be nil
	gamma, beta mat.Tensor // [features]
	eps         float64

	threads int

	unit []float32 // [rows, features] (s - mean)/sqrt(var + eps), for Backward
	inv  []float32 // [rows] 1/sqrt(var + eps)
}

// LayerNorm normalises each row of x [rows, features], or of the sum of x and
// residual if residual is not nil, to mean 0 and variance 1, then scales it by
// gamma and shifts it by beta, [features] each. eps is added to the variance.
func (p *Pass) LayerNorm(x, residual, gamma, beta mat.Tensor, eps float64) mat.Tensor {
	return run(&layerNorm{x: x, residual: residual, gamma: gamma, beta: beta, eps: eps, threads: p.threads()})
}

func (f *layerNorm) Operands() []mat.Tensor {
	if f.residual == nil {
		return []mat.Tensor{f.x, f.gamma, f.beta}
	}
	return []mat.Tensor{f.x, f.residual, f.gamma, f.beta}
}

func (f *layerNorm) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	f.unit, f.inv = append([]float32(nil), data(f.x)...), make([]float32, rows)
	gamma, beta := data(f.gamma), data(f.beta)
	y := make([]float32, rows*cols)
	doRows(f.threads, rows, cols, func(from, to int) {
		if f.residual != nil {
			kernel.Add(f.unit[from*cols:to*cols], data(f.residual)[from*cols:to*cols])
		}
		for r := from; r < to; r++ {
			s, y := f.unit[r*cols:(r+1)*cols], y[r*cols:(r+1)*cols]
			var mean, variance float64
			for _, v := range s {
				mean += float64(v)
			}
			mean /= float64(cols)
			for _, v := range s {
				variance += (float64(v) - mean) * (float64(v) - mean)
			}
			inv := 1 / math.Sqrt(variance/float64(cols)+f.eps)
			f.inv[r] = float32(inv)
			for j, v := range s {
				s[j] = float32((float64(v) - mean) * inv)
				y[j] = s[j]*gamma[j] + beta[j]
			}
		}
	})
	return newNode(y, rows, cols), nil
}

// Backward: with u the normalised row and h = gy·gamma,
// gs = (h - mean(h) - u·mean(h·u)) / sqrt(var + eps).
func (f *layerNorm) Backward(gy mat.Tensor) error {
	rows, cols := rowsCols(f.x)
	g, gamma := data(gy), data(f.gamma)
	if f.beta.RequiresGrad() {
		accumulateColumns(f.threads, f.beta, kernel.RowMajor(g, rows, cols))
	}
	if f.gamma.RequiresGrad() {
		scaled := append([]float32(nil), g...)
		kernel.Multiply(scaled, f.unit)
		accumulateColumns(f.threads, f.gamma, kernel.RowMajor(scaled, rows, cols))
	}
	toX, toResidual := f.x.RequiresGrad(), f.residual != nil && f.residual.RequiresGrad()
	if !toX && !toResidual {
		return nil
	}
	gs := make([]float32, rows*cols)
	doRows(f.threads, rows, cols, func(from, to int) {
		for r := from; r < to; r++ {
			u, gr, out := f.unit[r*cols:(r+1)*cols], g[r*cols:(r+1)*cols], gs[r*cols:(r+1)*cols]
			var mean, along float64 // of h, and of h·u
			for j, v := range gr {
				h := float64(v) * float64(gamma[j])
				mean += h
				along += h * float64(u[j])
			}
			mean, along = mean/float64(cols), along/float64(cols)
			inv := float64(f.inv[r])
			for j, v := range gr {
				out[j] = float32((float64(v)*float64(gamma[j]) - mean - float64(u[j])*along) * inv)
			}
		}
	})
	if toX {
		accumulate(f.x, gs)
	}
	if toResidual {
		accumulate(f.residual, gs)
	}
	return nil
}

// unitRows is y = x/|x| for each row of x [rows, features].
type unitRows struct {
	x mat.Tensor
}

// NormalizeRows scales each row of x [rows, features] to unit length; zero stays
// zero.
func (p *Pass) NormalizeRows(x mat.Tensor) mat.Tensor { return run(&unitRows{x: x}) }

func (f *unitRows) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

func (f *unitRows) Forward() (mat.Tensor, error) {
	rows, cols := rowsCols(f.x)
	y := append([]float32(nil), data(f.x)...)
	for r := range rows {
		row := y[r*cols : (r+1)*cols]
		length := max(math.Sqrt(kernel.Dot64(row, row)), 1e-12)
		for j, v := range row {
			row[j] = float32(float64(v) / length)
		}
	}
	return newNode(y, rows, cols), nil
}

// Backward: gx = (gy - u·(u·gy)) / |x|, u = x/|x|.
func (f *unitRows) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	rows, cols := rowsCols(f.x)
	x, g, gx := data(f.x), data(gy), make([]float32, rows*cols)
	for r := range rows {
		row, gr := x[r*cols:(r+1)*cols], g[r*cols:(r+1)*cols]
		var square, along float64
		for j, v := range row {
			square += float64(v) * float64(v)
			along += float64(v) * float64(gr[j])
		}
		length := max(math.Sqrt(square), 1e-12)
		for j, v := range row {
			gx[r*cols+j] = float32((float64(gr[j]) - float64(v)*along/(length*length)) / length)
		}
	}
	accumulate(f.x, gx)
	return nil
}

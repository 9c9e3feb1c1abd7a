package autograd

import (
	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Affine holds the parameters of x·Weightᵀ + Bias.
type Affine struct {
	Weight mat.Tensor // [out, in]
	Bias   mat.Tensor // [out], or nil
	// Adapter, if not nil, adds Scale·(x·Downᵀ)·Upᵀ.
	Adapter *LowRank
}

// LowRank holds the parameters of a low-rank adapter of a linear layer (Hu et
// al. 2021, arXiv:2106.09685).
type LowRank struct {
	Down  mat.Tensor // [rank, in]
	Up    mat.Tensor // [out, rank]
	Scale float32
}

// linear is [x·W0ᵀ+b0, x·W1ᵀ+b1, …] for x [rows, in].
type linear struct {
	x       mat.Tensor
	layers  []Affine
	threads int

	lowered []kernel.Matrix // [rows, rank] x·Downᵀ for each layer that has an adapter
}

// Linear applies layers to the same x [rows, in], side by side in one product
// [rows, Σ out], so that x gets one gradient from all of them.
func (p *Pass) Linear(x mat.Tensor, layers ...Affine) mat.Tensor {
	return run(&linear{x: x, layers: layers, threads: p.threads()})
}

func (f *linear) Operands() []mat.Tensor {
	operands := []mat.Tensor{f.x}
	for _, l := range f.layers {
		operands = append(operands, l.Weight)
		if l.Bias != nil {
			operands = append(operands, l.Bias)
		}
		if l.Adapter != nil {
			operands = append(operands, l.Adapter.Down, l.Adapter.Up)
		}
	}
	return operands
}

// each calls fn with every layer, its number and its columns in the result.
func (f *linear) each(fn func(i int, l Affine, from, to int)) (width int) {
	for i, l := range f.layers {
		out, _ := rowsCols(l.Weight)
		if fn != nil {
			fn(i, l, width, width+out)
		}
		width += out
	}
	return width
}

func (f *linear) Forward() (mat.Tensor, error) {
	x := matrix(f.x)
	width := f.each(nil)
	y := kernel.RowMajor(make([]float32, x.Rows*width), x.Rows, width)
	f.lowered = make([]kernel.Matrix, len(f.layers))
	f.each(func(i int, l Affine, from, to int) {
		part := y.Slice(0, x.Rows, from, to)
		var ep kernel.Epilogue
		if l.Bias != nil {
			ep.Bias = data(l.Bias)
		}
		multiply(f.threads, part, x, matrix(l.Weight), ep)
		if a := l.Adapter; a != nil {
			down := matrix(a.Down)
			low := kernel.RowMajor(make([]float32, x.Rows*down.Rows), x.Rows, down.Rows)
			multiply(f.threads, low, x, down, kernel.Epilogue{})
			kernel.Scale(low.Data, a.Scale)
			f.lowered[i] = low
			multiply(f.threads, part, low, matrix(a.Up), kernel.Epilogue{Accumulate: true})
		}
	})
	return newNode(y.Data, x.Rows, width), nil
}

// Backward: gx = Σ g·W, gW = gᵀ·x, gb = Σ_rows g. With an adapter of low rank,
// u = Scale·x·Downᵀ: gUp = gᵀ·u, gu = Scale·g·Up, gDown = guᵀ·x, gx += gu·Down.
func (f *linear) Backward(gy mat.Tensor) error {
	x := matrix(f.x)
	width := f.each(nil)
	g := kernel.RowMajor(data(gy), x.Rows, width)
	var gx kernel.Matrix
	if f.x.RequiresGrad() {
		gx = kernel.RowMajor(make([]float32, x.Rows*x.Cols), x.Rows, x.Cols)
	}
	add := kernel.Epilogue{Accumulate: true}
	f.each(func(i int, l Affine, from, to int) {
		part := g.Slice(0, x.Rows, from, to)
		if l.Bias != nil && l.Bias.RequiresGrad() {
			accumulateColumns(f.threads, l.Bias, part)
		}
		if l.Weight.RequiresGrad() {
			f.accumulateProduct(l.Weight, part, x)
		}
		if gx.Data != nil {
			multiplyTransposed(f.threads, gx, part, matrix(l.Weight), add)
		}
		if a := l.Adapter; a != nil {
			if a.Up.RequiresGrad() {
				f.accumulateProduct(a.Up, part, f.lowered[i])
			}
			up := matrix(a.Up)
			gu := kernel.RowMajor(make([]float32, x.Rows*up.Cols), x.Rows, up.Cols)
			multiplyTransposed(f.threads, gu, part, up, kernel.Epilogue{})
			kernel.Scale(gu.Data, a.Scale)
			if a.Down.RequiresGrad() {
				f.accumulateProduct(a.Down, gu, x)
			}
			if gx.Data != nil {
				multiplyTransposed(f.threads, gx, gu, matrix(a.Down), add)
			}
		}
	})
	if gx.Data != nil {
		accumulate(f.x, gx.Data)
	}
	return nil
}

// accumulateProduct adds gᵀ·x to the gradient of w [out, in], for g [rows, out]
// and x [rows, in].
func (f *linear) accumulateProduct(w mat.Tensor, g, x kernel.Matrix) {
	grad, done := into(w)
	multiplyTransposed(f.threads, kernel.RowMajor(grad, g.Cols, x.Cols), transposed(f.threads, g), x, kernel.Epilogue{Accumulate: true})
	done()
}

// accumulateColumns adds the column sums of g [rows, cols] to the gradient of p
// [cols].
func accumulateColumns(threads int, p mat.Tensor, g kernel.Matrix) {
	grad, done := into(p)
	const columns = 128
	do(threads, (g.Cols+columns-1)/columns, func(i int) {
		from, to := i*columns, min(g.Cols, (i+1)*columns)
		for r := range g.Rows {
			kernel.Add(grad[from:to], g.Row(r)[from:to])
		}
	})
	done()
}

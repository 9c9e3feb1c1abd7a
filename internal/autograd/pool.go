package autograd

import (
	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// poolTexts is the first row, or the mean of the rows, of each text of x
// [tokens, features]: [texts, features]. A text without tokens becomes zero.
type poolTexts struct {
	x       mat.Tensor
	offsets []int
	first   bool
}

// FirstRows returns the first row of each text of x [tokens, features], where
// text t has the rows offsets[t] to offsets[t+1]: [texts, features]. A text
// without rows becomes zero.
func (p *Pass) FirstRows(x mat.Tensor, offsets []int) mat.Tensor {
	return run(&poolTexts{x: x, offsets: offsets, first: true})
}

// MeanRows is FirstRows for the mean of each text's rows.
func (p *Pass) MeanRows(x mat.Tensor, offsets []int) mat.Tensor {
	return run(&poolTexts{x: x, offsets: offsets})
}

func (f *poolTexts) Operands() []mat.Tensor { return []mat.Tensor{f.x} }

// rows calls fn for every row that is used, with its text and weight.
func (f *poolTexts) rows(fn func(row, text int, weight float32)) {
	for t := range len(f.offsets) - 1 {
		from, to := f.offsets[t], f.offsets[t+1]
		weight := 1 / float32(max(to-from, 1))
		if f.first {
			to, weight = min(from+1, to), 1
		}
		for r := from; r < to; r++ {
			fn(r, t, weight)
		}
	}
}

func (f *poolTexts) Forward() (mat.Tensor, error) {
	_, cols := rowsCols(f.x)
	texts := len(f.offsets) - 1
	x, out := data(f.x), make([]float32, texts*cols)
	f.rows(func(r, t int, weight float32) { kernel.Axpy(weight, x[r*cols:(r+1)*cols], out[t*cols:(t+1)*cols]) })
	return newNode(out, texts, cols), nil
}

func (f *poolTexts) Backward(gy mat.Tensor) error {
	if !f.x.RequiresGrad() {
		return nil
	}
	rows, cols := rowsCols(f.x)
	g, grad := data(gy), make([]float32, rows*cols)
	f.rows(func(r, t int, weight float32) { kernel.Axpy(weight, g[t*cols:(t+1)*cols], grad[r*cols:(r+1)*cols]) })
	accumulate(f.x, grad)
	return nil
}

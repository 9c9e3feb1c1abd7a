package autograd

import (
	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Table is a table and the rows of it that some tokens have.
type Table struct {
	Weight mat.Tensor // [n, features]
	Rows   []int32    // [tokens]
	// Padding is the row that stands for padding and gets no gradient, as
	// PyTorch's padding_idx; -1: none.
	Padding int32
}

// lookupSum is out[i] = Σ_t tables[t].Weight[tables[t].Rows[i]], [tokens,
// features].
type lookupSum struct {
	tables  []Table
	threads int
}

// LookupSum returns, for each token, the sum of its rows of all tables:
// [tokens, features].
func (p *Pass) LookupSum(tables ...Table) mat.Tensor {
	return run(&lookupSum{tables: tables, threads: p.threads()})
}

func (f *lookupSum) Operands() (weights []mat.Tensor) {
	for _, t := range f.tables {
		weights = append(weights, t.Weight)
	}
	return weights
}

func (f *lookupSum) Forward() (mat.Tensor, error) {
	_, cols := rowsCols(f.tables[0].Weight)
	tokens := len(f.tables[0].Rows)
	out := make([]float32, tokens*cols)
	doRows(f.threads, tokens, cols, func(from, to int) {
		for _, t := range f.tables {
			x := data(t.Weight)
			for i := from; i < to; i++ {
				r := int(t.Rows[i])
				kernel.Add(out[i*cols:(i+1)*cols], x[r*cols:(r+1)*cols])
			}
		}
	})
	return newNode(out, tokens, cols), nil
}

func (f *lookupSum) Backward(gy mat.Tensor) error {
	g := data(gy)
	for _, t := range f.tables {
		if !t.Weight.RequiresGrad() {
			continue
		}
		_, cols := rowsCols(t.Weight)
		grad, done := into(t.Weight)
		for i, r := range t.Rows {
			if r != t.Padding {
				kernel.Add(grad[int(r)*cols:int(r+1)*cols], g[i*cols:(i+1)*cols])
			}
		}
		done()
	}
	return nil
}

package group

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Space is where users are told apart and placed: the model's own vectors, or
// what a reduction makes of them.
type Space struct {
	By reduce.Projection // nil: the vectors as they are
}

// fitted is a projection that knows where the points it was fitted on lie, which
// its Transform would place anew.
type fitted interface{ Fitted() *mat.Dense }

// fitSpace fits a reduction, if any, on x [n, dim] and returns what is to be
// clustered, [n, k].
func fitSpace(ctx context.Context, x dense.Rows[float32], by reduce.Reducer) (Space, mat.Matrix, error) {
	m := dense.Matrix{Rows: x}
	if by == nil {
		return Space{}, m, nil
	}
	p, err := by.Reduce(ctx, m)
	if err != nil {
		return Space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	if f, ok := p.(fitted); ok {
		return Space{p}, f.Fitted(), nil
	}
	y, err := p.Transform(ctx, m)
	if err != nil {
		return Space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return Space{p}, y, nil
}

// Place returns the rows of x [n, dim] in the space, [n, k]: x itself where
// nothing is reduced.
func (s Space) Place(ctx context.Context, x dense.Rows[float32]) (dense.Rows[float32], error) {
	if s.By == nil || x.Len == 0 {
		return x, nil
	}
	y, err := s.By.Transform(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return x, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return dense.Narrow(y), nil
}

// Moves tells whether Place puts points that the reduction was fitted on elsewhere
// than the fit did.
func (s Space) Moves() bool {
	_, ok := s.By.(fitted)
	return ok
}

// narrow returns m as float32 rows, its own where it has such.
func narrow(m mat.Matrix) dense.Rows[float32] {
	if r, ok := dense.Float32(m); ok {
		return r
	}
	return dense.Narrow(m)
}

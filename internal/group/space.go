package group

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Space is the space in which users are clustered and placed: that of the
// model's vectors, or of a reduction.
type Space struct {
	By   reduce.Projection // nil: the vectors are not reduced
	Join *Join             // nil: there are no features beside the vectors
}

// fitted is a projection that keeps the coordinates of the points it was fitted
// on, for which its Transform may give others.
type fitted interface{ Fitted() *mat.Dense }

// fitSpace fits a reduction, if any, to x [n, dim], sets the scale of features
// [n, m] beside it, if there are any, and returns the points to cluster, [n, k].
func fitSpace(ctx context.Context, x, beside dense.Rows[float32], c Config) (Space, mat.Matrix, error) {
	s, y, err := reduced(ctx, x, c.Reduce)
	if err != nil || beside.Dim == 0 {
		return s, y, err
	}
	s.Join = newJoin(y, beside, c)
	return s, dense.Matrix{Rows: s.Join.rows(narrow(y), beside)}, nil
}

// reduced fits a reduction, if any, to x [n, dim] and returns its points in the
// space, [n, k].
func reduced(ctx context.Context, x dense.Rows[float32], by reduce.Reducer) (Space, mat.Matrix, error) {
	m := dense.Matrix{Rows: x}
	if by == nil {
		return Space{}, m, nil
	}
	p, err := by.Reduce(ctx, m)
	if err != nil {
		return Space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	if f, ok := p.(fitted); ok {
		return Space{By: p}, f.Fitted(), nil
	}
	y, err := p.Transform(ctx, m)
	if err != nil {
		return Space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return Space{By: p}, y, nil
}

// Place returns the rows of x [n, dim], with features beside them [n, m] if the
// space has any, in the space, [n, k]: x itself if there are no features and no
// reduction.
func (s Space) Place(ctx context.Context, x, beside dense.Rows[float32]) (dense.Rows[float32], error) {
	y, err := s.project(ctx, x)
	if err != nil || s.Join == nil {
		return y, err
	}
	return s.Join.rows(y, beside), nil
}

// project returns the rows of x [n, dim] as the reduction, if any, has them.
func (s Space) project(ctx context.Context, x dense.Rows[float32]) (dense.Rows[float32], error) {
	if s.By == nil || x.Len == 0 {
		return x, nil
	}
	y, err := s.By.Transform(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return x, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return dense.Narrow(y), nil
}

// Moves reports whether Place gives points that the reduction was fitted on
// other coordinates than the fit did.
func (s Space) Moves() bool {
	_, ok := s.By.(fitted)
	return ok
}

// narrow returns m as float32 rows, sharing its memory if it has float32 rows.
func narrow(m mat.Matrix) dense.Rows[float32] {
	if r, ok := dense.Float32(m); ok {
		return r
	}
	return dense.Narrow(m)
}

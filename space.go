package cohort

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// space is where users are told apart and placed: the model's own vectors, or
// what Options.Reduce makes of them.
type space struct {
	by reduce.Projection // nil: the vectors as they are
}

// fitted is a projection that knows where the points it was fitted on lie, which
// its Transform would place anew.
type fitted interface{ Fitted() *mat.Dense }

// findSpace fits the reduction, if any, on x [n, dim] and returns what is to be
// clustered, [n, k].
func findSpace(ctx context.Context, x dense.Rows[float32], o *Options) (space, mat.Matrix, error) {
	m := dense.Matrix{Rows: x}
	if o.Reduce == nil {
		return space{}, m, nil
	}
	p, err := o.Reduce.Reduce(ctx, m)
	if err != nil {
		return space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	if f, ok := p.(fitted); ok {
		return space{p}, f.Fitted(), nil
	}
	y, err := p.Transform(ctx, m)
	if err != nil {
		return space{}, nil, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return space{p}, y, nil
}

// place returns the rows of x [n, dim] in the space, [n, k]: x itself where
// nothing is reduced.
func (s space) place(ctx context.Context, x dense.Rows[float32]) (dense.Rows[float32], error) {
	if s.by == nil || x.Len == 0 {
		return x, nil
	}
	y, err := s.by.Transform(ctx, dense.Matrix{Rows: x})
	if err != nil {
		return x, fmt.Errorf("reducing %d vectors: %w", x.Len, err)
	}
	return dense.Narrow(y), nil
}

// anew tells whether place puts fitted points elsewhere than the fit did.
func (s space) anew() bool {
	_, ok := s.by.(fitted)
	return ok
}

// narrow returns m as float32 rows, its own where it has such.
func narrow(m mat.Matrix) dense.Rows[float32] {
	if r, ok := dense.Float32(m); ok {
		return r
	}
	return dense.Narrow(m)
}

package reduce

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// AtMost is a Reducer whose number of components is a default that nobody asked
// for: it keeps fewer components where the points have no more. The Reducer
// itself returns an error there.
type AtMost struct{ Reducer }

// For returns the Reducer for n points of d features.
func (a AtMost) For(n, d int) Reducer {
	switch r := a.Reducer.(type) {
	case PCA:
		r.Components = min(r.Components, n, d)
		return r
	case UMAP:
		r.Components = min(r.Components, d)
		return r
	case Smoothing:
		r.Components = min(r.Components, d)
		return r
	}
	return a.Reducer
}

// Reduce fits the Reducer to x, [n, d].
func (a AtMost) Reduce(ctx context.Context, x mat.Matrix) (Projection, error) {
	if a.Reducer == nil {
		return nil, &OptionError{Estimator: "AtMost", Option: "Reducer", Want: "one"}
	}
	if x == nil {
		return a.Reducer.Reduce(ctx, x)
	}
	n, d := x.Dims()
	return a.For(n, d).Reduce(ctx, x)
}

// Describe describes the Reducer.
func (a AtMost) Describe() estimator.Description { return Describe(a.Reducer) }

package score

import (
	"math"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// direct computes each distance from its definition, in float64. It serves
// metrics that cannot be computed by matrix products, and float64 points, which
// require precision.
type direct[T dense.Float] struct {
	x        dense.Rows[T]
	order    []int32
	distance func(a, b []T) float64
}

func newDirect[T dense.Float](x dense.Rows[T], order []int32, m estimator.Metric) *direct[T] {
	return &direct[T]{x, order, Distance[T](m)}
}

// Distance returns the distance function of m, in float64, or nil for Cosine,
// which needs the norms.
func Distance[T dense.Float](m estimator.Metric) func(a, b []T) float64 {
	switch m {
	case estimator.Euclidean:
		return func(a, b []T) float64 { return math.Sqrt(squared(a, b)) }
	case estimator.Manhattan:
		return manhattan[T]
	case estimator.Chebyshev:
		return chebyshev[T]
	}
	return nil
}

func (t *direct[T]) panel(_, lo, hi int) any { return t.order[lo:hi] }

func (t *direct[T]) strip(_ int, dst []float64, lo, hi int, panel any) {
	cols := panel.([]int32)
	for i := lo; i < hi; i++ {
		row := t.x.Row(int(t.order[i]))
		out := dst[(i-lo)*len(cols) : (i-lo+1)*len(cols)]
		for j, c := range cols {
			out[j] = t.distance(row, t.x.Row(int(c)))
		}
	}
}

package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Pairwise returns a function that computes the distance between points i and j
// of p in float64 and is safe for concurrent use.
func Pairwise(ctx context.Context, p *Points, m estimator.Metric, threads int) (func(i, j int) float64, error) {
	if p.Single {
		return pairwise(ctx, p.F32, m, threads)
	}
	return pairwise(ctx, p.F64, m, threads)
}

func pairwise[T dense.Float](ctx context.Context, x dense.Rows[T], m estimator.Metric, threads int) (func(i, j int) float64, error) {
	if m == estimator.Cosine {
		length, err := norms(ctx, x, threads)
		if err != nil {
			return nil, err
		}
		return func(i, j int) float64 { return cosineDistance(x.Row(i), x.Row(j), length[i], length[j]) }, nil
	}
	f := Distance[T](m)
	if f == nil {
		return nil, estimator.BadMetric("distance", m, "euclidean, cosine, manhattan or chebyshev")
	}
	return func(i, j int) float64 { return f(x.Row(i), x.Row(j)) }, nil
}

// cosineDistance returns half the squared distance between a/na and b/nb: the
// cosine distance without cancellation for nearly parallel vectors.
func cosineDistance[T dense.Float](a, b []T, na, nb float64) float64 {
	na, nb = 1/na, 1/nb
	if math.IsInf(na, 0) || math.IsInf(nb, 0) { // norms below the normal range
		return cosineDistance(normalized(a), normalized(b), 1, 1)
	}
	b = b[:len(a)]
	var s0, s1 float64
	i := 0
	for ; i+2 <= len(a); i += 2 {
		d0 := float64(a[i])*na - float64(b[i])*nb
		d1 := float64(a[i+1])*na - float64(b[i+1])*nb
		s0 += d0 * d0
		s1 += d1 * d1
	}
	if i < len(a) {
		d := float64(a[i])*na - float64(b[i])*nb
		s0 += d * d
	}
	return (s0 + s1) / 2
}

func normalized[T dense.Float](x []T) []float64 {
	out := make([]float64, len(x))
	scale(out, x, norm(x))
	return out
}

package score

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Silhouette returns the mean silhouette of all points.
func Silhouette(ctx context.Context, x mat.Matrix, labels []int, m estimator.Metric, threads int) (float64, error) {
	s, err := SilhouetteSamples(ctx, x, labels, m, threads)
	if err != nil {
		return 0, err
	}
	return Mean(s), nil
}

// SilhouetteSamples returns each point's silhouette, [n]: (b-a)/max(a,b), where
// a is the mean distance to the other points of its cluster and b the smallest
// mean distance to the points of another. It is 0 for a cluster of one point.
//
// The cosine silhouette takes O(n k d) time, the others O(n² d). None stores
// more than O(n) distances or sums of distances at once.
func SilhouetteSamples(ctx context.Context, x mat.Matrix, labels []int, m estimator.Metric, threads int) ([]float64, error) {
	if !m.Valid() {
		return nil, estimator.BadMetric("silhouette", m, "euclidean, cosine, manhattan or chebyshev")
	}
	p, g, err := check(ctx, "silhouette", x, labels, threads)
	if err != nil {
		return nil, err
	}
	if m != estimator.Cosine { // which does not depend on scale
		if p, err = p.Rescaled(ctx, threads); err != nil {
			return nil, err
		}
	}
	if p.Single {
		return silhouette(ctx, p.F32, g, m, threads)
	}
	return silhouette(ctx, p.F64, g, m, threads)
}

func silhouette[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, m estimator.Metric, threads int) ([]float64, error) {
	if m == estimator.Cosine {
		s, err := silhouetteCosine(ctx, x, g, threads)
		if err != nil {
			return nil, fmt.Errorf("silhouette: %w", err)
		}
		return s, nil
	}
	if f, ok := any(x).(dense.Rows[float32]); ok && m == estimator.Euclidean {
		t, err := newEuclidean32(ctx, f, g.Order, threads)
		if err != nil {
			return nil, err
		}
		return silhouettePairs(ctx, t, g, threads)
	}
	return silhouettePairs(ctx, newDirect(x, g.Order, m), g, threads)
}

// ratio returns the silhouette for the mean distance a within the cluster and b
// to the nearest other cluster.
func ratio(a, b float64) float64 {
	if top := max(a, b); top > 0 && !math.IsInf(top, 1) {
		return (b - a) / top
	}
	return 0
}

// Mean returns the mean of s.
func Mean(s []float64) float64 {
	var sum float64
	for _, v := range s {
		sum += v
	}
	return sum / float64(len(s))
}

package eval

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// blockRows is the number of points that one piece of work compares with all
// others.
const blockRows = 64

// Dunn returns the Dunn index (Dunn 1974): the smallest distance between points
// of different clusters divided by the largest distance within a cluster.
// Larger is better. A single outlier determines it, so use it on clean data. It
// is +Inf if the points of each cluster coincide and the clusters differ, and 0
// if two clusters touch.
//
// Time is O(n² d), memory O(n).
func (s Scorer) Dunn(ctx context.Context, x mat.Matrix, labels []int) (float64, error) {
	x, labels, err := s.points("Dunn", x, labels)
	if err != nil {
		return 0, err
	}
	p, distance, err := s.pairwise(ctx, "Dunn", x)
	if err != nil {
		return 0, err
	}
	n := p.Len()
	if k := score.Group(labels).K(); k < 2 || k > n-1 {
		return 0, &LabelCountError{Score: "Dunn", Clusters: k, Points: n}
	}
	blocks := (n + blockRows - 1) / blockRows
	apart, wide := make([]float64, blocks), make([]float64, blocks)
	err = parallel.Do(ctx, s.Threads, blocks, func(_, b int) {
		near, far := math.Inf(1), 0.0
		for i := b * blockRows; i < min((b+1)*blockRows, n); i++ {
			for j := range i {
				if d := distance(i, j); labels[i] == labels[j] {
					far = max(far, d)
				} else {
					near = min(near, d)
				}
			}
		}
		apart[b], wide[b] = near, far
	})
	if err != nil {
		return 0, err
	}
	near, far := math.Inf(1), 0.0
	for b := range blocks {
		near, far = min(near, apart[b]), max(far, wide[b])
	}
	if near == 0 {
		return 0, nil
	}
	return near / far, nil
}

// Dunn calls Scorer{Metric: m}.Dunn without a context.
func Dunn(x mat.Matrix, labels []int, m Metric) (float64, error) {
	return Scorer{Metric: m}.Dunn(context.Background(), x, labels)
}

// pairwise checks the points and returns a function for the distance between
// two of them. All distances may be multiplied by a common factor.
func (s Scorer) pairwise(ctx context.Context, name string, x mat.Matrix) (*score.Points, func(i, j int) float64, error) {
	if !s.Metric.Valid() {
		return nil, nil, estimator.BadMetric(name, s.Metric, "euclidean, cosine, manhattan or chebyshev")
	}
	p, err := score.View(ctx, x, s.Threads)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	if s.Metric != Cosine { // which does not depend on scale
		if p, err = p.Rescaled(ctx, s.Threads); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	f, err := score.Pairwise(ctx, p, s.Metric, s.Threads)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, f, nil
}

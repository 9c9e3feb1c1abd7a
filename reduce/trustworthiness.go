package reduce

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// Trustworthiness measures, in [0, 1], the degree to which neighbours in a
// drawing were neighbours originally (Venna & Kaski 2001). Each of the k
// nearest neighbours in y [n, c] that is not among the k nearest in x [n, d]
// lowers it according to its rank in x. k must be less than n/2. m is the
// metric for x; distances in y are Euclidean.
//
// Time is O(n² (d + k)), memory O(n).
func Trustworthiness(ctx context.Context, x, y mat.Matrix, k int, m Metric) (float64, error) {
	if !m.Valid() {
		return 0, estimator.BadMetric("trustworthiness", m, "euclidean or cosine")
	}
	px, err := view(ctx, "trustworthiness", x, 0, 0)
	if err != nil {
		return 0, err
	}
	py, err := view(ctx, "trustworthiness", y, 0, 0)
	if err != nil {
		return 0, err
	}
	n := px.Len()
	if n != py.Len() {
		return 0, fmt.Errorf("trustworthiness: %d points in x and %d in y: %w", n, py.Len(), ErrShape)
	}
	if k < 1 || 2*k >= n {
		return 0, fmt.Errorf("trustworthiness: %d neighbours among %d points, want 1 or more and fewer than half: %w", k, n, ErrOption)
	}
	if px, err = px.Rescaled(ctx, 0); err != nil {
		return 0, fmt.Errorf("trustworthiness: %w", err)
	}
	if py, err = py.Rescaled(ctx, 0); err != nil {
		return 0, fmt.Errorf("trustworthiness: %w", err)
	}
	before, err := score.Pairwise(ctx, px, m, 0)
	if err != nil {
		return 0, fmt.Errorf("trustworthiness: %w", err)
	}
	after, err := score.Pairwise(ctx, py, Euclidean, 0)
	if err != nil {
		return 0, fmt.Errorf("trustworthiness: %w", err)
	}
	lost := make([]float64, n)
	err = parallel.Do(ctx, 0, blocksOf(n), func(_, b int) {
		d := make([]float64, n)
		near := make([]int, 0, k+1)
		for i := b * blockRows; i < min((b+1)*blockRows, n) && ctx.Err() == nil; i++ {
			// The k nearest in y, by insertion.
			near = near[:0]
			for j := range n {
				if j == i {
					continue
				}
				d[j] = after(i, j)
				at := len(near)
				for at > 0 && d[near[at-1]] > d[j] {
					at--
				}
				if at == k {
					continue
				}
				near = append(near, 0)
				copy(near[at+1:], near[at:])
				near[at] = j
				near = near[:min(len(near), k)]
			}
			for j := range n {
				if j != i {
					d[j] = before(i, j)
				}
			}
			for _, c := range near {
				rank := 1
				for j := range n {
					if j != i && (d[j] < d[c] || d[j] == d[c] && j < c) {
						rank++
					}
				}
				lost[i] += float64(max(0, rank-k))
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var sum float64
	for _, v := range lost {
		sum += v
	}
	nf, kf := float64(n), float64(k)
	return 1 - sum*2/(nf*kf*(2*nf-3*kf-1)), nil
}

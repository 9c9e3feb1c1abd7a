package score

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// CalinskiHarabasz returns the ratio of the scatter between clusters to the
// scatter within them, each divided by its degrees of freedom, (k-1) and (n-k);
// 1 where there is no scatter within.
func CalinskiHarabasz(ctx context.Context, x mat.Matrix, labels []int, threads int) (float64, error) {
	p, g, err := prepare("Calinski-Harabasz", x, labels)
	if err != nil {
		return 0, err
	}
	if p.Single {
		return calinskiHarabasz(ctx, p.F32, g, threads)
	}
	return calinskiHarabasz(ctx, p.F64, g, threads)
}

func calinskiHarabasz[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, threads int) (float64, error) {
	c, err := finiteCentroids(ctx, "Calinski-Harabasz", x, g, threads)
	if err != nil {
		return 0, err
	}
	// The square of each distance, so that its sum is the scatter within.
	per, err := spread(ctx, x, g, c, threads, func(d2 float64) float64 { return d2 })
	if err != nil {
		return 0, err
	}
	n, k := x.Len, g.K()
	mean := make([]float64, x.Dim) // [d] mean of all points
	for i := range k {
		w := float64(g.Size(i)) / float64(n)
		for j, v := range c.Row(i) {
			mean[j] += w * v
		}
	}
	var between, within float64
	for i := range k {
		between += float64(g.Size(i)) * squared(c.Row(i), mean)
		within += per[i]
	}
	if tiny := rounding(c); within <= float64(n)*tiny*tiny {
		return 1, nil
	}
	return inRange("Calinski-Harabasz", between/within*(float64(n-k)/float64(k-1)))
}

// DaviesBouldin returns the mean over clusters of the worst ratio of the sum
// of two clusters' mean distances to their centroids to the distance of those
// centroids; 0 where all centroids coincide or all clusters are points.
func DaviesBouldin(ctx context.Context, x mat.Matrix, labels []int, threads int) (float64, error) {
	p, g, err := prepare("Davies-Bouldin", x, labels)
	if err != nil {
		return 0, err
	}
	if p.Single {
		return daviesBouldin(ctx, p.F32, g, threads)
	}
	return daviesBouldin(ctx, p.F64, g, threads)
}

func daviesBouldin[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, threads int) (float64, error) {
	c, err := finiteCentroids(ctx, "Davies-Bouldin", x, g, threads)
	if err != nil {
		return 0, err
	}
	intra, err := spread(ctx, x, g, c, threads, math.Sqrt)
	if err != nil {
		return 0, err
	}
	k := g.K()
	for i := range k {
		intra[i] /= float64(g.Size(i))
	}
	// Centroids that coincide have no ratio: that pair is left out.
	tiny := rounding(c)
	worst := make([]float64, k)
	err = parallel.Do(ctx, threads, k, func(_, i int) {
		for j := range k {
			if d := math.Sqrt(squared(c.Row(i), c.Row(j))); d > tiny {
				worst[i] = max(worst[i], (intra[i]+intra[j])/d)
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var flat = true
	var sum float64
	for i := range k {
		flat = flat && intra[i] <= tiny
		sum += worst[i]
	}
	if flat {
		return 0, nil
	}
	return inRange("Davies-Bouldin", sum/float64(k))
}

// inRange returns v, or an error where squares of coordinates, themselves
// finite, have left the range of float64.
func inRange(score string, v float64) (float64, error) {
	if v-v != 0 {
		return 0, fmt.Errorf("%s is %v, want coordinates of at most about 1e150: %w", score, v, ErrNotFinite)
	}
	return v, nil
}

// centroids returns the mean of each group, [k, d] in float64.
func centroids[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, threads int) (dense.Rows[float64], error) {
	segs := g.segments()
	parts := dense.New[float64](len(segs), x.Dim) // [segments, d] sums
	err := parallel.Do(ctx, threads, len(segs), func(_, s int) {
		sum := parts.Row(s)
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			add(sum, x.Row(int(r)))
		}
	})
	c := dense.New[float64](g.K(), x.Dim)
	for s, seg := range segs {
		add(c.Row(seg.c), parts.Row(s))
	}
	for i := range c.Len {
		w := float64(g.Size(i))
		row := c.Row(i)
		for j := range row {
			row[j] /= w
		}
	}
	return c, err
}

// finiteCentroids is centroids, and an error if any point is not finite. A
// point that is not makes its centroid so: only then all are searched for it.
func finiteCentroids[T dense.Float](ctx context.Context, score string, x dense.Rows[T], g *Groups, threads int) (dense.Rows[float64], error) {
	c, err := centroids(ctx, x, g, threads)
	if err != nil {
		return c, err
	}
	for _, v := range c.Data {
		if v-v != 0 {
			if err := checkFinite(ctx, x, threads); err != nil {
				return c, fmt.Errorf("%s: %w", score, err)
			}
			break
		}
	}
	return c, nil
}

// rounding returns the length below which a distance to or between centroids
// stands for zero: the mean of equal points differs from them by rounding.
func rounding(c dense.Rows[float64]) float64 {
	var size float64 // the largest coordinate
	for i := range c.Len {
		for _, v := range c.Row(i) {
			size = max(size, math.Abs(v))
		}
	}
	return 1e-14 * size * math.Sqrt(float64(c.Dim))
}

// spread returns for each group the sum over its points of f(squared distance
// to the group's centroid), [k].
func spread[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, c dense.Rows[float64], threads int, f func(float64) float64) ([]float64, error) {
	segs := g.segments()
	parts := make([]float64, len(segs))
	wide := dense.New[float64](parallel.Threads(threads), x.Dim) // a row in float64 for each worker
	err := parallel.Do(ctx, threads, len(segs), func(worker, s int) {
		center, row := c.Row(segs[s].c), wide.Row(worker)
		var sum float64
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			sum += f(squared(widen(row, x.Row(int(r))), center))
		}
		parts[s] = sum
	})
	out := make([]float64, g.K())
	for s, seg := range segs {
		out[seg.c] += parts[s]
	}
	return out, err
}

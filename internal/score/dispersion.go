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
// scatter within them, each divided by its degrees of freedom, (k-1) and (n-k).
// It is 1 if there is no scatter within clusters.
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
	const name = "Calinski-Harabasz"
	c, err := finiteCenters(ctx, name, x, g, threads)
	if err != nil {
		return 0, err
	}
	// The sum of the squared distances is the scatter within clusters.
	per, err := spread(ctx, x, g, c, threads, func(d2 float64) float64 { return d2 })
	if err != nil {
		return 0, err
	}
	n, k := x.Len, g.K()
	mean := make([]float64, x.Dim) // [d] mean of all points minus the first reference
	row := make([]float64, x.Dim)  // [d]
	for i := range k {
		w := float64(g.Size(i)) / float64(n)
		c.between(row, i, 0)
		for j, v := range row {
			mean[j] += w * v
		}
	}
	var between, within float64
	for i := range k {
		c.between(row, i, 0)
		between += float64(g.Size(i)) * squared(row, mean)
		within += per[i]
	}
	if outside(max(between, within)) {
		if y, ok, err := rescaled(ctx, x, threads); err != nil {
			return 0, err
		} else if ok {
			return calinskiHarabasz(ctx, y, g, threads)
		}
	}
	if tiny := c.rounding(); within <= float64(n)*tiny*tiny {
		return 1, nil
	}
	return inRange(name, between/within*(float64(n-k)/float64(k-1)))
}

// DaviesBouldin returns the mean over clusters of the worst ratio of the sum of
// two clusters' mean distances to their centroids to the distance between those
// centroids. It is 0 if all centroids coincide or the points of each cluster
// do.
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
	const name = "Davies-Bouldin"
	c, err := finiteCenters(ctx, name, x, g, threads)
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
	// Pairs of centroids that coincide have no ratio and are left out.
	tiny := c.rounding()
	worst, far := make([]float64, k), make([]float64, k)
	rows := dense.New[float64](parallel.Threads(threads), x.Dim) // one per worker
	zero := make([]float64, x.Dim)
	err = parallel.Do(ctx, threads, k, func(worker, i int) {
		row := rows.Row(worker)
		for j := range k {
			c.between(row, i, j)
			d := math.Sqrt(squared(row, zero))
			far[i] = max(far[i], d)
			if d > tiny {
				worst[i] = max(worst[i], (intra[i]+intra[j])/d)
			}
		}
	})
	if err != nil {
		return 0, err
	}
	var flat = true
	var sum, size float64
	for i := range k {
		flat = flat && intra[i] <= tiny
		sum += worst[i]
		size = max(size, intra[i], far[i])
	}
	if outside(size * size) {
		if y, ok, err := rescaled(ctx, x, threads); err != nil {
			return 0, err
		} else if ok {
			return daviesBouldin(ctx, y, g, threads)
		}
	}
	if flat {
		return 0, nil
	}
	return inRange(name, sum/float64(k))
}

// inRange returns v, or an error if the ratio itself exceeds the range of
// float64.
func inRange(score string, v float64) (float64, error) {
	if v-v != 0 {
		return 0, fmt.Errorf("%s is %v, want a ratio within float64: %w", score, v, ErrNotFinite)
	}
	return v, nil
}

// spread returns, for each group, the sum over its points of f(squared distance
// to the group's centroid), [k].
func spread[T dense.Float](ctx context.Context, x dense.Rows[T], g *Groups, c centers, threads int, f func(float64) float64) ([]float64, error) {
	segs := g.segments()
	parts := make([]float64, len(segs))
	rows := dense.New[float64](parallel.Threads(threads), x.Dim) // one per worker
	err := parallel.Do(ctx, threads, len(segs), func(worker, s int) {
		from, mean, row := c.from.Row(segs[s].c), c.mean.Row(segs[s].c), rows.Row(worker)
		var sum float64
		for _, r := range g.Order[segs[s].lo:segs[s].hi] {
			less(row, x.Row(int(r)), from)
			sum += f(squared(row, mean))
		}
		parts[s] = sum
	})
	out := make([]float64, g.K())
	for s, seg := range segs {
		out[seg.c] += parts[s]
	}
	return out, err
}

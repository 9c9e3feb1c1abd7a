package pipeline

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// distances returns the distances of these rows of x [n, dim], [rows, rows]: of
// cosines, if the rows have length 1 and cosine is set, else Euclidean.
func distances(ctx context.Context, x dense.Rows[float32], rows []int, cosine bool, threads int) (dense.Rows[float32], error) {
	out := dense.New[float32](len(rows), len(rows))
	err := parallel.Do(ctx, threads, len(rows), func(_, at int) {
		i := len(rows) - 1 - at // the longest first
		for j, r := range rows[:i] {
			d := kernel.SquaredDistance(x.Row(rows[i]), x.Row(r))
			if cosine {
				d /= 2
			} else {
				d = math.Sqrt(d)
			}
			out.Row(i)[j], out.Row(j)[i] = float32(d), float32(d)
		}
	})
	return out, err
}

// silhouette returns the mean silhouette (Rousseeuw, 1987) of the points whose
// distances are d [n, n], in clusters of [n] below k. A point alone in its cluster
// has 0, and without a second cluster everything has.
func silhouette(d dense.Rows[float32], of []int, k int) float64 {
	size := make([]float64, k)
	for _, l := range of {
		size[l]++
	}
	total, sum := 0.0, make([]float64, k)
	for i, own := range of {
		if size[own] < 2 {
			continue
		}
		clear(sum)
		for j, v := range d.Row(i) {
			sum[of[j]] += float64(v)
		}
		within, other := sum[own]/(size[own]-1), math.Inf(1)
		for l, s := range sum {
			if l != own && size[l] > 0 {
				other = min(other, s/size[l])
			}
		}
		if most := max(within, other); most > 0 && !math.IsInf(other, 1) {
			total += (other - within) / most
		}
	}
	return total / float64(len(of))
}

// together returns the share of neighbours in g that have the same of k labels,
// less the share of all pairs of points that have.
func together(g *knn.Graph, of []int, k int) float64 {
	size, same := make([]float64, k), 0
	for i, l := range of {
		size[l]++
		near, _ := g.Row(i)
		for _, j := range near {
			if of[j] == l {
				same++
			}
		}
	}
	n, all := float64(len(of)), 0.0
	for _, s := range size {
		all += s / n * (s / n)
	}
	return float64(same)/float64(len(of)*g.K) - all
}

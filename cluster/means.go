package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// clusterMeans knows the distances of clusters from their means and sizes alone,
// so that memory grows with n·d: Ward's, and Average's under the cosine metric,
// where the mean distance of the points of a and b is 1 - mean(a)·mean(b), both
// means being of rows of unit length.
type clusterMeans struct {
	active
	ward    bool // or else Average under the cosine metric
	threads int
	means   dense.Rows[float64] // [n, d]
	size    []float64
}

// fromMeans reports whether clusterMeans knows the linkage's distances.
func (m Agglomerative) fromMeans() bool {
	return m.Linkage == Ward || m.Linkage == Average && m.Metric == Cosine
}

func newClusterMeans(p *points, m Agglomerative) *clusterMeans {
	w := &clusterMeans{ward: m.Linkage == Ward, threads: m.Threads, means: dense.New[float64](p.n, p.d), size: make([]float64, p.n)}
	w.list = upTo(p.n)
	for i := range p.n {
		p.exact(w.means.Row(i), i)
		w.size[i] = 1
	}
	return w
}

// meansBlock is how many clusters one goroutine looks at in a go.
const meansBlock = 1024

func (w *clusterMeans) nearest(a, prefer int32) (int32, float64) {
	type found struct {
		arg  int32
		best float64
	}
	blocks := make([]found, (len(w.list)+meansBlock-1)/meansBlock)
	row, na := w.means.Row(int(a)), w.size[a]
	to := func(j int32) float64 {
		if !w.ward {
			return max(0, 1-kernel.DotF64(row, w.means.Row(int(j))))
		}
		nj := w.size[j]
		return 2 * na * nj / (na + nj) * kernel.SquaredDistanceF64(row, w.means.Row(int(j)))
	}
	// One row of distances is short: chain looks at ctx between rows.
	_ = parallel.Do(context.Background(), w.threads, len(blocks), func(_, b int) {
		f := found{-1, math.Inf(1)}
		for _, j := range w.list[b*meansBlock : min((b+1)*meansBlock, len(w.list))] {
			if j == a {
				continue
			}
			if v := to(j); v < f.best || f.arg < 0 {
				f = found{j, v}
			}
		}
		blocks[b] = f
	})
	all := found{-1, math.Inf(1)}
	if prefer >= 0 {
		all = found{prefer, to(prefer)}
	}
	for _, f := range blocks {
		if f.arg >= 0 && (f.best < all.best || all.arg < 0) {
			all = f
		}
	}
	return all.arg, all.best
}

func (w *clusterMeans) merge(a, b int32) {
	na, nb := w.size[a], w.size[b]
	x, y := w.means.Row(int(a)), w.means.Row(int(b))
	for f := range y {
		y[f] = (na*x[f] + nb*y[f]) / (na + nb)
	}
	w.size[b] = na + nb
	w.remove(a)
}

func (w *clusterMeans) distance(v float64) float64 {
	if !w.ward {
		return v
	}
	return math.Sqrt(v)
}

package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// wardMeans knows Ward's distances from the clusters' means and sizes alone, so
// that memory grows with n·d.
type wardMeans struct {
	active
	threads int
	means   dense.Rows[float64] // [n, d]
	size    []float64
}

func newWardMeans(p *points, threads int) *wardMeans {
	w := &wardMeans{threads: threads, means: dense.New[float64](p.n, p.d), size: make([]float64, p.n)}
	w.list = upTo(p.n)
	for i := range p.n {
		p.exact(w.means.Row(i), i)
		w.size[i] = 1
	}
	return w
}

// wardBlock is how many clusters one goroutine looks at in a go.
const wardBlock = 1024

func (w *wardMeans) nearest(a, prefer int32) (int32, float64) {
	type found struct {
		arg  int32
		best float64
	}
	blocks := make([]found, (len(w.list)+wardBlock-1)/wardBlock)
	row, na := w.means.Row(int(a)), w.size[a]
	to := func(j int32) float64 {
		nj := w.size[j]
		return 2 * na * nj / (na + nj) * kernel.SquaredDistanceF64(row, w.means.Row(int(j)))
	}
	// One row of distances is short: chain looks at ctx between rows.
	_ = parallel.Do(context.Background(), w.threads, len(blocks), func(_, b int) {
		f := found{-1, math.Inf(1)}
		for _, j := range w.list[b*wardBlock : min((b+1)*wardBlock, len(w.list))] {
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

func (w *wardMeans) merge(a, b int32) {
	na, nb := w.size[a], w.size[b]
	x, y := w.means.Row(int(a)), w.means.Row(int(b))
	for f := range y {
		y[f] = (na*x[f] + nb*y[f]) / (na + nb)
	}
	w.size[b] = na + nb
	w.remove(a)
}

func (w *wardMeans) distance(v float64) float64 { return math.Sqrt(v) }

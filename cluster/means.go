package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/int8dot"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// clusterMeans computes the distances between clusters from their means and
// sizes alone, so that memory grows with n·d. It supports Ward, and Average
// under the cosine metric, where the mean distance between the points of a and
// b is 1 - mean(a)·mean(b) for means of rows of unit length.
//
// Means are also kept as bytes, in one slot for each remaining cluster.
// Products of bytes bound the distances, so few are computed in float64.
type clusterMeans struct {
	ward    bool // false: Average under the cosine metric
	threads int
	means   dense.Rows[float64] // [n, d]
	size    []float64           // [n]
	center  []float64           // [d] subtracted from means before they become bytes

	left   int       // number of clusters, in slots 0 to left-1
	slot   []int32   // [n] slot of each cluster
	id     []int32   // [n] cluster of each slot
	stride int       // bytes per slot; 0: no bytes
	codes  []int8    // [n, stride]
	scale  []float32 // [n] by slot
	away   []float32 // [n] distance between a mean and its bytes
	norm   []float32 // [n] distance between a mean and center
}

// fromMeans reports whether clusterMeans supports the linkage and metric.
func (m Agglomerative) fromMeans() bool {
	return m.Linkage == Ward || m.Linkage == Average && m.Metric == Cosine
}

func newClusterMeans(p *points, m Agglomerative) *clusterMeans {
	n := p.n
	w := &clusterMeans{
		ward: m.Linkage == Ward, threads: m.Threads, means: dense.New[float64](n, p.d), size: make([]float64, n),
		left: n, slot: upTo(n), id: upTo(n), center: make([]float64, p.d),
	}
	if w.ward { // shifting does not change distances
		copy(w.center, p.mean)
	}
	if p.d <= int8dot.MaxDim && !p.outOfRange {
		w.stride = int8dot.Stride(p.d)
		w.codes, w.scale, w.away, w.norm = make([]int8, n*w.stride), make([]float32, n), make([]float32, n), make([]float32, n)
	}
	row := make([]float32, p.d)
	for i := range n {
		p.exact(w.means.Row(i), i)
		w.size[i] = 1
		w.encode(i, row)
	}
	return w
}

// narrow writes the mean of cluster a, minus the centre, to row.
func (w *clusterMeans) narrow(a int, row []float32) {
	for f, v := range w.means.Row(a) {
		row[f] = float32(v - w.center[f])
	}
}

// encode computes the bytes of cluster a's mean; row is scratch space, [d].
func (w *clusterMeans) encode(a int, row []float32) {
	if w.stride == 0 {
		return
	}
	w.narrow(a, row)
	s := int(w.slot[a])
	w.scale[s], w.away[s] = int8dot.Quantize(w.codes[s*w.stride:][:w.stride], row)
	w.norm[s] = float32(math.Sqrt(kernel.Dot64(row, row)))
	if !(w.norm[s] < 0x1p60) { // far outside float32's range
		w.stride = 0
	}
}

// meansBlock is the number of clusters that one piece of work examines.
const meansBlock = 1024

// foundMean is the nearest cluster so far.
type foundMean struct {
	arg  int32
	best float64
}

// better reports whether cluster j, at distance v, precedes f: it is nearer, or
// equally near with a lower number.
func (f foundMean) better(j int32, v float64) bool {
	return f.arg < 0 || v < f.best || v == f.best && j < f.arg
}

func (w *clusterMeans) nearest(a, prefer int32) (int32, float64) {
	all := foundMean{-1, math.Inf(1)}
	if prefer >= 0 {
		all = foundMean{prefer, w.to(a, prefer)}
	}
	var q *meanQuery
	if w.stride > 0 {
		q = w.query(a)
	}
	blocks := make([]foundMean, (w.left+meansBlock-1)/meansBlock)
	// A row of distances is short; chain checks ctx between rows.
	_ = parallel.Do(context.Background(), w.threads, len(blocks), func(_, b int) {
		blocks[b] = w.nearestOf(a, q, b*meansBlock, min((b+1)*meansBlock, w.left), all.best)
	})
	others := foundMean{-1, math.Inf(1)}
	for _, f := range blocks {
		if f.arg >= 0 && others.better(f.arg, f.best) {
			others = f
		}
	}
	if others.arg >= 0 && (others.best < all.best || all.arg < 0) {
		all = others
	}
	return all.arg, all.best
}

// to returns the distance of clusters a and j, squared for Ward.
func (w *clusterMeans) to(a, j int32) float64 {
	x, y := w.means.Row(int(a)), w.means.Row(int(j))
	if !w.ward {
		return max(0, 1-kernel.DotF64(x, y))
	}
	return w.factor(a, j) * kernel.SquaredDistanceF64(x, y)
}

// factor is the ratio of Ward's squared distance to the squared distance
// between the means.
func (w *clusterMeans) factor(a, j int32) float64 {
	na, nj := w.size[a], w.size[j]
	return 2 * na * nj / (na + nj)
}

// meanQuery is a mean as bytes, to be compared with all others.
type meanQuery struct {
	codes                    int8dot.Codes
	scale, away, norm, reach float64
}

func (w *clusterMeans) query(a int32) *meanQuery {
	row := make([]float32, w.means.Dim)
	w.narrow(int(a), row)
	codes, scale, away := int8dot.Query(row)
	q := &meanQuery{codes: codes, scale: float64(scale), norm: math.Sqrt(kernel.Dot64(row, row))}
	// Allow for float32 rounding.
	q.away = float64(away) + 1e-6*q.norm
	q.reach = q.norm + q.away
	return q
}

// nearestOf returns the nearest of the clusters in slots lo to hi, or none if
// no cluster is as near as limit.
func (w *clusterMeans) nearestOf(a int32, q *meanQuery, lo, hi int, limit float64) foundMean {
	f := foundMean{-1, math.Inf(1)}
	var products [meansBlock]int32
	if q != nil {
		int8dot.Dots(products[:hi-lo], w.codes[lo*w.stride:hi*w.stride], q.codes)
	}
	for s := lo; s < hi; s++ {
		j := w.id[s]
		if j == a {
			continue
		}
		if q != nil && w.least(a, j, s, q, float64(products[s-lo])) > min(limit, f.best) {
			continue
		}
		if v := w.to(a, j); f.better(j, v) {
			f = foundMean{j, v}
		}
	}
	return f
}

// least returns a lower bound of the distance between clusters a and j, in slot
// s, given their product of bytes.
func (w *clusterMeans) least(a, j int32, s int, q *meanQuery, product float64) float64 {
	norm := float64(w.norm[s])
	away := float64(w.away[s]) + 1e-6*norm
	dot := product*float64(w.scale[s])*q.scale + q.away*norm + q.reach*away
	if !w.ward {
		return max(0, 1-dot-1e-6)
	}
	return w.factor(a, j) * (q.norm*q.norm + norm*norm - 2*dot - 1e-6*(q.norm*q.norm+norm*norm))
}

func (w *clusterMeans) merge(a, b int32) {
	na, nb := w.size[a], w.size[b]
	x, y := w.means.Row(int(a)), w.means.Row(int(b))
	for f := range y {
		y[f] = (na*x[f] + nb*y[f]) / (na + nb)
	}
	w.size[b] = na + nb
	w.encode(int(b), make([]float32, len(y)))
	// The last slot replaces a's.
	w.left--
	from, to := w.left, int(w.slot[a])
	moved := w.id[from]
	w.id[to], w.slot[moved] = moved, int32(to)
	if w.stride > 0 {
		copy(w.codes[to*w.stride:(to+1)*w.stride], w.codes[from*w.stride:(from+1)*w.stride])
		w.scale[to], w.away[to], w.norm[to] = w.scale[from], w.away[from], w.norm[from]
	}
}

func (w *clusterMeans) distance(v float64) float64 {
	if !w.ward {
		return v
	}
	return math.Sqrt(v)
}

package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// euclidean32 computes euclidean distances of float32 points as
// sqrt(|x|²+|y|²-2x·y), the products by blocked matrix multiplication.
//
// The formula cancels for points that lie close together and far from the
// origin. So the points are first shifted to a centre: the mean of all, or the
// mean of the panel's points where those lie much closer together than the
// whole; and a pair for which much still cancels is computed from the
// difference in float64.
type euclidean32 struct {
	x       dense.Rows[float32]
	order   []int32
	mean    []float64 // [d]
	spread  float64   // mean squared distance to mean
	threads int
	work    []euclideanScratch
}

type euclideanScratch struct {
	rows dense.Rows[float32] // [pairRows, d] shifted
	sq   []float64           // [pairRows] squared norms
}

// euclideanPanel is a block of shifted points as columns.
type euclideanPanel struct {
	lo, w  int
	center []float64           // [d]
	rows   dense.Rows[float32] // [w, d] shifted
	sq     []float32           // [w] squared norms
}

const (
	// recheck is the share of |x|²+|y|² below which |x-y|² is computed from
	// the difference instead.
	recheck = 1.0 / 256
	// tight is the share of the overall spread below which a panel's own mean
	// is the better centre.
	tight = 1.0 / 32
)

func newEuclidean32(ctx context.Context, x dense.Rows[float32], order []int32, threads int) (*euclidean32, error) {
	t := &euclidean32{x: x, order: order, threads: threads, work: make([]euclideanScratch, parallel.Threads(threads))}
	all := make([]int, x.Len)
	g := Group(all) // one group: its centroid is the mean
	c, err := centroids(ctx, x, g, threads)
	if err != nil {
		return nil, err
	}
	s, err := spread(ctx, x, g, c, threads, func(d2 float64) float64 { return d2 })
	if err != nil {
		return nil, err
	}
	t.mean, t.spread = c.Row(0), s[0]/float64(x.Len)
	return t, nil
}

func (t *euclidean32) panel(lo, hi int) any {
	p := &euclideanPanel{lo: lo, w: hi - lo, center: t.mean, rows: dense.New[float32](hi-lo, t.x.Dim), sq: make([]float32, hi-lo)}
	own := make([]float64, t.x.Dim)
	for _, r := range t.order[lo:hi] {
		add(own, t.x.Row(int(r)))
	}
	for j := range own {
		own[j] /= float64(p.w)
	}
	var s float64
	for _, r := range t.order[lo:hi] {
		s += squaredTo(t.x.Row(int(r)), own)
	}
	if s/float64(p.w) < tight*t.spread {
		p.center = own
	}
	for i, r := range t.order[lo:hi] {
		p.sq[i] = float32(shift(p.rows.Row(i), t.x.Row(int(r)), p.center))
	}
	return p
}

func (t *euclidean32) strip(worker int, dst []float32, lo, hi int, panel any) {
	p := panel.(*euclideanPanel)
	s := &t.work[worker]
	if s.sq == nil {
		s.rows, s.sq = dense.New[float32](pairRows, t.x.Dim), make([]float64, pairRows)
	}
	for i, r := range t.order[lo:hi] {
		s.sq[i] = shift(s.rows.Row(i), t.x.Row(int(r)), p.center)
	}
	products(dst, p.w, s.rows.Slice(0, hi-lo), p.rows)
	for i := range hi - lo {
		row, xx := dst[i*p.w:(i+1)*p.w], float32(s.sq[i])
		for j, yy := range p.sq {
			size := xx + yy
			d2 := size - 2*row[j]
			if d2 < recheck*size || size == 0 {
				a, b := t.order[lo+i], t.order[p.lo+j]
				d2 = float32(squared(t.x.Row(int(a)), t.x.Row(int(b))))
			}
			row[j] = float32(math.Sqrt(float64(d2)))
		}
	}
}

// shift writes x-center to dst and returns its squared norm.
func shift(dst, x []float32, center []float64) float64 {
	var s float64
	x, center = x[:len(dst)], center[:len(dst)]
	for i := range dst {
		v := float32(float64(x[i]) - center[i])
		dst[i] = v
		s += float64(v) * float64(v)
	}
	return s
}

// products writes a·bᵀ to dst [a.Len, ldd].
func products(dst []float32, ldd int, a, b dense.Rows[float32]) {
	for i := range a.Len {
		x := a.Row(i)
		for j := range b.Len {
			y := b.Row(j)
			var s0, s1 float32
			k := 0
			for ; k+2 <= len(x); k += 2 {
				s0 += x[k] * y[k]
				s1 += x[k+1] * y[k+1]
			}
			if k < len(x) {
				s0 += x[k] * y[k]
			}
			dst[i*ldd+j] = s0 + s1
		}
	}
}

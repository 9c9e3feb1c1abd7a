package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// euclidean32 computes Euclidean distances between float32 points as
// sqrt(|x|²+|y|²-2x·y), with the products from blocked matrix multiplication.
//
// The formula suffers from cancellation for points that are close together and
// far from the origin. The points are therefore first shifted to a centre: the
// mean of all points, or the mean of the panel's points if those are much
// closer together than the whole. If much still cancels, the distance is
// computed from the difference in float64.
type euclidean32 struct {
	x       dense.Rows[float32]
	order   []int32
	mean    []float32 // [d]
	spread  float64   // mean squared distance to mean
	threads int
	work    []euclideanScratch
}

// euclideanScratch is the scratch memory of one worker.
type euclideanScratch struct {
	rows  dense.Rows[float32] // [pairRows, d] shifted points of a strip
	sq    []float32           // [pairRows] their squared norms
	cols  dense.Rows[float32] // [pairCols, d] shifted points of a panel
	panel euclideanPanel
}

// euclideanPanel is a block of shifted points as columns.
type euclideanPanel struct {
	lo, w  int
	center []float32 // [d]
	packed kernel.Packed
	sq     []float32 // [w] squared norms
}

const (
	// recheck is the share of |x|²+|y|² below which |x-y|² is computed from the
	// difference instead.
	recheck = 1.0 / 64
	// tight is the share of the overall spread below which a panel's own mean is
	// the better centre.
	tight = 1.0 / 32
)

func newEuclidean32(ctx context.Context, x dense.Rows[float32], order []int32, threads int) (*euclidean32, error) {
	t := &euclidean32{x: x, order: order, threads: threads, work: make([]euclideanScratch, parallel.Threads(threads))}
	all := make([]int, x.Len)
	g := Group(all) // one group, whose centroid is the mean
	c, err := findCenters(ctx, x, g, threads)
	if err != nil {
		return nil, err
	}
	s, err := spread(ctx, x, g, c, threads, func(d2 float64) float64 { return d2 })
	if err != nil {
		return nil, err
	}
	add(c.from.Row(0), c.mean.Row(0))
	t.mean, t.spread = rounded(c.from.Row(0)), s[0]/float64(x.Len)
	return t, nil
}

func (t *euclidean32) panel(worker, lo, hi int) any {
	s := &t.work[worker]
	if s.cols.Data == nil {
		s.cols, s.panel.sq = dense.New[float32](pairCols, t.x.Dim), make([]float32, pairCols)
	}
	p := &s.panel
	p.lo, p.w, p.center = lo, hi-lo, t.mean
	own := make([]float64, t.x.Dim)
	for _, r := range t.order[lo:hi] {
		kernel.AddTo(own, t.x.Row(int(r)))
	}
	for j := range own {
		own[j] /= float64(p.w)
	}
	var width float64
	wide := make([]float64, t.x.Dim)
	for _, r := range t.order[lo:hi] {
		width += squared(widen(wide, t.x.Row(int(r))), own)
	}
	if width/float64(p.w) < tight*t.spread {
		p.center = rounded(own)
	}
	t.shift(s.cols, t.order[lo:hi], p.center)
	cols := kernel.Matrix{Data: s.cols.Data, Rows: p.w, Cols: t.x.Dim, Stride: s.cols.Stride}
	p.packed.Reset(cols)
	kernel.SquaredNorms(p.sq[:p.w], cols)
	return p
}

// shift writes the points minus center to dst, [len(points), d].
func (t *euclidean32) shift(dst dense.Rows[float32], points []int32, center []float32) {
	for i, r := range points {
		out := dst.Row(i)
		copy(out, t.x.Row(int(r)))
		kernel.Axpy(-1, center, out)
	}
}

// rounded returns x in float32. Rounding is harmless, since any centre will do
// if it is the same for all points.
func rounded(x []float64) []float32 {
	out := make([]float32, len(x))
	for i, v := range x {
		out[i] = float32(v)
	}
	return out
}

func (t *euclidean32) strip(worker int, dst []float32, lo, hi int, panel any) {
	p := panel.(*euclideanPanel)
	s := &t.work[worker]
	if s.sq == nil {
		s.rows, s.sq = dense.New[float32](pairRows, t.x.Dim), make([]float32, pairRows)
	}
	t.shift(s.rows, t.order[lo:hi], p.center)
	rows := kernel.Matrix{Data: s.rows.Data, Rows: hi - lo, Cols: t.x.Dim, Stride: s.rows.Stride}
	kernel.SquaredNorms(s.sq[:hi-lo], rows)
	kernel.Gemm(kernel.RowMajor(dst, hi-lo, p.w), rows, &p.packed, kernel.Epilogue{})
	for i := range hi - lo {
		row, sq := dst[i*p.w:(i+1)*p.w], p.sq[:p.w]
		if !distances(row, sq, s.sq[i]) {
			continue
		}
		// Rare: digits of some pair cancelled. The distances themselves show which
		// pair, up to rounding.
		for j, d := range row {
			if d*d <= 1.001*recheck*(s.sq[i]+sq[j]) {
				a, b := t.order[lo+i], t.order[p.lo+j]
				row[j] = float32(math.Sqrt(kernel.SquaredDistance(t.x.Row(int(a)), t.x.Row(int(b)))))
			}
		}
	}
}

package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// centers are k rows to compare points with, converted to the same view as
// those points.
type centers struct {
	rows      dense.Rows[float64] // [k, d] in exact space
	view      []float32           // [k, d] view rows
	w         *kernel.Packed      // [k, d] view rows
	bias      []float32           // [k] squared norms of the view rows
	big       float64             // largest norm of the view rows
	exactOnly bool                // decide everything in exact space

	bytes      *kernel.PackedInt8 // [k, d] -2 times the view rows, set by setBytes
	quantError float64            // largest distance between one of these and its bytes
}

// viewCenters prepares rows of exact space, [k, d], for comparison with p.
func (p *points) viewCenters(rows dense.Rows[float64]) *centers {
	v := make([]float32, rows.Len*p.d)
	c := &centers{rows: rows, view: v}
	c.bias = make([]float32, rows.Len)
	for j := range rows.Len {
		dst := v[j*p.d:][:p.d]
		toView(dst, rows.Row(j), p.shift, p.scale)
		s := sumSquares(dst)
		c.bias[j] = float32(s)
		c.big = max(c.big, math.Sqrt(s))
	}
	if !(c.big < 0x1p60) { // far outside the points' range
		c.exactOnly = true
		return c
	}
	c.w = kernel.Pack(kernel.RowMajor(v, rows.Len, p.d))
	return c
}

// slack returns the largest error of |c|² - 2x·c as computed by the kernels,
// for a view row of squared norm norm2 and any of the centres.
func (c *centers) slack(p *points, norm2 float64) float64 {
	return 2*p.relError*math.Sqrt(norm2)*c.big + 2*p.absError + 8*unitRoundoff*c.big*c.big
}

// nearScratch is the scratch memory of one goroutine for nearest.
type nearScratch struct {
	view          []float32
	value, second []float32 // [rows] smallest |c|² - 2x·c, and the next
	arg           []int32   // [rows]
	dst           []float32 // [k]
	list          []int32
	kernel        kernel.Scratch

	bytes  []uint8 // of int8Filter
	params []kernel.QuantRow
	open   []int32
	rest   int // number of blocks for which bytes are not tried
}

// nearest writes to s.arg the index of the centre nearest to each of the given
// rows, the lowest of equally near ones. bounds, unless nil, is called for each
// row with an upper bound of its distance to that centre and a lower bound of
// its distance to every other, in view units.
func (s *nearScratch) nearest(p *points, c *centers, rows []int32, bounds func(i int, upper, lower float64)) {
	m := len(rows)
	s.arg = grow(s.arg, m)
	if c.exactOnly || p.outOfRange {
		for r, i := range rows {
			arg, best, second := exactNearest(p, c, int(i))
			s.arg[r] = int32(arg)
			if bounds != nil {
				const safe = 1e-12 // allows for float64 rounding
				bounds(int(i), math.Sqrt(best)*p.scale*(1+safe), math.Sqrt(second)*p.scale*(1-safe))
			}
		}
		return
	}
	s.value, s.second = grow(s.value, m), grow(s.second, m)
	view, stride := p.viewRows(rows, &s.view)
	kernel.GemmArgMin(s.arg, s.value, s.second, kernel.Matrix{Data: view, Rows: m, Cols: p.d, Stride: stride}, c.w, c.bias, &s.kernel)
	for r, i := range rows {
		best, second := float64(s.value[r]), float64(s.second[r])
		norm2 := p.norm2[i]
		slack := c.slack(p, norm2)
		if second-best <= 2*slack {
			s.arg[r] = s.nearestExactly(p, c, int(i), view[r*stride:][:p.d], best+2*slack)
			second = best // the bounds cannot distinguish them
		}
		if bounds != nil {
			slack += 4 * unitRoundoff * norm2
			bounds(int(i), math.Sqrt(max(0, norm2+best+slack)), math.Sqrt(max(0, norm2+second-slack)))
		}
	}
}

// nearestExactly returns the centre nearest to row i, decided in exact space
// among the centres that the view cannot distinguish from the nearest one:
// those with |c|² - 2x·c up to limit.
func (s *nearScratch) nearestExactly(p *points, c *centers, i int, view []float32, limit float64) int32 {
	k := c.rows.Len
	s.dst = grow(s.dst, k)
	kernel.Gemm(kernel.RowMajor(s.dst, 1, k), kernel.RowMajor(view, 1, p.d), c.w, kernel.Epilogue{})
	limit += c.slack(p, p.norm2[i]) // this product may round differently
	arg, best := 0, math.Inf(1)
	for j, x := range s.dst {
		if float64(c.bias[j])-2*float64(x) <= limit {
			if d := p.squaredTo(i, c.rows.Row(j)); d < best {
				arg, best = j, d
			}
		}
	}
	return int32(arg)
}

// exactNearest returns the nearest centre of row i and the squared distances to
// it and to the next nearest.
func exactNearest(p *points, c *centers, i int) (arg int, best, second float64) {
	best, second = math.Inf(1), math.Inf(1)
	for j := range c.rows.Len {
		if d := p.squaredTo(i, c.rows.Row(j)); d < best {
			arg, best, second = j, d, best
		} else if d < second {
			second = d
		}
	}
	return arg, best, second
}

// assign writes the index of the nearest centre of every point to labels, [n].
func assign(ctx context.Context, p *points, c *centers, threads int, labels []int32) error {
	scratch := make([]nearScratch, parallel.Threads(threads))
	return eachBlock(ctx, p.n, blockRows, threads, func(worker, _, lo, hi int) {
		s := &scratch[worker]
		s.list = appendRange(s.list[:0], lo, hi)
		s.nearest(p, c, s.list, nil)
		copy(labels[lo:hi], s.arg)
	})
}

// appendRange appends the numbers from lo to hi, exclusive.
func appendRange(list []int32, lo, hi int) []int32 {
	for i := lo; i < hi; i++ {
		list = append(list, int32(i))
	}
	return list
}

// eachBlock calls f for every block of size consecutive numbers below n.
func eachBlock(ctx context.Context, n, size, threads int, f func(worker, block, lo, hi int)) error {
	return parallel.Do(ctx, threads, (n+size-1)/size, func(worker, b int) {
		f(worker, b, b*size, min((b+1)*size, n))
	})
}

// sumBlocks returns the sum over i in [0, n) of f(i), computed in blocks that
// are added in order, so that the result does not depend on threads.
func sumBlocks(ctx context.Context, n, threads int, f func(i int) float64) (float64, error) {
	part := make([]float64, (n+blockRows-1)/blockRows)
	err := eachBlock(ctx, n, blockRows, threads, func(_, b, lo, hi int) {
		s := 0.0
		for i := lo; i < hi; i++ {
			s += f(i)
		}
		part[b] = s
	})
	total := 0.0
	for _, s := range part {
		total += s
	}
	return total, err
}

func toInts(labels []int32) []int {
	out := make([]int, len(labels))
	for i, l := range labels {
		out[i] = int(l)
	}
	return out
}

package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ball decides which points lie within a radius of each other.
type ball struct {
	metric Metric
	eps    float64
	limit2 float64 // square of the radius in exact space
}

func newBall(m Metric, eps float64) ball {
	b := ball{metric: m, eps: eps, limit2: eps * eps}
	if m == Cosine {
		b.limit2 = 2 * eps
	}
	return b
}

// holds decides whether two points are within the radius, in float64.
func (b ball) holds(q *points, i int, p *points, j int) bool {
	if b.metric == Manhattan || b.metric == Chebyshev {
		return q.distance(b.metric, i, p, j) <= b.eps
	}
	return q.squared(i, p, j) <= b.limit2
}

// exactOnly reports whether matrix products cannot be used.
func (b ball) exactOnly(q, p *points) bool {
	return b.metric == Manhattan || b.metric == Chebyshev || p.outOfRange || q.outOfRange
}

// columns are some rows of p, packed for comparison with blocks of rows.
type columns struct {
	p     *points
	index []int32       // [m] rows of p
	w     kernel.Packed // [m, d] view rows, negated
	half  []float32     // [m] half their squared norms
	big   float64       // the largest norm
	buf   []float32     // [m, d]

	bytes      *kernel.PackedInt8 // [m, d] the same rows as bytes, if set
	quantError float64            // largest distance between a row and its bytes
}

// set sets c to the given rows of p.
func (c *columns) set(p *points, index []int32, exactOnly bool) {
	c.p, c.index, c.big, c.bytes = p, index, 0, nil
	if exactOnly {
		return
	}
	d := p.d
	c.buf = grow(c.buf, len(index)*d)
	c.half = grow(c.half, len(index))
	for k, i := range index {
		row := c.buf[k*d:][:d]
		p.viewRow(row, int(i))
		for j := range row {
			row[j] = -row[j]
		}
		c.half[k] = float32(p.norm2[i] / 2)
		c.big = max(c.big, math.Sqrt(p.norm2[i]))
	}
	c.w.Reset(kernel.RowMajor(c.buf, len(index), d))
}

// hits are pairs of close points: row rows[r] with each of the points
// near[start[r]:start[r+1]].
type hits struct {
	rows  []int32
	start []int32 // [rows+1]
	near  []int32
}

func (h *hits) of(r int) []int32 { return h.near[h.start[r]:h.start[r+1]] }

// finder is the scratch memory of one goroutine for finding close points.
type finder struct {
	cols  columns
	view  []float32 // [rows, d]
	dst   []float32 // [rows, columns]
	found []int32
	hits  hits
	quant quantized
	rest  int // number of blocks for which bytes are not tried
}

// find writes to f.hits, for each of the given rows of q, the columns of c
// within b, in order. If above is set, q must be c's points, and only pairs
// above the diagonal are returned: each point with the points after it.
func (f *finder) find(b ball, q *points, rows []int32, c *columns, above bool) {
	h := &f.hits
	h.rows, h.start, h.near = rows, append(h.start[:0], 0), h.near[:0]
	p, m := c.p, len(c.index)
	if b.exactOnly(q, p) {
		for _, i := range rows {
			for _, j := range c.index {
				if (!above || j > i) && b.holds(q, int(i), p, int(j)) {
					h.near = append(h.near, j)
				}
			}
			h.start = append(h.start, int32(len(h.near)))
		}
		return
	}
	if c.bytes != nil {
		if f.rest > 0 {
			f.rest--
		} else if f.findInt8(b, q, rows, c, above) {
			return
		} else {
			f.rest = int8Rest
			h.start, h.near = append(h.start[:0], 0), h.near[:0]
		}
	}
	view, stride := q.viewRows(rows, &f.view)
	f.dst = grow(f.dst, len(rows)*m)
	// dst = |c|²/2 - x·c, which is at most (limit - |x|²)/2 within the ball.
	kernel.Gemm(kernel.RowMajor(f.dst, len(rows), m), kernel.Matrix{Data: view, Rows: len(rows), Cols: c.p.d, Stride: stride}, &c.w, kernel.Epilogue{Bias: c.half})
	for r, i := range rows {
		bound, slack := b.bound(q, i, c)
		sure, maybe := float32(bound-slack), float32(bound+slack)
		dst := f.dst[r*m : r*m+m]
		f.found = kernel.AppendBelow(f.found[:0], dst, maybe, 0)
		for _, k := range f.found {
			j := c.index[k]
			if above && j <= i {
				continue
			}
			if dst[k] < sure || q.squared(int(i), p, int(j)) <= b.limit2 {
				h.near = append(h.near, j)
			}
		}
		h.start = append(h.start, int32(len(h.near)))
	}
}

// bound returns the largest |c|²/2 - x·c within the ball, where x is row i of
// q, and the largest error of float32 products.
func (b ball) bound(q *points, i int32, c *columns) (bound, slack float64) {
	p := c.p
	limit, norm2 := b.limit2, q.norm2[i]
	if b.metric != Cosine {
		limit *= p.scale * p.scale
	}
	slack = max(p.relError, q.relError)*math.Sqrt(norm2)*c.big + p.absError + 4*unitRoundoff*(norm2+c.big*c.big+limit)
	return (limit - norm2) / 2, slack
}

// viewRows returns the given view rows. If they are not contiguous in memory,
// it copies them to *buf.
func (p *points) viewRows(rows []int32, buf *[]float32) (view []float32, stride int) {
	first := int(rows[0])
	if p.direct && together(rows) {
		return p.view(first, first+len(rows), buf)
	}
	*buf = grow(*buf, len(rows)*p.d)
	for k, i := range rows {
		p.viewRow((*buf)[k*p.d:][:p.d], int(i))
	}
	return *buf, p.d
}

func together(rows []int32) bool {
	for k, i := range rows {
		if i != rows[0]+int32(k) {
			return false
		}
	}
	return true
}

const (
	pairColumns = 256 // columns packed together
	pairRows    = 96  // rows multiplied with them at once
)

// upTo returns the numbers below n.
func upTo(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// eachPair finds all pairs of points i < j within b and calls visit with some
// of them at a time, from several goroutines, in no particular order. order
// lists all points.
func eachPair(ctx context.Context, p *points, b ball, order []int32, threads int, visit func(worker int, h *hits)) error {
	finders := make([]finder, parallel.Threads(threads))
	n := len(order)
	blocks := (n + pairColumns - 1) / pairColumns
	exactOnly, useInt8 := b.exactOnly(p, p), b.int8Helps(p, p)
	if useInt8 {
		if err := p.findQuantErrors(ctx, threads); err != nil {
			return err
		}
	}
	return parallel.Do(ctx, threads, blocks, func(worker, t int) {
		t = blocks - 1 - t // longest first
		f := &finders[worker]
		hi := min((t+1)*pairColumns, n)
		f.cols.set(p, order[t*pairColumns:hi], exactOnly)
		if useInt8 {
			f.cols.setInt8()
		}
		for lo := 0; lo < hi && ctx.Err() == nil; lo += pairRows {
			f.find(b, p, order[lo:min(lo+pairRows, hi)], &f.cols, true)
			visit(worker, &f.hits)
		}
	})
}

// eachNeighbor finds, for the given rows of q, all of the points cols of p
// within b, and calls visit with some of them at a time. Calls for one row come
// from one goroutine, in the order of cols.
func eachNeighbor(ctx context.Context, q *points, rows []int32, p *points, cols []int32, b ball, threads int, visit func(worker int, h *hits)) error {
	finders := make([]finder, parallel.Threads(threads))
	exactOnly, useInt8 := b.exactOnly(q, p), b.int8Helps(q, p)
	if useInt8 {
		if err := q.findQuantErrors(ctx, threads); err != nil {
			return err
		}
	}
	const group = 16 // blocks of columns that are packed at a time, and shared
	packed := make([]columns, group)
	for at := 0; at < len(cols); at += group * pairColumns {
		part := cols[at:min(at+group*pairColumns, len(cols))]
		blocks := (len(part) + pairColumns - 1) / pairColumns
		err := parallel.Do(ctx, threads, blocks, func(_, t int) {
			packed[t].set(p, part[t*pairColumns:min((t+1)*pairColumns, len(part))], exactOnly)
			if useInt8 {
				packed[t].setInt8()
			}
		})
		if err != nil {
			return err
		}
		err = eachBlock(ctx, len(rows), pairRows, threads, func(worker, _, lo, hi int) {
			f := &finders[worker]
			for t := range blocks {
				f.find(b, q, rows[lo:hi], &packed[t], false)
				visit(worker, &f.hits)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

package cluster

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// int8Filter keeps the view rows as bytes between rounds of Lloyd's algorithm.
// See int8_pairs.go for the error of products of bytes. Most points are much
// nearer to one centre than to any other. Bytes decide these in a fraction of
// the time and memory traffic; the others are left to float32 products.
type int8Filter struct {
	p      *points
	ld     int
	root   float64     // square root of d
	blocks []int8Block // one per blockRows rows
}

type int8Block struct {
	bytes  []uint8           // [rows, ld]; nil until computed
	params []kernel.QuantRow // [rows]
}

// filterMost limits the share of a block's rows that may be left undecided to
// 1/filterMost. Above it, the next int8Rest blocks do not use bytes.
const filterMost = 2

// filterRows is the number of rows multiplied by the centres at once.
const filterRows = 48

// filterSafe allows for rounding in the bounds of the bytes' errors.
const filterSafe = 1 + 1e-3

// newInt8Filter returns an empty filter for p, or nil if bytes would not be
// faster.
func newInt8Filter(p *points) *int8Filter {
	if p.d < int8Dim || p.d > int8DimMost || p.outOfRange || kernel.Active() == kernel.Generic {
		return nil
	}
	return &int8Filter{
		p: p, ld: kernel.QuantStride(p.d), root: math.Sqrt(float64(p.d)),
		blocks: make([]int8Block, (p.n+blockRows-1)/blockRows),
	}
}

// fill computes the bytes of a block, rows lo to hi, unless they exist.
func (z *int8Filter) fill(block, lo, hi int, buf *[]float32) {
	b := &z.blocks[block]
	if b.bytes != nil {
		return
	}
	b.bytes, b.params = make([]uint8, (hi-lo)*z.ld), make([]kernel.QuantRow, hi-lo)
	view, stride := z.p.view(lo, hi, buf)
	kernel.QuantizeRows(kernel.QuantMatrix{Data: b.bytes, Params: b.params, Rows: hi - lo, Cols: z.p.d, Stride: z.ld},
		kernel.Matrix{Data: view, Rows: hi - lo, Cols: z.p.d, Stride: stride})
}

// quantError returns an upper bound of the distance between a row and its
// bytes: half a step for each feature, plus the rounding of the steps. The
// exact differences would give 0.58 of that, but take longer to compute than
// they save.
func (z *int8Filter) quantError(q kernel.QuantRow) float64 {
	return z.root * (float64(q.Scale)*0.5001 + kernel.QuantFloor)
}

// setBytes computes the bytes of the centres' part of |c|² - 2x·c.
func (c *centers) setBytes(p *points) {
	k := c.rows.Len
	w := make([]float32, k*p.d)
	for i, v := range c.view {
		w[i] = -2 * v
	}
	view := kernel.RowMajor(w, k, p.d)
	c.bytes = kernel.PackInt8(view)
	// A second, readable table of the same bytes.
	t := kernel.QuantizeTable(view)
	row := make([]float32, p.d)
	for j := range k {
		t.CopyRow(row, j)
		e := 0.0
		for f, v := range w[j*p.d:][:p.d] {
			e += (float64(v) - float64(row[f])) * (float64(v) - float64(row[f]))
		}
		c.quantError = max(c.quantError, math.Sqrt(e))
	}
}

// filter labels those of the given rows of a block that bytes decide, and
// returns the others.
func (s *nearScratch) filter(z *int8Filter, block int, c *centers, rows, labels []int32, b *bounds) (open []int32) {
	p, k := z.p, c.rows.Len
	open = s.open[:0]
	s.dst = grow(s.dst, filterRows*k)
	for len(rows) > 0 {
		part := rows[:min(filterRows, len(rows))]
		rows = rows[len(part):]
		bytes, params := z.rows(block, part, s)
		kernel.GemmInt8(kernel.RowMajor(s.dst, len(part), k), kernel.QuantMatrix{Data: bytes, Params: params, Rows: len(part), Cols: p.d, Stride: z.ld}, c.bytes, kernel.Epilogue{Bias: c.bias})
		for r, i := range part {
			arg, best, second := leastTwo(s.dst[r*k:][:k])
			norm2, e := p.norm2[i], z.quantError(params[r])
			slack := c.slack(p, norm2) + (2*e*c.big+(math.Sqrt(norm2)+e)*c.quantError)*filterSafe
			if second-best <= 2*slack {
				open = append(open, i)
				continue
			}
			slack += 4 * unitRoundoff * norm2
			labels[i] = arg
			b.set(int(i), math.Sqrt(max(0, norm2+best+slack)), math.Sqrt(max(0, norm2+second-slack)))
		}
	}
	s.open = open
	return open
}

// rows returns the bytes of the given rows of a block in contiguous memory.
func (z *int8Filter) rows(block int, rows []int32, s *nearScratch) ([]uint8, []kernel.QuantRow) {
	b := &z.blocks[block]
	first := block * blockRows
	if together(rows) {
		at := int(rows[0]) - first
		return b.bytes[at*z.ld:], b.params[at:]
	}
	s.bytes, s.params = grow(s.bytes, filterRows*z.ld), grow(s.params, filterRows)
	for r, i := range rows {
		at := int(i) - first
		copy(s.bytes[r*z.ld:][:z.ld], b.bytes[at*z.ld:])
		s.params[r] = b.params[at]
	}
	return s.bytes, s.params
}

// leastTwo returns the smallest value of x, its index, and the smallest of the
// other values, +Inf if there are none. It compares the bits of the floats as
// integers, which have the same order, because only integer comparisons compile
// without branches, which would often be mispredicted here.
func leastTwo(x []float32) (arg int32, best, second float64) {
	least, next := int32(math.MaxInt32), int32(0x7f800000) // +Inf
	for j, v := range x {
		k := int32(math.Float32bits(v))
		k ^= k >> 31 & math.MaxInt32
		next = min(next, max(least, k))
		if k < least {
			arg = int32(j)
		}
		least = min(least, k)
	}
	return arg, fromOrdered(least), fromOrdered(next)
}

func fromOrdered(k int32) float64 {
	return float64(math.Float32frombits(uint32(k ^ k>>31&math.MaxInt32)))
}

package cluster

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// int8Filter keeps the view rows as bytes from one round of Lloyd's algorithm to
// the next: see int8_pairs.go for what products of bytes are worth. Most points are
// much nearer to one centre than to any other, and these they decide in a
// fraction of the time and of the memory that has to be read; the others are
// left to float32 products.
type int8Filter struct {
	p      *points
	ld     int
	root   float64     // of d
	blocks []int8Block // of blockRows rows each
}

type int8Block struct {
	bytes  []uint8           // [rows, ld]; nil: not made yet
	params []kernel.QuantRow // [rows]
}

// filterMost is the part of a block, 1/filterMost, that may be left open before
// the next int8Rest blocks do without bytes.
const filterMost = 2

// filterRows is how many rows are multiplied with the centres at once.
const filterRows = 48

// filterSafe allows for the rounding of what is known of the bytes' errors.
const filterSafe = 1 + 1e-3

// newInt8Filter returns the filter of p without any rows yet, nil where bytes would
// not be faster.
func newInt8Filter(p *points) *int8Filter {
	if p.d < int8Dim || p.d > int8DimMost || p.outOfRange || kernel.Active() == kernel.Generic {
		return nil
	}
	return &int8Filter{
		p: p, ld: kernel.QuantStride(p.d), root: math.Sqrt(float64(p.d)),
		blocks: make([]int8Block, (p.n+blockRows-1)/blockRows),
	}
}

// fill makes the bytes of a block, rows lo to hi, if they are not there.
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

// quantError returns how far a row is from its bytes at most: half a step for each
// feature, and what the steps' own rounding adds. The differences themselves
// would say 0.58 of that, and take longer to find than they save.
func (z *int8Filter) quantError(q kernel.QuantRow) float64 {
	return z.root * (float64(q.Scale)*0.5001 + kernel.QuantFloor)
}

// setBytes makes the bytes of the centres' part in |c|² - 2x·c.
func (c *centers) setBytes(p *points) {
	k := c.rows.Len
	w := make([]float32, k*p.d)
	for i, v := range c.view {
		w[i] = -2 * v
	}
	view := kernel.RowMajor(w, k, p.d)
	c.bytes = kernel.PackInt8(view)
	// Another table of the same bytes, which can be read.
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

// rows returns the bytes of the given rows of a block, one after another.
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

// leastTwo returns the least of x, where it is, and the least of the others,
// +Inf if there are none. Floats are compared by their bits, as integers of the
// same order, since only these are compared without branches, which would often
// be guessed wrong here.
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

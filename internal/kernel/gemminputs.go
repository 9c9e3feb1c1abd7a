package kernel

import (
	"sync"
	"unsafe"
)

// This file blocks a product over inputs as well as over rows and columns (Goto
// and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008).
// The part of a panel that rows are multiplied with stays in the level-1 cache,
// or in the level-2 cache of CPUs that read it as fast from there; those rows'
// part and the sums, which are set aside until the last inputs have been added,
// stay in the level-2 cache. A sum is continued exactly where it stopped, so its
// bits do not depend on the blocks, nor on the machine's caches.

// blocking is the number of rows, columns and inputs of a product that are
// processed at once.
type blocking struct{ rows, columns, inputs int }

// manyTiles is the number of tiles of rows per panel from which it pays off to
// keep the panel's part in the level-1 cache: for fewer, setting the sums aside
// costs more.
const manyTiles = 8

// panelsInL2 tells that the level-2 cache feeds the multiply-add units as fast
// as these take panels, which then need not lie in the level-1 cache. That holds
// for Intel's CPUs, which read 64 bytes a cycle from it; setting sums aside costs
// more there than it gains (-bench GemmBlocks).
var panelsInL2 = isIntel()

// leastRows is the number of rows that share a panel's part in the level-2 cache,
// if there are as many.
const leastRows = 96

// blocking returns the block sizes for a product of that many rows and inputs,
// in tiles of tall rows and wide columns:
//   - inputs, so that a tile's part of the panels takes half of the level-1 cache,
//     rows passing through the rest of it; or, with panelsInL2, so that leastRows
//     take a quarter of the level-2 cache; or, for few rows, so that neither these
//     nor the part of the panels take more than that;
//   - rows, so that their part takes a quarter of the level-2 cache, or half with
//     panelsInL2;
//   - columns, so that the sums take a quarter, too.
//
// All are divided into equal parts: a small last block would cost almost as
// much as a full one.
func (c cacheSizes) blocking(rows, in, tall, wide int) blocking {
	const bytes = 4 // of an element
	most, quarter := c.l1/2/(bytes*wide), c.l2/4
	share := quarter
	if tiles := max(1, (rows+tall-1)/tall); tiles < manyTiles {
		most = max(most, quarter/(bytes*max(tiles*tall, wide)))
	} else if panelsInL2 {
		most, share = max(most, quarter/(bytes*leastRows)), c.l2/2
	}
	b := blocking{inputs: equalParts(in, most, unrolledInputs)}
	b.rows = equalParts(rows, share/(bytes*b.inputs), tall)
	b.columns = max(tileWidth, quarter/(bytes*b.rows)/tileWidth*tileWidth)
	return b
}

// unrolledInputs is the number of inputs that one iteration of the kernels'
// loops processes.
const unrolledInputs = 8

// equalParts returns the size of equal parts of n that are at most most: a
// multiple of unit and at least one unit.
func equalParts(n, most, unit int) int {
	most = max(unit, most/unit*unit)
	parts := max(1, (n+most-1)/most)
	size := (n + parts - 1) / parts
	return max(unit, (size+unit-1)/unit*unit)
}

// sums are partial results over some inputs, not yet stored: [columns/wide, rows,
// wide] for tiles of wide columns.
type sums struct {
	data       []float32
	rows, wide int
}

// sumsPool recycles the memory of sums.
var sumsPool = sync.Pool{New: func() any { return new([]float32) }}

// at returns the sums of the tile that begins with row i and column j, which has
// that many columns.
func (s *sums) at(i, j, columns int) *float32 {
	return &s.data[j/s.wide*s.rows*s.wide+i*columns]
}

// byInputs reports whether products use this file's kernels at the active
// level: its best instruction set is that of gemmPanel or gemmInputs.
func byInputs() bool { return max(chosen[opGemmPanel], chosen[opGemmInputs]) > chosen[opGemm] }

// largestTile returns the most rows and columns of a tile at the active level.
func largestTile() (tall, wide int) {
	if set := chosen[opGemmPanel]; set != isaNone {
		return gemmPanelTile(set)
	}
	return gemmInputsTile(chosen[opGemmInputs])
}

// gemmInputsBlocking returns the blocks for this machine's caches and kernels.
func gemmInputsBlocking(rows, in int) blocking {
	tall, wide := largestTile()
	return caches.blocking(rows, in, tall, wide)
}

// gemmInputs computes dst = A·Wᵀ with the epilogue, except the LayerNorm.
func gemmInputs(dst, a Matrix, w *Packed, ep *Epilogue) {
	b := gemmInputsBlocking(a.Rows, w.in)
	_, wide := largestTile()
	s := sums{rows: b.rows, wide: wide}
	if b.inputs < w.in {
		buf := sumsPool.Get().(*[]float32)
		defer sumsPool.Put(buf)
		*buf = grow(*buf, min(b.columns, (w.out+wide-1)/wide*wide)*b.rows)
		s.data = *buf
	}
	for i := 0; i < a.Rows; i += b.rows {
		n := min(b.rows, a.Rows-i)
		part := ep.rows(i, n)
		for j := 0; j < w.out; j += b.columns {
			block := inputsBlock{w, &part, &s, j, min(b.columns, w.out-j), b.inputs}
			block.multiply(dst.rows(i, n), a.rows(i, n))
		}
	}
}

// inputsBlock is the product of some rows with cols columns, starting at column
// j, by that many inputs at a time.
type inputsBlock struct {
	w               *Packed
	ep              *Epilogue
	s               *sums
	j, cols, inputs int
}

// multiply computes the block for the rows of a.
func (b *inputsBlock) multiply(dst, a Matrix) {
	w, wide := b.w, b.s.wide
	for k := 0; k == 0 || k < w.in; k += b.inputs {
		n := min(b.inputs, w.in-k)
		x := a.Slice(0, a.Rows, k, k+n)
		for c := 0; c < b.cols; c += tileWidth {
			o, residual := b.ep.output(dst, b.j+c, min(tileWidth, b.cols-c))
			for p := c; p < min(c+tileWidth, b.cols); p += wide {
				t := inputsTile{
					output: o.columns(p-c, min(wide, b.cols-p)), a: x,
					panel: w.data[(b.j+p)*w.in+k*panelWidth:], ldpanel: w.in * panelWidth,
					column: p, first: k == 0, last: k+n == w.in,
				}
				t.next = b.following(&t, k)
				t.multiply(b.s)
			}
			if k+n == w.in {
				o.finish(b.ep.Act, residual)
			}
		}
	}
}

// following returns the address of the panels' part that is multiplied after
// that of t, which begins with input k: that of the next panels, or the next
// inputs of the block's first panels.
func (b *inputsBlock) following(t *inputsTile, k int) uintptr {
	at := 4 * (b.j + t.column) * b.w.in
	switch {
	case t.column+b.s.wide < b.cols:
		at += 4 * (b.s.wide*b.w.in + k*panelWidth)
	case !t.last:
		at = 4 * (b.j*b.w.in + (k+b.inputs)*panelWidth)
	default:
		at += 4 * b.s.wide * b.w.in
	}
	return uintptr(unsafe.Pointer(unsafe.SliceData(b.w.data))) + uintptr(at)
}

// inputsTile is the product of some rows with some inputs of one panel, or two.
type inputsTile struct {
	output
	a           Matrix    // [rows, inputs]
	panel       []float32 // [inputs, 16] and, ldpanel elements further, the same of the second
	ldpanel     int
	column      int     // the first in the block
	first, last bool    // the inputs are the first, or the last, of a sum
	next        uintptr // what to prefetch
}

// multiply adds the tile's products to its sums, or stores them if they are the
// last. Meanwhile it prefetches the panels' part at next. It does so in tiles of
// nearly the same height: a thin last one would leave the multiply-add units
// waiting for each other.
func (t *inputsTile) multiply(s *sums) {
	tall, _ := largestTile()
	rows := t.dst.Rows
	tiles := (rows + tall - 1) / tall
	if tiles == 0 {
		return
	}
	height, taller := rows/tiles, rows%tiles
	step := (4*panelWidth + tiles - 1) / tiles // bytes of each panel that each tile asks for at each input
	for n := range tiles {
		i := n*height + min(n, taller)
		switch {
		case has(opGemmInputs):
			t.multiplyRows(s, i, 1, split(rows-i, tall), step)
		case n == 0 && taller > 0:
			t.multiplyRows(s, 0, taller, height+1, step)
		case n == taller:
			t.multiplyRows(s, i, tiles-taller, height, step)
		}
		t.next += uintptr(step * t.a.Cols)
	}
}

// multiplyRows does that for so many tiles of that height, beginning with row i.
func (t *inputsTile) multiplyRows(s *sums, i, tiles, height, step int) {
	in, cols, ldd := t.a.Cols, t.dst.Cols, t.dst.Stride
	full := panels(cols) * panelWidth
	var dst, a, panel, bias, add, start *float32
	if in > 0 {
		a, panel = &t.a.Data[i*t.a.Stride], &t.panel[0]
	}
	if !t.first {
		start = s.at(i, t.column, full)
	}
	if t.last {
		dst = &t.dst.Data[i*ldd]
		if t.bias != nil {
			bias = &t.bias[0]
		}
		if t.add.Data != nil {
			add = &t.add.Data[i*t.add.Stride]
		}
	} else {
		dst, ldd, cols = s.at(i, t.column, full), full, full
	}
	if set := chosen[opGemmPanel]; set != isaNone {
		gemmPanelAsm(set, height, tiles, dst, ldd, a, t.a.Stride, panel, t.ldpanel, in, bias, add, t.add.Stride, start, t.next, step, cols)
		return
	}
	gemmInputsAsm(chosen[opGemmInputs], height, dst, ldd, a, t.a.Stride, panel, in, bias, add, t.add.Stride, start, t.next, step, cols)
}

package kernel

import (
	"sync"
	"unsafe"
)

// This file blocks a product over inputs as well as over rows and columns (Goto
// and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008).
// The part of a panel that rows are multiplied with stays in the level-1 cache;
// those rows' part and the sums, which are set aside until the last inputs have
// been added, stay in the level-2 cache. A sum is continued exactly where it
// stopped, so its bits do not depend on the blocks, nor on the machine's
// caches.

// blocking is the number of rows, columns and inputs of a product that are
// processed at once.
type blocking struct{ rows, columns, inputs int }

// manyTiles is the number of tiles of rows per panel from which it pays off to
// keep the panel's part in the level-1 cache: for fewer, setting the sums aside
// costs more.
const manyTiles = 8

// blocking returns the block sizes for a product of that many rows and inputs,
// in tiles of tall rows:
//   - inputs, so that a panel's part takes half of the level-1 cache, rows passing
//     through the rest of it; or, for few rows, so that these take a quarter of the
//     level-2 cache;
//   - rows, so that their part takes a quarter of the level-2 cache;
//   - columns, so that the sums take a quarter, too.
//
// All are divided into equal parts: a small last block would cost almost as
// much as a full one.
func (c cacheSizes) blocking(rows, in, tall int) blocking {
	const bytes = 4 // of an element
	most := c.l1 / 2 / (bytes * panelWidth)
	if tiles := max(1, (rows+tall-1)/tall); tiles < manyTiles {
		most = max(most, c.l2/4/(bytes*tiles*tall))
	}
	b := blocking{inputs: equalParts(in, most, unrolledInputs)}
	b.rows = equalParts(rows, c.l2/4/(bytes*b.inputs), tall)
	b.columns = max(tileWidth, c.l2/4/(bytes*b.rows)/tileWidth*tileWidth)
	return b
}

// unrolledInputs is the number of inputs that one iteration of the kernels'
// loops processes.
const unrolledInputs = 4

// equalParts returns the size of equal parts of n that are at most most: a
// multiple of unit and at least one unit.
func equalParts(n, most, unit int) int {
	most = max(unit, most/unit*unit)
	parts := max(1, (n+most-1)/most)
	size := (n + parts - 1) / parts
	return max(unit, (size+unit-1)/unit*unit)
}

// sums are partial results over some inputs, not yet stored: [panels, rows,
// 16].
type sums struct {
	data []float32
	rows int
}

// sumsPool recycles the memory of sums.
var sumsPool = sync.Pool{New: func() any { return new([]float32) }}

// at returns the sums of a panel's tile that begins with row i.
func (s *sums) at(panel, i int) *float32 { return &s.data[(panel*s.rows+i)*panelWidth] }

// byInputs reports whether products use this file's kernels at the active
// level.
func byInputs() bool { return !has(opGemm) && has(opGemmInputs) }

// gemmInputsBlocking returns the blocks for this machine's caches and kernels.
func gemmInputsBlocking(rows, in int) blocking {
	tall, _ := gemmInputsTile(chosen[opGemmInputs])
	return caches.blocking(rows, in, tall)
}

// gemmInputs computes dst = A·Wᵀ with the epilogue, except the LayerNorm.
func gemmInputs(dst, a Matrix, w *Packed, ep *Epilogue) {
	b := gemmInputsBlocking(a.Rows, w.in)
	var s sums
	if b.inputs < w.in {
		buf := sumsPool.Get().(*[]float32)
		defer sumsPool.Put(buf)
		*buf = grow(*buf, min(b.columns, panels(w.out)*panelWidth)*b.rows)
		s = sums{data: *buf, rows: b.rows}
	}
	for i := 0; i < a.Rows; i += b.rows {
		n := min(b.rows, a.Rows-i)
		part := ep.rows(i, n)
		for j := 0; j < w.out; j += b.columns {
			gemmInputsBlock(dst.rows(i, n), a.rows(i, n), w, &part, j, min(b.columns, w.out-j), b.inputs, &s)
		}
	}
}

// gemmInputsBlock computes cols columns, starting at column j.
func gemmInputsBlock(dst, a Matrix, w *Packed, ep *Epilogue, j, cols, inputs int, s *sums) {
	for k := 0; k == 0 || k < w.in; k += inputs {
		n := min(inputs, w.in-k)
		x := a.Slice(0, a.Rows, k, k+n)
		for c := 0; c < cols; c += tileWidth {
			wide := min(tileWidth, cols-c)
			o, residual := ep.output(dst, j+c, wide)
			for p := 0; p < wide; p += panelWidth {
				t := inputsTile{
					output: o.columns(p, min(panelWidth, wide-p)), a: x,
					panel: w.data[(j+c+p)*w.in+k*panelWidth:][:n*panelWidth],
					first: k == 0, last: k+n == w.in,
				}
				t.multiply(s, (c+p)/panelWidth, t.following(w, k, c+p+panelWidth >= cols, cols, inputs))
			}
			if k+n == w.in {
				o.finish(ep.Act, residual)
			}
		}
	}
}

// inputsTile is the product of some rows with some inputs of one panel.
type inputsTile struct {
	output
	a           Matrix    // [rows, inputs]
	panel       []float32 // [inputs, 16]
	first, last bool      // the inputs are the first, or the last, of a sum
}

// following returns the address of the panel's part that is multiplied after
// t's: that of the next panel, or the next inputs of the block's first panel.
func (t *inputsTile) following(w *Packed, k int, lastPanel bool, cols, inputs int) uintptr {
	at := uintptr(unsafe.Pointer(unsafe.SliceData(t.panel)))
	panel := uintptr(4 * w.in * panelWidth)
	if lastPanel && !t.last {
		return at - panel*uintptr(panels(cols)-1) + uintptr(4*inputs*panelWidth)
	}
	if lastPanel {
		at -= uintptr(4 * k * panelWidth)
	}
	return at + panel
}

// multiply adds the tile's products to the sums of a panel, or stores them if
// they are the last. Meanwhile it prefetches the panel's part at next.
func (t *inputsTile) multiply(s *sums, panel int, next uintptr) {
	set := chosen[opGemmInputs]
	tall, _ := gemmInputsTile(set)
	tiles := (t.dst.Rows + tall - 1) / tall
	step := (4*panelWidth + tiles - 1) / max(1, tiles) // of each tile for each input
	var bias *float32
	if t.bias != nil {
		bias = &t.bias[0]
	}
	in, from := t.a.Cols, unsafe.SliceData(t.panel)
	for i := 0; i < t.dst.Rows; {
		n := split(t.dst.Rows-i, tall)
		var a, add, start *float32
		if in > 0 {
			a = &t.a.Data[i*t.a.Stride]
		}
		if !t.first {
			start = s.at(panel, i)
		}
		if t.last {
			if t.add.Data != nil {
				add = &t.add.Data[i*t.add.Stride]
			}
			gemmInputsAsm(set, n, &t.dst.Data[i*t.dst.Stride], t.dst.Stride, a, t.a.Stride, from, in, bias, add, t.add.Stride, start, next, step, t.dst.Cols)
		} else {
			gemmInputsAsm(set, n, s.at(panel, i), panelWidth, a, t.a.Stride, from, in, nil, nil, 0, start, next, step, panelWidth)
		}
		next += uintptr(step * in)
		i += n
	}
}

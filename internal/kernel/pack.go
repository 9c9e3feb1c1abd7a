package kernel

import "fmt"

// panelWidth is the number of output columns in a packed panel: an AVX-512
// vector, or two AVX2 ones.
const panelWidth = 16

// tileWidth is the number of columns of a tile: the AVX-512 kernel takes two
// panels side by side.
const tileWidth = 2 * panelWidth

// Packed holds a weight matrix W [out, in] in the order in which the micro
// kernels of [Gemm] read it: panels of 16 rows of W (columns of the product),
// each transposed to [in, 16] and the last one padded with zeros. The layout is
// the same at every [Level]. A Packed is immutable after Pack and may be shared
// by any number of goroutines.
type Packed struct {
	out, in int
	data    []float32 // [panels, in, 16]
}

// Pack copies w [out, in] into panels.
func Pack(w Matrix) *Packed { return (*Memory)(nil).Pack(w) }

// Reset packs another matrix into p, reusing its memory if it suffices. Neither
// p nor a view made by Columns may be in use.
func (p *Packed) Reset(w Matrix) {
	w.check("w", w.Rows, w.Cols)
	size := panels(w.Rows) * w.Cols * panelWidth
	if cap(p.data) < size {
		p.data = make([]float32, size)
	}
	p.out, p.in, p.data = w.Rows, w.Cols, p.data[:size]
	for j := 0; j < p.out; j += panelWidth {
		packPanel(p.data[j*p.in:(j+panelWidth)*p.in], w.rows(j, min(panelWidth, p.out-j)))
	}
}

// packPanel transposes w [rows, in] into panel [in, 16]; columns from rows on
// become zero.
func packPanel(panel []float32, w Matrix) {
	if w.Cols == 0 {
		return
	}
	if w.Rows < panelWidth {
		clear(panel)
	}
	r := 0
	for ; r+8 <= w.Rows && w.Cols >= 8 && has(opTranspose8); r += 8 {
		transpose8Asm(&panel[r], &w.Data[r*w.Stride], w.Stride, 8, w.Cols/8)
		for n := range 8 {
			for i := w.Cols &^ 7; i < w.Cols; i++ {
				panel[i*panelWidth+r+n] = w.Row(r + n)[i]
			}
		}
	}
	for ; r < w.Rows; r++ {
		for i, v := range w.Row(r) {
			panel[i*panelWidth+r] = v
		}
	}
}

// panels returns the number of panels for n columns.
func panels(n int) int { return (n + panelWidth - 1) / panelWidth }

// Out returns the number of rows of W, the columns of a product.
func (p *Packed) Out() int { return p.out }

// In returns the number of columns of W, the length of each dot product.
func (p *Packed) In() int { return p.in }

// Bytes returns the memory that the panels take.
func (p *Packed) Bytes() int { return 4 * len(p.data) }

// Columns returns a view of the rows lo to hi of W, so that callers can share
// the columns of one product among goroutines. lo must be a multiple of 32.
func (p *Packed) Columns(lo, hi int) Packed {
	if lo < 0 || lo%tileWidth != 0 || hi < lo || hi > p.out {
		panic(fmt.Sprintf("kernel: columns %d to %d of %d", lo, hi, p.out))
	}
	end := (lo + panels(hi-lo)*panelWidth) * p.in
	return Packed{out: hi - lo, in: p.in, data: p.data[lo*p.in : end : end]}
}

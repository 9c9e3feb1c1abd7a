package kernel

// PackTransposed copies the transpose of w [in, out] into panels: a product by
// it is A·W. Gradients are such products.
func PackTransposed(w Matrix) *Packed {
	p := new(Packed)
	p.ResetTransposed(w)
	return p
}

// ResetTransposed is [Packed.Reset] for the transpose of w [in, out].
func (p *Packed) ResetTransposed(w Matrix) {
	w.check("w", w.Rows, w.Cols)
	size := panels(w.Cols) * w.Rows * panelWidth
	if cap(p.data) < size {
		p.data = make([]float32, size)
	}
	p.out, p.in, p.data = w.Cols, w.Rows, p.data[:size]
	for j := 0; j < p.out; j += panelWidth {
		panel, cols := p.data[j*p.in:(j+panelWidth)*p.in], min(panelWidth, p.out-j)
		for k := range p.in {
			to := panel[k*panelWidth:][:panelWidth]
			clear(to[copy(to, w.Row(k)[j:j+cols]):])
		}
	}
}

// Transpose writes the transpose of x [rows, cols] to dst [cols, rows], which
// must not overlap.
func Transpose(dst, x Matrix) {
	x.check("x", x.Rows, x.Cols)
	dst.check("dst", x.Cols, x.Rows)
	const block = 16 // rows and columns: a line of the cache each
	for i := 0; i < x.Rows; i += block {
		m := min(block, x.Rows-i)
		for j := 0; j < x.Cols; j += block {
			n := min(block, x.Cols-j)
			for c := range n {
				to := dst.Row(j + c)[i : i+m]
				at := i*x.Stride + j + c
				for r := range to {
					to[r] = x.Data[at]
					at += x.Stride
				}
			}
		}
	}
}

package kernel

// rowBlock is the number of rows of A that are taken past all panels before
// the next rows: few enough that they and one panel stay in the level-2 cache
// (96 rows of 1,536 take 576 KiB, a panel 192), a multiple of the tiles' 12 and
// 6 rows.
const rowBlock = 96

// Gemm computes dst = act(A·Wᵀ + bias) + residual for A [m, in] and the packed
// W [out, in], dst being [m, out]: a linear layer over m rows. dst may be the
// same memory as the residual, but not overlap A.
//
// Each element is one chain of multiply-adds over in, in order, so its bits do
// not depend on the rows it is computed with, nor on a split of the columns.
func Gemm(dst []float32, ldd int, a []float32, lda int, m int, w *Packed, ep Epilogue) {
	checkMatrix("dst", dst, m, w.out, ldd)
	checkMatrix("a", a, m, w.in, lda)
	ep.check(m, w.out)
	for i := 0; i < m; i += rowBlock {
		gemmBlock(dst, ldd, a, lda, i, min(rowBlock, m-i), w, &ep)
	}
}

// GemmLayerNorm computes dst = LayerNorm(act(A·Wᵀ + bias) + residual), as
// [Gemm] and [LayerNorm] in turn would, while the rows are still in cache.
func GemmLayerNorm(dst []float32, ldd int, a []float32, lda int, m int, w *Packed, ep Epilogue, gamma, beta []float32, eps float32) {
	checkMatrix("dst", dst, m, w.out, ldd)
	checkMatrix("a", a, m, w.in, lda)
	ep.check(m, w.out)
	for i := 0; i < m; i += rowBlock {
		rows := min(rowBlock, m-i)
		gemmBlock(dst, ldd, a, lda, i, rows, w, &ep)
		if w.out > 0 {
			LayerNorm(dst[i*ldd:], ldd, dst[i*ldd:], ldd, rows, w.out, gamma, beta, eps)
		}
	}
}

// gemmBlock computes rows i to i+rows of dst.
func gemmBlock(dst []float32, ldd int, a []float32, lda int, i, rows int, w *Packed, ep *Epilogue) {
	var ablock []float32
	if w.in > 0 {
		ablock = a[i*lda:]
	}
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		t := tile{
			dst: dst[i*ldd+j:], ldd: ldd,
			a: ablock, lda: lda,
			panel: w.data[j*w.in : (j+panels(cols)*panelWidth)*w.in],
			rows:  rows, cols: cols, in: w.in,
		}
		if ep.Bias != nil {
			t.bias = ep.Bias[j : j+cols]
		}
		residual := ep.Residual
		if ep.Accumulate {
			t.add, t.ldadd = t.dst, ldd
		} else if residual != nil && ep.Act == None {
			t.add, t.ldadd = residual[i*ep.LDR+j:], ep.LDR
			residual = nil
		}
		t.multiply()
		activateRows(ep.Act, t.dst, ldd, rows, cols)
		if residual != nil {
			addRows(t.dst, ldd, residual[i*ep.LDR+j:], ep.LDR, rows, cols)
		}
	}
}

// tile is one product of some rows with one panel or two:
// dst = (A·panel + bias) + add.
type tile struct {
	dst            []float32 // [rows, cols]
	a              []float32 // [rows, in]
	panel          []float32 // [panels(cols), in, 16]
	bias           []float32 // [cols], or nil
	add            []float32 // [rows, cols], or nil; may be dst itself
	ldd, lda       int
	ldadd          int
	rows, cols, in int
}

// split returns how many of the remaining rows the next micro tile takes, so
// that all micro tiles have nearly the same height: a thin last one would leave
// the multiply-add units waiting for each other.
func split(rows, most int) int {
	tiles := (rows + most - 1) / most
	return (rows + tiles - 1) / tiles
}

// multiplyGeneric computes the tile in portable Go, two rows and four columns at a time.
func (t *tile) multiplyGeneric() {
	for i := 0; i < t.rows; i += 2 {
		var c [2][tileWidth]float32 // zero where there are no inputs
		rows := min(2, t.rows-i)
		if t.in > 0 {
			a0 := t.a[i*t.lda:][:t.in]
			a1 := a0
			if rows == 2 {
				a1 = t.a[(i+1)*t.lda:][:t.in]
			}
			for j := 0; j < t.cols; j += 4 {
				dot2x4((*[4]float32)(c[0][j:]), (*[4]float32)(c[1][j:]), a0, a1, t.panel[j/panelWidth*panelWidth*t.in+j%panelWidth:])
			}
		}
		for r := range rows {
			d := t.dst[(i+r)*t.ldd:][:t.cols]
			s := c[r][:len(d)]
			if t.bias != nil {
				for j, v := range t.bias {
					s[j] += v
				}
			}
			if t.add != nil {
				for j, v := range t.add[(i+r)*t.ldadd:][:t.cols] {
					s[j] += v
				}
			}
			copy(d, s)
		}
	}
}

// dot2x4 computes the products of two rows with four columns of a panel [in, 16].
func dot2x4(c0, c1 *[4]float32, a0, a1, panel []float32) {
	var s00, s01, s02, s03, s10, s11, s12, s13 float32
	a1 = a1[:len(a0)]
	for k, x := range a0 {
		b := panel[k*panelWidth:][:4]
		y := a1[k]
		s00 += x * b[0]
		s01 += x * b[1]
		s02 += x * b[2]
		s03 += x * b[3]
		s10 += y * b[0]
		s11 += y * b[1]
		s12 += y * b[2]
		s13 += y * b[3]
	}
	*c0 = [4]float32{s00, s01, s02, s03}
	*c1 = [4]float32{s10, s11, s12, s13}
}

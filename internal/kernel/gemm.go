package kernel

// rowBlock is the number of rows of A that are multiplied with all panels
// before the next rows: few enough that they and one panel stay in the level-2
// cache (96 rows of 1,536 take 576 KiB, a panel 192), and a multiple of the
// tiles' 12 and 6 rows.
const rowBlock = 96

// Gemm computes dst = A·Wᵀ for A [m, in] and the packed W [out, in], with the
// epilogue applied: a linear layer over m rows. dst, [m, out], may be the same
// memory as the residual, but not overlap A.
//
// Each element is one chain of multiply-adds over in, in order, so its bits
// depend neither on the other rows nor on a split of the columns.
func Gemm(dst, a Matrix, w *Packed, ep Epilogue) {
	a.check("a", a.Rows, w.in)
	ep.check(dst, a.Rows, w.out)
	most := rowBlock
	if byInputs() {
		most = gemmInputsBlocking(a.Rows, w.in).rows
	}
	for i := 0; i < a.Rows; i += most {
		n := min(most, a.Rows-i)
		block, part := dst.rows(i, n), ep.rows(i, n)
		gemmBlock(block, a.rows(i, n), w, &part)
		part.Norm.apply(block)
	}
}

// gemmBlock is Gemm for a block of rows, without the LayerNorm.
func gemmBlock(dst, a Matrix, w *Packed, ep *Epilogue) {
	if byInputs() {
		gemmInputs(dst, a, w, ep)
		return
	}
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		o, residual := ep.output(dst, j, cols)
		t := tile{output: o, a: a, panel: w.data[j*w.in : (j+panels(cols)*panelWidth)*w.in]}
		t.multiply()
		t.finish(ep.Act, residual)
	}
}

// tile is one product of some rows with one or two panels: dst = (A·panel +
// bias) + add.
type tile struct {
	output
	a     Matrix    // [rows, in]
	panel []float32 // [panels(cols), in, 16]
}

// split returns how many of the remaining rows the next micro tile takes. It
// makes all micro tiles nearly the same height: a thin last one would leave the
// multiply-add units waiting for each other.
func split(rows, most int) int {
	tiles := (rows + most - 1) / most
	return (rows + tiles - 1) / tiles
}

// multiply computes the tile at the active level.
func (t *tile) multiply() {
	set := chosen[opGemm]
	if set == isaNone {
		t.multiplyGeneric()
		return
	}
	tall, wide := gemmTile(set)
	in := t.a.Cols
	for j := 0; j < t.dst.Cols; j += wide {
		cols := min(wide, t.dst.Cols-j)
		var panel, bias *float32
		if in > 0 {
			panel = &t.panel[j*in]
		}
		if t.bias != nil {
			bias = &t.bias[j]
		}
		for i := 0; i < t.dst.Rows; {
			n := split(t.dst.Rows-i, tall)
			var a, add *float32
			if in > 0 {
				a = &t.a.Data[i*t.a.Stride]
			}
			if t.add.Data != nil {
				add = &t.add.Data[i*t.add.Stride+j]
			}
			gemmAsm(set, n, &t.dst.Data[i*t.dst.Stride+j], t.dst.Stride, a, t.a.Stride, panel, in, bias, add, t.add.Stride, cols)
			i += n
		}
	}
}

// multiplyGeneric computes the tile in portable Go, two rows and four columns at a time.
func (t *tile) multiplyGeneric() {
	rows, cols, in := t.dst.Rows, t.dst.Cols, t.a.Cols
	for i := 0; i < rows; i += 2 {
		var c [2][tileWidth]float32 // zero where there are no inputs
		n := min(2, rows-i)
		if in > 0 {
			a0 := t.a.Row(i)
			a1 := a0
			if n == 2 {
				a1 = t.a.Row(i + 1)
			}
			for j := 0; j < cols; j += 4 {
				dot2x4((*[4]float32)(c[0][j:]), (*[4]float32)(c[1][j:]), a0, a1, t.panel[j/panelWidth*panelWidth*in+j%panelWidth:])
			}
		}
		for r := range n {
			d := t.dst.Row(i + r)
			s := c[r][:len(d)]
			if t.bias != nil {
				for j, v := range t.bias {
					s[j] += v
				}
			}
			if t.add.Data != nil {
				for j, v := range t.add.Row(i + r) {
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

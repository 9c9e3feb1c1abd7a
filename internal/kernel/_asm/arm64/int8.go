package main

import "fmt"

const int8Signature = "(dst *float32, ldd int, q *uint8, ldq int, panel *int8, in int, params *float32, scale *float32, sums *int32, bias *float32, add *float32, ldadd int, cols int)"

// int8s generates the quantised product and the quantisation of its rows.
func int8s(a *asm) {
	for rows := 1; rows <= tileRows; rows++ {
		int8I8MM(a, rows)
		int8DotProd(a, rows)
	}
	for rows := 1; rows <= 2; rows++ {
		int8NEON(a, rows)
	}
	rangeRows(a)
	quantizeRows(a)
	peak(a, "peakInt8DotProd", "dot products of 4 lanes of 4 bytes", func(acc, x vec) { a.v(sdotLane, acc, x, x, 0) })
	peak(a, "peakInt8I8MM", "products of 2 rows and 2 columns of 8 bytes", func(acc, x vec) { a.v(usmmla, acc, x, x) })
}

func (a *asm) int8Function(set string, rows int, layout string) {
	a.function(fmt.Sprintf("int8Gemm%dx16%s", rows, set), int8Signature,
		fmt.Sprintf("computes %d rows and the first cols <= 16 columns of the quantised product; in counts groups of 4 inputs, which the panel has %s.", rows, layout))
}

const (
	byFour  = "as [in, 16, 4] bytes"
	byEight = "as [in/2, 16, 8] bytes; it is even"
)

// signs converts unsigned bytes to signed ones: q becomes q - 128.
const signs = 0x80808080

// int8DotProd generates the tile for SDOT. Activations are unsigned and weights
// signed, a combination that no instruction of FEAT_DotProd multiplies, so 128
// is subtracted from the activations and their zero points.
func int8DotProd(a *asm, rows int) {
	a.int8Function("DotProd", rows, byFour)
	p := a.rowPointers("q", "ldq", rows, 0)
	w, t := a.panel(), a.table()
	acc := a.sums(rows, tileVectors)
	a.accumulate(p, w, acc, func(acc, b, x vec, i int) { a.v(sdotLane, acc, b, x, i) }, func(x, b []vec) {
		a.ldr(b[0], t, a.offsetBits(signs))
		for _, v := range x {
			a.f("VEOR %s, %s, %s", b[0].b16(), v.b16(), v.b16())
		}
	})
	a.releaseGP(t)
	a.int8Finish(acc, true)
	a.end()
}

// int8NEON generates the tile for CPUs without dot products. Products of bytes
// are 16 bits wide; the sum of two of them still fits, since weights are never
// -128.
func int8NEON(a *asm, rows int) {
	a.int8Function("NEON", rows, byFour)
	p := a.rowPointers("q", "ldq", rows, 0)
	w := a.panel()
	t := a.table()
	sign := a.constantBits(t, signs)
	// Two sums for each column, of its even and its odd inputs' pairs.
	acc := a.sums(rows, 2*tileVectors)
	var x [2][]vec // by group
	for i := range x {
		x[i] = a.vecs(rows)
	}
	b, product := a.vecs(2), a.vecs(2)
	inputs := func(groups int) {
		for r, q := range p {
			for g := range groups {
				a.f("VLD1R.P 4(%v), [%s]", q, x[g][r].s4())
				a.f("VEOR %s, %s, %s", sign.b16(), x[g][r].b16(), x[g][r].b16())
			}
		}
	}
	multiply := func(at, groups int) {
		for c := range tileVectors {
			for g := range groups {
				a.ldr(b[g], w.at, at+g*panelBytes+16*c)
			}
			for r := range rows {
				a.v(smullB, product[0], b[0], x[0][r])
				a.v(smull2B, product[1], b[0], x[0][r])
				if groups == 2 {
					a.v(smlalB, product[0], b[1], x[1][r])
					a.v(smlal2B, product[1], b[1], x[1][r])
				}
				a.v(sadalpHS, acc[r][2*c], product[0])
				a.v(sadalpHS, acc[r][2*c+1], product[1])
			}
		}
	}
	a.inputs(w, func() {
		for k := 0; k < quad; k += 2 {
			a.ask(w, k)
			a.ask(w, k+1)
			inputs(2)
			multiply(k*panelBytes, 2)
		}
	}, func() {
		inputs(1)
		multiply(0, 1)
	})
	a.releaseGP(p...)
	a.releaseGP(t)
	a.release(sign)
	for i := range x {
		a.release(x[i]...)
	}
	a.release(b...)
	a.release(product...)
	for r := range acc {
		for c := range tileVectors {
			a.v(addp, acc[r][c], acc[r][2*c], acc[r][2*c+1])
		}
		a.release(acc[r][tileVectors:]...)
		acc[r] = acc[r][:tileVectors]
	}
	a.int8Finish(acc, true)
	a.end()
}

// int8I8MM generates the tile for USMMLA, which multiplies two rows by two
// columns of 8 inputs each. Rows are taken in pairs, an odd one with itself.
func int8I8MM(a *asm, rows int) {
	a.int8Function("I8MM", rows, byEight)
	pairs := (rows + 1) / 2
	p := a.rowPointers("q", "ldq", rows, 0)
	w := a.panel()
	sums := a.sums(pairs, 2*tileVectors)
	x, b := a.vecs(2*pairs), a.vecs(2)
	// interleave combines rows of 16 inputs into [row 0, row 1] of 8 inputs
	// each: those of each pair go to low and high, the registers that become
	// free to spare.
	interleave := func() (low, high []vec) {
		spare := b[0]
		for i := range pairs {
			upper, lower := x[2*i], x[min(2*i+1, rows-1)]
			a.f("VZIP1 %s, %s, %s", lower.d2(), upper.d2(), spare.d2())
			a.f("VZIP2 %s, %s, %s", lower.d2(), upper.d2(), x[2*i+1].d2())
			low, high = append(low, spare), append(high, x[2*i+1])
			spare = x[2*i]
		}
		return low, high
	}
	multiply := func(at int, rows []vec, b []vec) {
		for c := 0; c < 2*tileVectors; c += len(b) {
			if len(b) == 2 {
				a.ldp(b[0], b[1], w.at, at+16*c)
			} else {
				a.ldr(b[0], w.at, at+16*c)
			}
			for j := range b {
				for i := range rows {
					a.v(usmmla, sums[i][c+j], rows[i], b[j])
				}
			}
		}
	}
	// in counts groups of 4 inputs, an even number.
	four, few, done := a.label("inputs"), a.label("rest"), a.label("sums")
	a.f("SUBS $%d, %v, %v", quad, w.in, w.in)
	a.f("BLT %s", few)
	a.mark(four)
	for r, q := range p {
		a.ldrPost(x[r], q)
	}
	low, high := interleave()
	spare := x[2*pairs-2] // free after the last pair
	for k := range quad {
		a.ask(w, k)
	}
	multiply(0, low, []vec{spare, b[1]})
	multiply(2*panelBytes, high, []vec{spare, b[1]})
	a.advance(w, quad)
	a.f("SUBS $%d, %v, %v", quad, w.in, w.in)
	a.f("BGE %s", four)
	a.mark(few)
	a.f("ADDS $%d, %v, %v", quad, w.in, w.in)
	a.f("BEQ %s", done)
	for r, q := range p {
		a.f("FMOVD (%v), %s", q, x[r].f())
	}
	low, _ = interleave()
	multiply(0, low, b[1:])
	a.mark(done)
	a.release(x...)
	a.release(b...)
	a.releaseGP(p...)
	a.releaseGP(w.at, w.next, w.in)

	a.int8Finish(a.rowsOfSquares(sums, rows), false)
	a.end()
}

// rowsOfSquares converts sums of pairs of rows, whose vectors are squares of
// two rows and two columns, to sums of rows.
func (a *asm) rowsOfSquares(sums [][]vec, rows int) [][]vec {
	acc := make([][]vec, rows)
	t := a.vec()
	for i := range sums {
		for c := range tileVectors {
			left, right := sums[i][2*c], sums[i][2*c+1]
			a.f("VZIP1 %s, %s, %s", right.d2(), left.d2(), t.d2())
			acc[2*i] = append(acc[2*i], t)
			if 2*i+1 < rows {
				a.f("VZIP2 %s, %s, %s", right.d2(), left.d2(), right.d2())
				acc[2*i+1] = append(acc[2*i+1], right)
			} else {
				a.release(right)
			}
			t = left
		}
	}
	a.release(t)
	return acc
}

// int8Finish turns sums of products into dst = ((sum - zero·weights)·scales +
// bias) + add, with one rounding for scales and bias, and returns. If signed is
// set, 128 was subtracted from the activations.
func (a *asm) int8Finish(acc [][]vec, signed bool) {
	cols := a.load("cols")
	bias := a.bias(cols)
	params, scale, sums := a.load("params"), a.load("scale"), a.load("sums")
	row, sum, factor, b, product, spare := a.vec(), a.vec(), a.vec(), a.vec(), a.vec(), a.vec()
	var offset vec
	if signed {
		// [0, 128]: the zero point is next to the scale.
		offset = a.vec()
		n := a.gp()
		a.f("MOVD $%d, %v", 128<<32, n)
		a.f("FMOVD %v, %s", n, offset.f())
		a.releaseGP(n)
	}
	for c := range tileVectors {
		a.ldr(sum, sums, 16*c)
		a.ldr(factor, scale, 16*c)
		have := a.label("without")
		a.zero(b)
		a.f("CBZ %v, %s", bias, have)
		a.ldr(b, bias, 16*c)
		a.mark(have)
		for r := range acc {
			a.f("FMOVD %d(%v), %s", 8*r, params, row.f())
			if signed {
				a.f("VSUB %s, %s, %s", offset.s4(), row.s4(), row.s4())
			}
			s := acc[r][c]
			a.v(mlsLane, s, sum, row, 1)
			a.v(scvtf, s, s)
			a.v(fmulLane, product, factor, row, 0)
			a.move(spare, b)
			a.f("VFMLA %s, %s, %s", product.s4(), s.s4(), spare.s4())
			acc[r][c], spare = spare, s
		}
	}
	a.release(row, sum, factor, b, product, spare)
	if signed {
		a.release(offset)
	}
	a.releaseGP(bias, params, scale, sums)
	a.storeTile(acc, cols)
}

package main

// rowVectors is the number of vectors of running sums over a row: more would
// only pay off for longer rows.
const rowVectors = 4

// rows generates the functions that reduce a row before changing it.
func rows(a *asm) {
	softmax(a)
	layerNorm(a)
}

// softmax takes three passes over a row: the maximum, the exponentials and
// their sum, the division.
func softmax(a *asm) {
	a.function("softmaxNEON", "(x *float32, ldx int, rows int, cols int, scale float32)", "replaces each row of x by softmax(scale·x).")
	x, ld, rows, cols := a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("cols")
	t, p, q := a.table(), a.gp(), a.gp()
	k := a.expConstants(t)
	scale, mask, least := a.loadFloat("scale"), a.tailMask(cols), a.constant(t, minusInf)
	peak, sum := a.vecs(mapVectors), a.vecs(mapVectors)
	top := a.vec()

	row := a.label("row")
	a.mark(row)
	for _, v := range peak {
		a.move(v, least)
	}
	a.f("MOVD %v, %v", x, p)
	a.each(cols, mapVectors, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, p, left)
		a.on(fmul, v, v, all(scale, vectors))
		if left != nil {
			m := a.vec()
			a.move(m, least) // outside the partial vector
			a.f("VBIT %s, %s, %s", mask.b16(), v[0].b16(), m.b16())
			a.v(fmax, peak[0], peak[0], m)
			a.release(m)
		} else {
			a.on(fmax, peak[:vectors], peak[:vectors], v)
		}
		a.release(v...)
	})
	a.v(fmax, top, peak[0], peak[1])
	a.v(fmaxv, top, top)
	a.v(fneg, top, top)
	a.dup(top, top)

	a.zero(sum...)
	a.f("MOVD %v, %v", x, p)
	a.f("MOVD %v, %v", x, q)
	a.each(cols, mapVectors, func(vectors int, left *gp) {
		v, u := a.vecs(vectors), a.vecs(vectors)
		a.read(v, p, left)
		for i := range v {
			a.move(u[i], top)
			a.fmla(u[i], v[i], scale)
		}
		e := a.exp(t, k, u)
		a.keep(e, mask, left)
		a.on(fadd, sum[:vectors], sum[:vectors], e)
		a.writeVectors(e, q, left)
		a.release(v...)
		a.release(u...)
		a.release(e...)
	})
	factor := peak[0]
	a.v(fadd, sum[0], sum[0], sum[1])
	a.total(sum[0])
	a.ldr(factor, t, a.offset(1))
	a.f("FDIVS %s, %s, %s", sum[0].f(), factor.f(), factor.f())
	a.dup(factor, factor)
	a.f("MOVD %v, %v", x, p)
	a.f("MOVD %v, %v", x, q)
	a.each(cols, mapVectors, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, p, left)
		a.on(fmul, v, v, all(factor, vectors))
		a.writeVectors(v, q, left)
		a.release(v...)
	})
	a.f("ADD %v, %v, %v", ld, x, x)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

// layerNorm takes three passes over a row: the mean, the variance of the
// differences from it, the result. Sums are taken in lanes and combined in
// float32; what is derived from them is float64.
func layerNorm(a *asm) {
	a.function("layerNormNEON", "(dst *float32, ldd int, x *float32, ldx int, rows int, cols int, gamma *float32, beta *float32, eps float32, scales *float32, step int)", "computes (x-mean)/sqrt(variance+eps)·gamma + beta for each row and writes 1/sqrt(variance+eps) to scales, so many elements apart.")
	dst, ldd, x, ldx := a.load("dst"), a.loadLD("ldd", 2), a.load("x"), a.loadLD("ldx", 2)
	rows, cols, gamma, beta := a.load("rows"), a.load("cols"), a.load("gamma"), a.load("beta")
	scales, step := a.load("scales"), a.loadLD("step", 2)
	p, q, g, b := a.gp(), a.gp(), a.gp(), a.gp()
	mask, n, eps := a.tailMask(cols), a.vec(), a.vec()
	a.f("SCVTFD %v, %s", cols, n.f())
	a.f("FMOVS %s, %s", a.param("eps"), eps.f())
	a.f("FCVTSD %s, %s", eps.f(), eps.f())
	sums, mean, factor := a.vecs(rowVectors), a.vec(), a.vec()

	// over writes the sum of all lanes, divided by n, to sums[0] as float64.
	over := func() {
		a.fold(fadd, sums)
		a.total(sums[0])
		a.f("FCVTSD %s, %s", sums[0].f(), sums[0].f())
		a.f("FDIVD %s, %s, %s", n.f(), sums[0].f(), sums[0].f())
	}
	row := a.label("row")
	a.mark(row)
	a.zero(sums...)
	a.f("MOVD %v, %v", x, p)
	a.each(cols, rowVectors, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, p, left)
		a.on(fadd, sums[:vectors], sums[:vectors], v)
		a.release(v...)
	})
	over()
	a.f("FCVTDS %s, %s", sums[0].f(), mean.f())
	a.dup(mean, mean)

	a.zero(sums...)
	a.f("MOVD %v, %v", x, p)
	a.each(cols, rowVectors, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, p, left)
		a.on(fsub, v, v, all(mean, vectors))
		a.keep(v, mask, left)
		for i := range v {
			a.fmla(sums[i], v[i], v[i])
		}
		a.release(v...)
	})
	over()
	a.f("FADDD %s, %s, %s", eps.f(), sums[0].f(), sums[0].f())
	a.f("FSQRTD %s, %s", sums[0].f(), sums[0].f())
	a.f("FMOVD $1.0, %s", factor.f())
	a.f("FDIVD %s, %s, %s", sums[0].f(), factor.f(), factor.f())
	a.f("FCVTDS %s, %s", factor.f(), factor.f())
	a.f("FMOVS %s, (%v)", factor.f(), scales)
	a.dup(factor, factor)

	for _, m := range [][2]gp{{x, p}, {dst, q}, {gamma, g}, {beta, b}} {
		a.f("MOVD %v, %v", m[0], m[1])
	}
	a.each(cols, rowVectors, func(vectors int, left *gp) {
		v, c, d := a.vecs(vectors), a.vecs(vectors), a.vecs(vectors)
		a.read(v, p, left)
		a.read(c, g, left)
		a.read(d, b, left)
		a.on(fsub, v, v, all(mean, vectors))
		a.on(fmul, v, v, all(factor, vectors))
		for i := range v {
			a.fmla(d[i], v[i], c[i])
		}
		a.writeVectors(d, q, left)
		a.release(v...)
		a.release(c...)
		a.release(d...)
	})
	a.f("ADD %v, %v, %v", ldd, dst, dst)
	a.f("ADD %v, %v, %v", ldx, x, x)
	a.f("ADD %v, %v, %v", step, scales, scales)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

// rangeRows generates the search for the least and greatest element of rows.
func rangeRows(a *asm) {
	a.function("rangeRowsNEON", "(params *float32, x *float32, ldx int, rows int, cols int)", "writes for each row the pair min(x, 0), max(x, 0), the second being NaN if any element is NaN or Inf.")
	params, x, ld, rows, cols := a.load("params"), a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("cols")
	p, none := a.gp(), a.vec()
	a.zero(none)
	lo, hi, bad := a.vecs(mapVectors), a.vecs(mapVectors), a.vecs(mapVectors)
	row := a.label("row")
	a.mark(row)
	a.zero(lo...)
	a.zero(hi...)
	a.zero(bad...)
	a.f("MOVD %v, %v", x, p)
	a.each(cols, mapVectors, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, p, left)
		a.on(fmin, lo[:vectors], lo[:vectors], v)
		a.on(fmax, hi[:vectors], hi[:vectors], v)
		for i := range v {
			a.fmla(bad[i], v[i], none) // 0·x is NaN for Inf and NaN
		}
		a.release(v...)
	})
	a.v(fmin, lo[0], lo[0], lo[1])
	a.v(fminv, lo[0], lo[0])
	a.v(fmax, hi[0], hi[0], hi[1])
	a.v(fmaxv, hi[0], hi[0])
	a.v(fadd, bad[0], bad[0], bad[1])
	a.total(bad[0])
	a.f("FADDS %s, %s, %s", bad[0].f(), hi[0].f(), hi[0].f())
	a.f("FMOVS.P %s, 4(%v)", lo[0].f(), params)
	a.f("FMOVS.P %s, 4(%v)", hi[0].f(), params)
	a.f("ADD %v, %v, %v", ld, x, x)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

// quantizeRows generates the conversion to uint8. The last bytes of a row are
// written one by one.
func quantizeRows(a *asm) {
	a.function("quantizeRowsNEON", "(q *uint8, ldq int, params *float32, x *float32, ldx int, rows int, cols int)", "writes q = clamp(round(x·inv) + zero, 0, 255) for each row, params holding the pairs inv, zero.")
	q, ldq, params := a.load("q"), a.load("ldq"), a.load("params")
	x, ld, rows, cols := a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("cols")
	from, to := a.gp(), a.gp()
	inv, zero := a.vec(), a.vec()
	row := a.label("row")
	a.mark(row)
	a.f("VLD1R.P 4(%v), [%s]", params, inv.s4())
	a.f("VLD1R.P 4(%v), [%s]", params, zero.s4())
	a.f("MOVD %v, %v", x, from)
	a.f("MOVD %v, %v", q, to)
	a.each(cols, 2, func(vectors int, left *gp) {
		v := a.vecs(vectors)
		a.read(v, from, left)
		a.on(fmul, v, v, all(inv, vectors))
		for _, n := range v {
			a.v(fcvtns, n, n)
			a.f("VADD %s, %s, %s", zero.s4(), n.s4(), n.s4())
		}
		a.v(sqxtn, v[0], v[0])
		if vectors == 2 {
			a.v(sqxtn2, v[0], v[1])
		}
		a.v(sqxtun, v[0], v[0])
		switch {
		case vectors == 2:
			a.f("FMOVD.P %s, 8(%v)", v[0].f(), to)
		case left == nil:
			a.f("FMOVS.P %s, 4(%v)", v[0].f(), to)
		default:
			bits, next := a.gp(), a.label("byte")
			a.f("FMOVS %s, %v", v[0].f(), bits)
			a.mark(next)
			a.f("MOVB.P %v, 1(%v)", bits, to)
			a.f("LSR $8, %v, %v", bits, bits)
			a.f("SUBS $1, %v, %v", *left, *left)
			a.f("BNE %s", next)
			a.releaseGP(bits)
		}
		a.release(v...)
	})
	a.f("ADD %v, %v, %v", ld, x, x)
	a.f("ADD %v, %v, %v", ldq, q, q)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

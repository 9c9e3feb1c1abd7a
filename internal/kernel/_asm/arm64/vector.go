package main

// vectorBlock is the number of elements per iteration of each loop.
const vectorBlock = 32

// runningSums is the number of independent sums of vectors, so that none waits
// for another.
const runningSums = 8

const wholeBlocks = "; n must be a positive multiple of 32."

// vector generates sums over two vectors and updates of one by another. They
// process only whole blocks: the Go side does the rest.
func vector(a *asm) {
	dot(a)
	for _, k := range []struct {
		name, doc string
		step      func(x, y, acc vec)
	}{
		{"dot64", "returns Σ a·b in float64", func(x, y, acc vec) { a.fmla64(acc, x, y) }},
		{"squaredDistance", "returns Σ (a-b)² in float64", func(x, y, acc vec) {
			a.v(fsub64, x, x, y)
			a.fmla64(acc, x, x)
		}},
		{"l1Distance", "returns Σ |a-b| in float64", func(x, y, acc vec) {
			a.v(fsub64, x, x, y)
			a.v(fabs64, x, x)
			a.v(fadd64, acc, acc, x)
		}},
	} {
		a.sumDoubles(k.name+"NEON", k.doc, "float32", k.step)
		a.sumDoubles(k.name+"F64NEON", k.doc, "float64", k.step)
	}
	dotsF64(a)
	updates(a)
	doubleUpdates(a)
	addInt8(a)
	squaredDistances(a)
	below(a)
	argMin(a)
}

// store64 writes four vectors at p and advances it, with an instruction that
// does not wait for the vectors.
func (a *asm) store64(v []vec, p gp) {
	a.stp(v[0], v[1], p, 0)
	a.stp(v[2], v[3], p, 32)
	a.f("ADD $64, %v, %v", p, p)
}

// fmla64 adds x·y to dst in float64.
func (a *asm) fmla64(dst, x, y vec) { a.f("VFMLA %s, %s, %s", y.d2(), x.d2(), dst.d2()) }

func dot(a *asm) {
	a.function("dotNEON", "(a *float32, b *float32, n int) float32", "returns Σ a·b"+wholeBlocks)
	p, q, n := a.load("a"), a.load("b"), a.load("n")
	acc, x, y := a.vecs(runningSums), a.vecs(runningSums), a.vecs(runningSums)
	a.zero(acc...)
	a.blocks(n, vectorBlock, func() {
		a.read(x, p, nil)
		a.read(y, q, nil)
		for j := range acc {
			a.fmla(acc[j], x[j], y[j])
		}
	})
	a.fold(fadd, acc)
	a.total(acc[0])
	a.f("FMOVS %s, %s", acc[0].f(), a.param("ret"))
	a.ret()
	a.end()
}

// readDoubles reads 8 elements of float32 or float64 as float64 into four
// vectors and advances p.
func (a *asm) readDoubles(vs []vec, p gp, kind string) {
	if kind == "float64" {
		a.ldp(vs[0], vs[1], p, 0)
		a.ldp(vs[2], vs[3], p, 32)
		a.f("ADD $64, %v, %v", p, p)
		return
	}
	a.ldp(vs[1], vs[3], p, 0)
	a.f("ADD $32, %v, %v", p, p)
	for i := 1; i < 4; i += 2 {
		a.v(fcvtl, vs[i-1], vs[i])
		a.v(fcvtl2, vs[i], vs[i])
	}
}

// sumDoubles generates a sum over two vectors in float64.
func (a *asm) sumDoubles(name, doc, kind string, step func(x, y, acc vec)) {
	a.function(name, "(a *"+kind+", b *"+kind+", n int) float64", doc+wholeBlocks)
	p, q, n := a.load("a"), a.load("b"), a.load("n")
	acc, x, y := a.vecs(runningSums), a.vecs(4), a.vecs(4)
	a.zero(acc...)
	a.blocks(n, vectorBlock, func() {
		for i := range vectorBlock / 8 {
			a.readDoubles(x, p, kind)
			a.readDoubles(y, q, kind)
			for j := range x {
				step(x[j], y[j], acc[(4*i+j)%runningSums])
			}
		}
	})
	a.fold(fadd64, acc)
	a.v(faddpd, acc[0], acc[0])
	a.f("FMOVD %s, %s", acc[0].f(), a.param("ret"))
	a.ret()
	a.end()
}

// dotsF64 generates the products of two rows of A with four of B.
func dotsF64(a *asm) {
	a.function("dots2x4F64NEON", "(dst *float64, a *float64, b *float64, ldb int, n int, second int)", "writes to dst [2, 4] the products of the row at a and the one second elements on with the four rows at b"+wholeBlocks)
	p := []gp{a.load("a"), a.loadLD("second", 3)}
	a.f("ADD %v, %v, %v", p[0], p[1], p[1])
	q := a.rowPointers("b", "ldb", 4, 3)
	n := a.load("n")
	// Even and odd vectors have separate sums.
	acc, odd, x, y := a.sums(2, 4), a.sums(2, 4), a.vecs(4), a.vecs(2)
	a.blocks(n, vectorBlock, func() {
		for i := range vectorBlock / 4 {
			for r := range p {
				a.ldp(x[2*r], x[2*r+1], p[r], 32*i)
			}
			for c := range q {
				a.ldp(y[0], y[1], q[c], 32*i)
				for r := range p {
					a.fmla64(acc[r][c], x[2*r], y[0])
				}
				for r := range p {
					a.fmla64(odd[r][c], x[2*r+1], y[1])
				}
			}
		}
		for _, r := range append(p, q...) {
			a.f("ADD $%d, %v, %v", 8*vectorBlock, r, r)
		}
	})
	dst := a.load("dst")
	for r := range acc {
		a.on(fadd64, acc[r], acc[r], odd[r])
		for c := 0; c < 4; c += 2 {
			a.v(faddp64, acc[r][c], acc[r][c], acc[r][c+1])
			a.str(acc[r][c], dst, 32*r+8*c)
		}
	}
	a.ret()
	a.end()
}

// turn generates rotations of pairs of elements.
func turn(a *asm) {
	const group = 4 // vectors
	a.function("turnNEON", "(x *float32, y *float32, cos *float32, sin *float32, n int)", "sets x to x·cos - y·sin and y to y·cos + x·sin"+wholeBlocks)
	toX, toY, cos, sin, n := a.load("x"), a.load("y"), a.load("cos"), a.load("sin"), a.load("n")
	x, y := a.gp(), a.gp()
	a.f("MOVD %v, %v", toX, x)
	a.f("MOVD %v, %v", toY, y)
	first, second, c, s, t := a.vecs(group), a.vecs(group), a.vecs(group), a.vecs(group), a.vecs(group)
	a.blocks(n, vectorBlock, func() {
		for range vectorBlock / (group * lanes) {
			a.read(first, x, nil)
			a.read(second, y, nil)
			a.read(c, cos, nil)
			a.read(s, sin, nil)
			a.on(fmul, t, second, s)
			a.on(fmul, s, first, s)
			a.on(fmul, first, first, c)
			a.on(fmul, second, second, c)
			a.on(fsub, first, first, t)
			a.on(fadd, second, second, s)
			a.writeVectors(first, toX, nil)
			a.writeVectors(second, toY, nil)
		}
	})
	a.ret()
	a.end()
}

// updates generates element-wise changes of one float32 vector by others.
func updates(a *asm) {
	const group = 4 // vectors
	loop := func(n gp, body func(v []vec)) {
		v := a.vecs(group)
		a.blocks(n, vectorBlock, func() {
			for range vectorBlock / (group * lanes) {
				body(v)
			}
		})
		a.ret()
		a.end()
	}
	a.function("addNEON", "(y *float32, x *float32, n int)", "adds x to y"+wholeBlocks)
	to, x, n := a.load("y"), a.load("x"), a.load("n")
	y, w := a.gp(), a.vecs(group)
	a.f("MOVD %v, %v", to, y)
	loop(n, func(v []vec) {
		a.read(v, y, nil)
		a.read(w, x, nil)
		a.on(fadd, v, v, w)
		a.writeVectors(v, to, nil)
	})

	a.function("multiplyNEON", "(y *float32, x *float32, n int)", "multiplies y by x"+wholeBlocks)
	to, x, n = a.load("y"), a.load("x"), a.load("n")
	y, w = a.gp(), a.vecs(group)
	a.f("MOVD %v, %v", to, y)
	loop(n, func(v []vec) {
		a.read(v, y, nil)
		a.read(w, x, nil)
		a.on(fmul, v, v, w)
		a.writeVectors(v, to, nil)
	})

	turn(a)

	a.function("axpyNEON", "(y *float32, x *float32, n int, alpha float32)", "adds alpha·x to y"+wholeBlocks)
	to, x, n = a.load("y"), a.load("x"), a.load("n")
	alpha := a.loadFloat("alpha")
	y, w = a.gp(), a.vecs(group)
	a.f("MOVD %v, %v", to, y)
	loop(n, func(v []vec) {
		a.read(v, y, nil)
		a.read(w, x, nil)
		for i := range v {
			a.fmla(v[i], w[i], alpha)
		}
		a.writeVectors(v, to, nil)
	})

	a.function("scaleNEON", "(x *float32, n int, alpha float32)", "multiplies x by alpha"+wholeBlocks)
	to, n = a.load("x"), a.load("n")
	alpha = a.loadFloat("alpha")
	x = a.gp()
	a.f("MOVD %v, %v", to, x)
	loop(n, func(v []vec) {
		a.read(v, x, nil)
		a.on(fmul, v, v, all(alpha, group))
		a.writeVectors(v, to, nil)
	})

	a.function("scaledSumNEON", "(dst *float32, a *float32, b *float32, shift *float32, next *float32, n int, scale float32)", "sets dst to (a + b)·scale + shift and asks for next meanwhile"+wholeBlocks)
	to, x, y = a.load("dst"), a.load("a"), a.load("b")
	shift, next := a.load("shift"), a.load("next")
	n, alpha = a.load("n"), a.loadFloat("scale")
	w = a.vecs(group)
	loop(n, func(v []vec) {
		a.f("PRFM (%v), PLDL1KEEP", next)
		a.f("ADD $%d, %v, %v", 16*group, next, next)
		a.read(v, x, nil)
		a.read(w, y, nil)
		a.on(fadd, w, w, v)
		a.read(v, shift, nil)
		for i := range v {
			a.fmla(v[i], w[i], alpha)
		}
		a.writeVectors(v, to, nil)
	})
}

// doubleUpdates generates y += alpha·x for float64 sums.
func doubleUpdates(a *asm) {
	for _, k := range [][2]string{{"addScaledToNEON", "float32"}, {"axpyF64NEON", "float64"}} {
		name, kind := k[0], k[1]
		a.function(name, "(y *float64, x *"+kind+", n int, alpha float64)", "adds alpha·x to y"+wholeBlocks)
		y, x, n, alpha := a.load("y"), a.load("x"), a.load("n"), a.loadDouble("alpha")
		v, w := a.vecs(4), a.vecs(4)
		a.blocks(n, vectorBlock, func() {
			for range vectorBlock / 8 {
				a.readDoubles(w, x, kind)
				a.ldp(v[0], v[1], y, 0)
				a.ldp(v[2], v[3], y, 32)
				for i := range v {
					a.fmla64(v[i], w[i], alpha)
				}
				a.store64(v, y)
			}
		})
		a.ret()
		a.end()
	}
}

func addInt8(a *asm) {
	a.function("addInt8NEON", "(y *float32, x *int8, n int, alpha float32)", "adds alpha·x to y"+wholeBlocks)
	y, x, n, alpha := a.load("y"), a.load("x"), a.load("n"), a.loadFloat("alpha")
	b, h, w, v := a.vec(), a.vecs(2), a.vecs(4), a.vecs(4)
	a.blocks(n, vectorBlock, func() {
		for range vectorBlock / 16 {
			a.ldrPost(b, x)
			a.v(sxtlBH, h[0], b)
			a.v(sxtl2BH, h[1], b)
			for i := range h {
				a.v(sxtlHS, w[2*i], h[i])
				a.v(sxtl2HS, w[2*i+1], h[i])
			}
			a.ldp(v[0], v[1], y, 0)
			a.ldp(v[2], v[3], y, 32)
			for i := range w {
				a.v(scvtf, w[i], w[i])
				a.fmla(v[i], w[i], alpha)
			}
			a.store64(v, y)
		}
	})
	a.ret()
	a.end()
}

func squaredDistances(a *asm) {
	a.function("squaredDistancesNEON", "(products *float32, norms *float32, n int, self float32)", "replaces p by max(0, (self + norm) - 2p)"+wholeBlocks)
	to, norms, n, self := a.load("products"), a.load("norms"), a.load("n"), a.loadFloat("self")
	from, t := a.gp(), a.table()
	two, none := a.constant(t, 2), a.vec()
	a.zero(none)
	p, v := a.vecs(4), a.vecs(4)
	a.f("MOVD %v, %v", to, from)
	a.blocks(n, vectorBlock, func() {
		for range vectorBlock / 16 {
			a.read(p, from, nil)
			a.read(v, norms, nil)
			a.on(fadd, v, v, all(self, 4))
			for i := range v {
				a.fmls(v[i], p[i], two)
			}
			a.on(fmax, v, v, all(none, 4))
			a.writeVectors(v, to, nil)
		}
	})
	a.ret()
	a.end()
}

// below gives each lane of eight comparisons its own bit and adds them.
func below(a *asm) {
	a.function("belowNEON", "(bits *uint32, x *float32, n int, limit float32)", "writes for every 32 elements a word with the bits of those <= limit"+wholeBlocks)
	bits, x, n, limit := a.load("bits"), a.load("x"), a.load("n"), a.loadFloat("limit")
	const vectors = vectorBlock / lanes
	weight, v, at := a.vecs(vectors), a.vecs(vectors), a.gp()
	a.f("MOVD $%s(SB), %v", a.data("weights", 1, 2, 4, 8), at)
	a.ldr(weight[0], at, 0)
	for i := 1; i < vectors; i++ {
		a.f("VSHL $%d, %s, %s", 4*i, weight[0].s4(), weight[i].s4())
	}
	a.blocks(n, vectorBlock, func() {
		a.read(v, x, nil)
		for i := range v {
			a.v(fcmge, v[i], limit, v[i])
			a.f("VAND %s, %s, %s", weight[i].b16(), v[i].b16(), v[i].b16())
		}
		for step := 1; step < vectors; step *= 2 {
			for i := 0; i < vectors; i += 2 * step {
				a.f("VORR %s, %s, %s", v[i+step].b16(), v[i].b16(), v[i].b16())
			}
		}
		a.f("VADDV %s, V%d", v[0].s4(), int(v[0]))
		a.f("FMOVS.P %s, 4(%v)", v[0].f(), bits)
	})
	a.ret()
	a.end()
}

// argMin generates the search for the two least values of norms - 2·products in
// each row. Each lane keeps its own best, index and second; the lanes are
// combined at the end of a row.
func argMin(a *asm) {
	a.function("argMinNEON", "(index *int32, value *float32, second *float32, products *float32, ld int, rows int, cols int, norms *float32, lanes *int32)", "finds for each row of products the least norms-2·products, the lowest index where it is, and the least of the others. lanes holds 0, 1, 2 and so on.")
	index, value, second, products, ld := a.load("index"), a.load("value"), a.load("second"), a.load("products"), a.loadLD("ld", 2)
	rows, cols, norms, numbers := a.load("rows"), a.load("cols"), a.load("norms"), a.load("lanes")
	p, q, t := a.gp(), a.gp(), a.table()
	mask, two, inf := a.tailMask(cols), a.constant(t, 2), a.constant(t, plusInf)
	most := a.constantBits(t, 1<<31-1)
	first, step := a.vec(), a.vec()
	a.ldr(first, numbers, 0)
	a.f("ADD $%d, %v, %v", 4*lanes, numbers, numbers)
	a.f("VLD1R (%v), [%s]", numbers, step.s4())
	best, next, arg, at := a.vec(), a.vec(), a.vec(), a.vec()
	product, v, less, loser := a.vecs(1), a.vecs(1), a.vec(), a.vec()

	row := a.label("row")
	a.mark(row)
	a.move(best, inf)
	a.move(next, inf)
	a.zero(arg)
	a.move(at, first)
	a.f("MOVD %v, %v", products, p)
	a.f("MOVD %v, %v", norms, q)
	a.each(cols, 1, func(_ int, left *gp) {
		a.read(product, p, left)
		a.read(v, q, left)
		x := v[0]
		a.fmls(x, product[0], two)
		if left != nil {
			a.f("VBIF %s, %s, %s", mask.b16(), inf.b16(), x.b16())
		}
		a.v(fcmgt, less, best, x)
		a.move(loser, less)
		a.f("VBSL %s, %s, %s", x.b16(), best.b16(), loser.b16())
		a.f("VBIT %s, %s, %s", less.b16(), x.b16(), best.b16())
		a.f("VBIT %s, %s, %s", less.b16(), at.b16(), arg.b16())
		a.v(fminnm, next, next, loser) // if loser is NaN, next is kept
		a.f("VADD %s, %s, %s", step.s4(), at.s4(), at.s4())
	})
	lowest, candidate, winner := less, loser, product[0]
	a.v(fminv, lowest, best)
	a.f("FMOVS.P %s, 4(%v)", lowest.f(), value)
	a.dup(lowest, lowest)
	// Among the lanes that hold the least value, the lowest index.
	a.v(fcmeq, candidate, lowest, best)
	a.f("VBSL %s, %s, %s", most.b16(), arg.b16(), candidate.b16())
	a.v(sminv, winner, candidate)
	a.f("FMOVS.P %s, 4(%v)", winner.f(), index)
	// Exclude its lane from the search for the second value.
	a.dup(winner, winner)
	a.f("VCMEQ %s, %s, %s", winner.s4(), candidate.s4(), candidate.s4())
	a.f("VBIT %s, %s, %s", candidate.b16(), inf.b16(), best.b16())
	a.v(fmin, next, next, best)
	a.v(fminv, next, next)
	a.f("FMOVS.P %s, 4(%v)", next.f(), second)
	a.f("ADD %v, %v, %v", ld, products, products)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

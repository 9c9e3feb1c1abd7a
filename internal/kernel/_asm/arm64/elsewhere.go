package main

// float16 generates the conversion of binary16 numbers for package safetensors.
func float16(a *asm) {
	a.function("float16NEON", "(dst *float32, src *byte, n int)", "converts n binary16 numbers; n is a positive multiple of 8.")
	dst, src, n := a.load("dst"), a.load("src"), a.load("n")
	h, w := a.vec(), a.vecs(2)
	a.blocks(n, 8, func() {
		a.ldrPost(h, src)
		a.v(fcvtlHS, w[0], h)
		a.v(fcvtl2HS, w[1], h)
		a.writeVectors(w, dst, nil)
	})
	a.ret()
	a.end()
}

// distances generates the conversion of products to distances for package
// score.
func distances(a *asm) {
	a.function("distancesNEON", "(products *float32, sq *float32, n int, self float32, share float32) uint32", "is distancesGeneric for n, a positive multiple of 8; share is recheck, and what it returns is not 0 where digits cancelled.")
	from, sq, n := a.load("products"), a.load("sq"), a.load("n")
	self, share, none, kept := a.loadFloat("self"), a.loadFloat("share"), a.vec(), a.vec()
	a.zero(none)
	a.f("VCMEQ %s, %s, %s", none.s4(), none.s4(), kept.s4()) // all ones
	to, p, size, least := a.gp(), a.vecs(2), a.vecs(2), a.vecs(2)
	a.f("MOVD %v, %v", from, to)
	a.blocks(n, 8, func() {
		a.read(p, from, nil)
		a.read(size, sq, nil)
		a.on(fadd, size, size, all(self, 2))
		a.on(fadd, p, p, p)
		a.on(fsub, p, size, p)
		a.on(fmul, least, size, all(share, 2))
		a.on(fcmge, least, p, least) // not true for NaN
		for i := range p {
			a.f("VAND %s, %s, %s", least[i].b16(), kept.b16(), kept.b16())
			a.v(fmax, p[i], p[i], none) // NaN stays
			a.v(fsqrt, p[i], p[i])
		}
		a.writeVectors(p, to, nil)
	})
	a.v(uminv, kept, kept)
	a.f("FMOVS %s, %v", kept.f(), n)
	a.f("MVNW %v, %v", n, n)
	a.f("MOVW %v, %s", n, a.param("ret"))
	a.ret()
	a.end()
}

// dotsInt8 generates the products of rows of bytes with one row of 16-bit
// numbers for package int8dot.
func dotsInt8(a *asm) {
	a.function("dotsNEON", "(dst *int32, rows *int8, q *int16, n int, steps int)", "is dotsGeneric for n rows, at least one, of steps·32 bytes.")
	dst, rows, q, n, steps := a.load("dst"), a.load("rows"), a.load("q"), a.load("n"), a.load("steps")
	at, left := a.gp(), a.gp()
	acc, b, wide, x := a.vecs(4), a.vecs(2), a.vecs(4), a.vecs(4)
	a.blocks(n, 1, func() {
		a.zero(acc...)
		a.f("MOVD %v, %v", q, at)
		a.f("MOVD %v, %v", steps, left)
		a.blocks(left, 1, func() {
			a.ldp(b[0], b[1], rows, 0)
			a.f("ADD $32, %v, %v", rows, rows)
			a.ldp(x[0], x[1], at, 0)
			a.ldp(x[2], x[3], at, 32)
			a.f("ADD $64, %v, %v", at, at)
			for i := range b {
				a.v(sxtlBH, wide[2*i], b[i])
				a.v(sxtl2BH, wide[2*i+1], b[i])
			}
			for i := range wide {
				a.v(smlalH, acc[i], wide[i], x[i])
			}
			for i := range wide {
				a.v(smlal2H, acc[i], wide[i], x[i])
			}
		})
		for step := 1; step < len(acc); step *= 2 {
			for i := 0; i < len(acc); i += 2 * step {
				a.f("VADD %s, %s, %s", acc[i+step].s4(), acc[i].s4(), acc[i].s4())
			}
		}
		a.f("VADDV %s, V%d", acc[0].s4(), int(acc[0]))
		a.f("FMOVS.P %s, 4(%v)", acc[0].f(), dst)
	})
	a.ret()
	a.end()
}

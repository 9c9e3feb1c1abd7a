package main

import "math"

// lanes is the number of float32 lanes of a vector.
const lanes = 4

// each emits loops over n elements: body(vectors, nil) for that many vectors at
// a time, body(1, nil) for whole ones, and body(1, left) for the last 1 to 3
// elements, with their number in left. The body advances its pointers itself.
func (a *asm) each(n gp, vectors int, body func(vectors int, left *gp)) {
	i := a.gp()
	few, part, done := a.label("few"), a.label("part"), a.label("done")
	loop := func(vectors int, over string) {
		again := a.label("loop")
		a.f("SUBS $%d, %v, %v", lanes*vectors, i, i)
		a.f("BLT %s", over)
		a.mark(again)
		body(vectors, nil)
		a.f("SUBS $%d, %v, %v", lanes*vectors, i, i)
		a.f("BGE %s", again)
		a.mark(over)
		a.f("ADDS $%d, %v, %v", lanes*vectors, i, i)
		a.f("BEQ %s", done)
	}
	a.f("MOVD %v, %v", n, i)
	if vectors > 1 {
		loop(vectors, few)
	}
	loop(1, part)
	body(1, &i)
	a.mark(done)
	a.releaseGP(i)
}

// blocks emits a loop over n elements, a positive multiple of step.
func (a *asm) blocks(n gp, step int, body func()) {
	again := a.label("block")
	a.mark(again)
	body()
	a.f("SUBS $%d, %v, %v", step, n, n)
	a.f("BNE %s", again)
}

// read reads vectors at p and advances it; the last vector may be partial, and
// its other lanes become zero.
func (a *asm) read(vs []vec, p gp, left *gp) {
	if left == nil {
		for _, v := range vs {
			a.ldrPost(v, p)
		}
		return
	}
	a.part(vs[0], p, *left)
}

// part reads the 1 to 3 elements at p; the other lanes become zero.
func (a *asm) part(v vec, p, left gp) {
	one, done, third := a.label("one"), a.label("read"), a.vec()
	a.f("CMP $2, %v", left)
	a.f("BLT %s", one)
	a.f("FMOVD (%v), %s", p, v.f())
	a.f("BEQ %s", done)
	a.f("FMOVS 8(%v), %s", p, third.f())
	a.f("VMOV %s, %s", third.lane(0), v.lane(2))
	a.f("B %s", done)
	a.mark(one)
	a.f("FMOVS (%v), %s", p, v.f())
	a.mark(done)
	a.release(third)
}

// write stores vectors at p and advances it; the last vector may be partial.
func (a *asm) writeVectors(vs []vec, p gp, left *gp) {
	if left == nil {
		for _, v := range vs {
			a.strPost(v, p)
		}
		return
	}
	one, done, third, v := a.label("one"), a.label("stored"), a.vec(), vs[0]
	a.f("CMP $2, %v", *left)
	a.f("BLT %s", one)
	a.f("FMOVD %s, (%v)", v.f(), p)
	a.f("BEQ %s", done)
	a.f("VMOV %s, %s", v.lane(2), third.lane(0))
	a.f("FMOVS %s, 8(%v)", third.f(), p)
	a.f("B %s", done)
	a.mark(one)
	a.f("FMOVS %s, (%v)", v.f(), p)
	a.mark(done)
	a.release(third)
}

// tailMask returns a vector whose first n mod 4 lanes are ones, the others zeros.
func (a *asm) tailMask(n gp) vec {
	at, i, v := a.gp(), a.gp(), a.vec()
	a.f("AND $3, %v, %v", n, i)
	a.f("MOVD $%s(SB), %v", a.data("window", 1<<32-1, 1<<32-1, 1<<32-1, 1<<32-1, 0, 0, 0, 0), at)
	a.f("SUB %v<<2, %v, %v", i, at, at)
	a.ldr(v, at, 16)
	a.releaseGP(at, i)
	return v
}

// keep zeroes the lanes of vs outside the mask if they are partial.
func (a *asm) keep(vs []vec, mask vec, left *gp) {
	if left != nil {
		a.f("VAND %s, %s, %s", mask.b16(), vs[0].b16(), vs[0].b16())
	}
}

// dup copies the lowest lane of v to all lanes.
func (a *asm) dup(dst, v vec) { a.f("VDUP %s, %s", v.lane(0), dst.s4()) }

// fmla adds x·y to dst, fmls subtracts it.
func (a *asm) fmla(dst, x, y vec) { a.f("VFMLA %s, %s, %s", y.s4(), x.s4(), dst.s4()) }
func (a *asm) fmls(dst, x, y vec) { a.f("VFMLS %s, %s, %s", y.s4(), x.s4(), dst.s4()) }

// fold combines vectors, whose number is a power of two, pairwise into the
// first.
func (a *asm) fold(op *encoding, vs []vec) {
	for step := 1; step < len(vs); step *= 2 {
		for i := 0; i < len(vs); i += 2 * step {
			a.v(op, vs[i], vs[i], vs[i+step])
		}
	}
}

// total leaves the sum of the lanes of v in its lowest one.
func (a *asm) total(v vec) {
	a.v(faddp, v, v, v)
	a.v(faddps, v, v)
}

// on applies an instruction of two sources to each of the vectors.
func (a *asm) on(e *encoding, dst, x, y []vec) {
	for i := range dst {
		a.v(e, dst[i], x[i], y[i])
	}
}

// all returns the same vector n times.
func all(v vec, n int) []vec {
	vs := make([]vec, n)
	for i := range vs {
		vs[i] = v
	}
	return vs
}

// horner returns Σ coef[i]·x^i in new vectors. t points to the table: each
// step's coefficient is read from memory, since copying it from a register
// would take an issue slot of the multiply-adds.
func (a *asm) horner(t gp, x []vec, coef []float32) []vec {
	p, q := a.vecs(len(x)), a.vecs(len(x))
	last := len(coef) - 1
	for _, v := range p {
		a.ldr(v, t, a.offset(coef[last]))
	}
	for i := last - 1; i >= 0; i-- {
		for j := range x {
			a.ldr(q[j], t, a.offset(coef[i]))
			a.fmla(q[j], p[j], x[j])
		}
		p, q = q, p
	}
	a.release(q...)
	return p
}

// expConstants are the constants that exp keeps in registers.
type expConstants struct{ low, high, log2e, ln2High, ln2Low, bias vec }

func (a *asm) expConstants(t gp) expConstants {
	return expConstants{
		low: a.constant(t, -104), high: a.constant(t, 89), log2e: a.constant(t, math.Log2E),
		ln2High: a.constant(t, ln2High), ln2Low: a.constant(t, float32(math.Ln2-float64(ln2High))), bias: a.constantBits(t, 127),
	}
}

const ln2High float32 = math.Ln2

// expCoef are the coefficients of e^r for |r| up to ln 2 / 2, minimax within
// 3.7e-9 relative; exp2Coef those of 2^r for |r| up to 1/2, within 2.2e-8, exact
// at 0.
var (
	expCoef  = []float32{1, 1, 0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.00836874544620514, 0.0013814539415761828}
	exp2Coef = []float32{1, 0.6931472420692444, 0.24022652208805084, 0.055503103882074356, 0.009617692790925503, 0.0013406643411144614, 0.00015594680735375732}
)

// exp returns e^x in new vectors: x = n·ln 2 + r with |r| <= ln 2 / 2. Below
// -104 the result is 0, above 89 infinite. x is overwritten.
func (a *asm) exp(t gp, k expConstants, x []vec) []vec {
	n := a.vecs(len(x))
	a.on(fmax, x, x, all(k.low, len(x)))
	a.on(fmin, x, x, all(k.high, len(x)))
	a.on(fmul, n, x, all(k.log2e, len(x)))
	for i := range x {
		a.v(frintn, n[i], n[i])
		a.fmls(x[i], n[i], k.ln2High)
		a.fmls(x[i], n[i], k.ln2Low)
	}
	p := a.horner(t, x, expCoef)
	a.times2(p, n, k.bias)
	a.release(n...)
	return p
}

// times2 multiplies p by 2^n for integers n from -252 to 256, in two factors,
// so that the result may be subnormal or overflow. n is overwritten; bias is
// 127.
func (a *asm) times2(p, n []vec, bias vec) {
	half := a.vecs(len(p))
	for i := range p {
		a.v(fcvtns, n[i], n[i])
		a.v(sshr, half[i], n[i], 1)
		a.f("VSUB %s, %s, %s", half[i].s4(), n[i].s4(), n[i].s4())
	}
	for _, e := range [][]vec{half, n} {
		for i := range p {
			a.f("VADD %s, %s, %s", bias.s4(), e[i].s4(), e[i].s4())
			a.f("VSHL $23, %s, %s", e[i].s4(), e[i].s4())
			a.v(fmul, p[i], p[i], e[i])
		}
	}
	a.release(half...)
}

// plusInf is the initial value of a minimum, minusInf of a maximum.
var (
	plusInf  = float32(math.Inf(1))
	minusInf = float32(math.Inf(-1))
)

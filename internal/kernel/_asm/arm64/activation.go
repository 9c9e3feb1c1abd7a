package main

import "math"

// mapVectors is the number of vectors that the element-wise functions process
// at a time.
const mapVectors = 2

// activation generates the element-wise functions of the epilogue. Their
// approximations are those of the amd64 kernels, with the same coefficients.
func activation(a *asm) {
	a.mapRows("gelu", "replaces x by x·Φ(x).", gelu)
	a.mapRows("geluCoarse", "replaces x by x·Φ(x) within 1.4e-4.", geluCoarse)
	a.mapRows("geluTanh", "replaces x by its GELU in the tanh form.", geluTanh)
	a.mapRows("silu", "replaces x by x/(1+exp(-x)).", silu)
	a.mapRows("tanh", "replaces x by tanh x.", tanh)
	a.mapRows("relu", "replaces x by max(x, 0).", relu)
}

// mapRows generates a function that replaces each element of a [rows, cols]
// matrix. f loads its constants from the table at t and returns the function
// that emits the replacement of some vectors, which it may overwrite.
func (a *asm) mapRows(name, doc string, f func(a *asm, t gp) func(x []vec) []vec) {
	a.function(name+"NEON", "(x *float32, ldx int, rows int, cols int)", doc)
	x, ld, rows, cols := a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("cols")
	from, to := a.gp(), a.gp()
	replace := f(a, a.table())
	row := a.label("row")
	a.mark(row)
	a.f("MOVD %v, %v", x, from)
	a.f("MOVD %v, %v", x, to)
	a.each(cols, mapVectors, func(vectors int, left *gp) {
		used := append([]vec(nil), a.freeVec...)
		a.freeVec = append([]vec(nil), used...)
		v := a.vecs(vectors)
		a.read(v, from, left)
		a.writeVectors(replace(v), to, left)
		a.freeVec = used
	})
	a.f("ADD %v, %v, %v", ld, x, x)
	a.f("SUBS $1, %v, %v", rows, rows)
	a.f("BNE %s", row)
	a.ret()
	a.end()
}

// clamp returns x limited to lo..hi in new vectors; NaN stays NaN.
func (a *asm) clamp(x []vec, lo, hi vec) []vec {
	z := a.vecs(len(x))
	a.on(fmax, z, x, all(lo, len(x)))
	a.on(fmin, z, z, all(hi, len(x)))
	return z
}

// square returns x² in new vectors.
func (a *asm) square(x []vec) []vec {
	s := a.vecs(len(x))
	a.on(fmul, s, x, x)
	return s
}

// Φ(x) - 1/2 = x·P(x²)/Q(x²), fitted to 1.4e-8 relative for |x| up to geluMax,
// where it evaluates to exactly 1/2 in float32.
var (
	geluP = []float32{0.3989422619342804, 0.03368889540433884, 0.004663992207497358, 0.0001666911703068763, 6.294318154687062e-06, 2.2610613825690962e-08}
	geluQ = []float32{1, 0.2511118948459625, 0.028543660417199135, 0.001872708206064999, 7.273211667779833e-05, 1.1891464737345814e-06}
)

const geluMax float32 = 5.4663825

// gelu emits x/2 + x·(Φ(x) - 1/2): Φ is 0 or 1 exactly beyond geluMax.
func gelu(a *asm, t gp) func(x []vec) []vec {
	lo, hi, half := a.constant(t, -geluMax), a.constant(t, geluMax), a.constant(t, 0.5)
	return func(x []vec) []vec {
		z := a.clamp(x, lo, hi)
		s := a.square(z)
		p := a.horner(t, s, geluP)
		q := a.horner(t, s, geluQ)
		a.on(fmul, p, p, z)
		a.on(fdiv, p, p, q)
		y := z
		a.on(fmul, y, x, all(half, len(x)))
		for i := range x {
			a.fmla(y[i], p[i], x[i])
		}
		return y
	}
}

// Φ(x) - 1/2 = x·P(x²) for |x| up to geluCoarseMax, such that x·Φ(x) is within
// 1.31e-4. The first coefficient makes P exactly 1/8 there in float32.
var geluCoarseP = []float32{0.39818620681762695, -0.06506378948688507, 0.009039599448442459, -0.000882760330568999, 5.7392713642911986e-05, -2.3095121832739096e-06, 5.0508003113236555e-08, -4.376853879328735e-10}

const geluCoarseMax float32 = 4

// geluCoarse emits x·(1/2 + z·P(z²)), where z is x clamped.
func geluCoarse(a *asm, t gp) func(x []vec) []vec {
	lo, hi := a.constant(t, -geluCoarseMax), a.constant(t, geluCoarseMax)
	return func(x []vec) []vec {
		z := a.clamp(x, lo, hi)
		s := a.square(z)
		p := a.horner(t, s, geluCoarseP)
		for i := range x {
			a.ldr(s[i], t, a.offset(0.5))
			a.fmla(s[i], z[i], p[i])
		}
		a.on(fmul, s, s, x)
		return s
	}
}

var (
	geluTanh1 = float32(-2 * math.Sqrt(2/math.Pi))
	geluTanh3 = float32(-2 * math.Sqrt(2/math.Pi) * 0.044715)
)

// geluTanh emits x/(1+exp(-2t)), t = √(2/π)(x + 0.044715x³).
func geluTanh(a *asm, t gp) func(x []vec) []vec {
	k, one := a.expConstants(t), a.constant(t, 1)
	third := a.constant(t, geluTanh3)
	return func(x []vec) []vec {
		s, u := a.square(x), a.vecs(len(x))
		for i := range x {
			a.ldr(u[i], t, a.offset(geluTanh1))
			a.fmla(u[i], s[i], third)
		}
		a.on(fmul, u, u, x)
		return a.ratio(x, a.exp(t, k, u), one)
	}
}

// silu emits x/(1+exp(-x)).
func silu(a *asm, t gp) func(x []vec) []vec {
	k, one := a.expConstants(t), a.constant(t, 1)
	return func(x []vec) []vec {
		u := a.vecs(len(x))
		for i := range x {
			a.v(fneg, u[i], x[i])
		}
		return a.ratio(x, a.exp(t, k, u), one)
	}
}

// ratio returns x/(1+e) in place of e.
func (a *asm) ratio(x, e []vec, one vec) []vec {
	a.on(fadd, e, e, all(one, len(x)))
	a.on(fdiv, e, x, e)
	return e
}

// tanh x = x + x³·P(x²) for |x| < tanhSplit, fitted to 4.8e-9 relative;
// elsewhere 1 - 2/(exp(2|x|)+1) with the sign of x.
const (
	tanhSplit float32 = 0.625
	signBit           = 1 << 31
)

var tanhCoef = []float32{-0.33333277702331543, 0.13331331312656403, -0.05373000726103783, 0.020606176927685738, -0.005666977260261774}

func tanh(a *asm, t gp) func(x []vec) []vec {
	k, one, minusTwo := a.expConstants(t), a.constant(t, 1), a.constant(t, -2)
	split, sign := a.constant(t, tanhSplit), a.constantBits(t, signBit)
	return func(x []vec) []vec {
		s := a.square(x)
		p := a.horner(t, s, tanhCoef)
		a.on(fmul, s, s, x)
		small := a.vecs(len(x))
		for i := range x {
			a.move(small[i], x[i])
			a.fmla(small[i], p[i], s[i])
		}
		a.release(p...)
		u := s
		for i := range x {
			a.v(fabs, u[i], x[i])
			a.v(fadd, u[i], u[i], u[i])
		}
		e := a.exp(t, k, u)
		a.on(fadd, e, e, all(one, len(x)))
		a.on(fdiv, e, all(minusTwo, len(x)), e)
		a.on(fadd, e, e, all(one, len(x)))
		less := u
		for i := range x {
			a.f("VBIT %s, %s, %s", sign.b16(), x[i].b16(), e[i].b16())
			a.v(fabs, less[i], x[i])
			a.v(fcmgt, less[i], split, less[i]) // not true for NaN
			a.f("VBIT %s, %s, %s", less[i].b16(), small[i].b16(), e[i].b16())
		}
		return e
	}
}

// relu emits max(x, 0), NaN for NaN.
func relu(a *asm, t gp) func(x []vec) []vec {
	none := a.vec()
	a.zero(none)
	return func(x []vec) []vec {
		a.on(fmax, x, x, all(none, len(x)))
		return x
	}
}

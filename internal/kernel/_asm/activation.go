package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// activation generates the element-wise functions of the epilogue.
func activation() {
	for _, v := range []*isa{avx2, avx512} {
		v.mapRows("gelu", "replaces x by x·Φ(x).", geluConstants(), v.gelu)
		v.mapRows("geluCoarse", "replaces x by x·Φ(x) within 1.4e-4.", append([]float32{0.5, -geluCoarseMax, geluCoarseMax}, geluCoarseP...), v.geluCoarse)
		v.mapRows("geluTanh", "replaces x by its GELU in the tanh form.", append(expConstants(), 1, geluTanh1, geluTanh3), v.geluTanh)
		v.mapRows("silu", "replaces x by x/(1+exp(-x)).", append(expConstants(), 1, -1), v.silu)
		v.mapRows("tanh", "replaces x by tanh x.", append(append(expConstants(), 1, -2, tanhSplit, signBit, absMask), tanhCoef...), v.tanh)
		v.mapRows("relu", "replaces x by max(x, 0).", nil, v.relu)
	}
}

// mapRows generates a function that applies f to each element of a [rows, cols]
// matrix.
func (v *isa) mapRows(name, doc string, constants []float32, f func(x reg.VecVirtual) reg.VecVirtual) {
	v.text(name, "(x *float32, ldx, rows, cols int)", doc)
	x, ld := pointer("x", "ldx")
	rows, cols := GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	v.constants(constants...)
	t := v.newTail(cols)
	Label("row")
	v.each("cols", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		v.store(f(a), element(x, i), t)
	})
	ADDQ(ld, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// Φ(x) - 1/2 = x·P(x²)/Q(x²), fitted to 1.4e-8 relative for |x| up to geluMax,
// where it evaluates to exactly 1/2 in float32.
var (
	geluP = []float32{0.3989422619342804, 0.03368889540433884, 0.004663992207497358, 0.0001666911703068763, 6.294318154687062e-06, 2.2610613825690962e-08}
	geluQ = []float32{1, 0.2511118948459625, 0.028543660417199135, 0.001872708206064999, 7.273211667779833e-05, 1.1891464737345814e-06}
)

const geluMax float32 = 5.4663825

func geluConstants() []float32 {
	return append(append([]float32{0.5, -geluMax, geluMax}, geluP...), geluQ...)
}

// gelu returns x/2 + x·(Φ(x) - 1/2): Φ is 0 or 1 exactly beyond geluMax.
func (v *isa) gelu(x reg.VecVirtual) reg.VecVirtual {
	z := v.clamp(x, -geluMax, geluMax)
	s := v.reg()
	VMULPS(z, z, s)
	p := v.horner(s, geluP)
	q := v.horner(s, geluQ)
	VMULPS(z, p, p)
	VDIVPS(q, p, p)
	half := v.reg()
	VMULPS(v.c(0.5), x, half)
	VFMADD213PS(half, x, p)
	return p
}

// Φ(x) - 1/2 = x·P(x²) for |x| up to geluCoarseMax, such that x·Φ(x) is within
// 1.31e-4; most of the error comes from taking Φ as 0 or 1 beyond. The first
// coefficient makes P exactly 1/8 there in float32.
var geluCoarseP = []float32{0.39818620681762695, -0.06506378948688507, 0.009039599448442459, -0.000882760330568999, 5.7392713642911986e-05, -2.3095121832739096e-06, 5.0508003113236555e-08, -4.376853879328735e-10}

const geluCoarseMax float32 = 4

// geluCoarse returns x·(1/2 + z·P(z²)), where z is x clamped.
func (v *isa) geluCoarse(x reg.VecVirtual) reg.VecVirtual {
	var z reg.VecVirtual
	if v.wide() {
		const nearer = 2 // to zero, with the sign of x; for NaN and 4 it is 4
		z = v.reg()
		VRANGEPS(Imm(nearer), v.c(geluCoarseMax), x, z)
	} else {
		z = v.clamp(x, -geluCoarseMax, geluCoarseMax)
	}
	s := v.reg()
	VMULPS(z, z, s)
	p := v.horner(s, geluCoarseP)
	VFMADD213PS(v.c(0.5), z, p)
	VMULPS(x, p, p)
	return p
}

var (
	geluTanh1 = float32(-2 * math.Sqrt(2/math.Pi))
	geluTanh3 = float32(-2 * math.Sqrt(2/math.Pi) * 0.044715)
)

// geluTanh returns x/(1+exp(-2t)), t = √(2/π)(x + 0.044715x³).
func (v *isa) geluTanh(x reg.VecVirtual) reg.VecVirtual {
	s := v.reg()
	VMULPS(x, x, s)
	u := v.reg()
	VMOVUPS(v.c(geluTanh3), u)
	VFMADD213PS(v.c(geluTanh1), s, u)
	VMULPS(x, u, u)
	return v.ratio(x, v.exp(u))
}

// silu returns x/(1+exp(-x)).
func (v *isa) silu(x reg.VecVirtual) reg.VecVirtual {
	u := v.reg()
	VMULPS(v.c(-1), x, u)
	return v.ratio(x, v.exp(u))
}

// ratio returns x/(1+e).
func (v *isa) ratio(x, e reg.VecVirtual) reg.VecVirtual {
	VADDPS(v.c(1), e, e)
	VDIVPS(e, x, e)
	return e
}

// tanh x = x + x³·P(x²) for |x| < tanhSplit, fitted to 4.8e-9 relative;
// elsewhere 1 - 2/(exp(2|x|)+1) with the sign of x.
const tanhSplit float32 = 0.625

var (
	tanhCoef = []float32{-0.33333277702331543, 0.13331331312656403, -0.05373000726103783, 0.020606176927685738, -0.005666977260261774}
	signBit  = math.Float32frombits(1 << 31)
	absMask  = math.Float32frombits(1<<31 - 1)
)

func (v *isa) tanh(x reg.VecVirtual) reg.VecVirtual {
	s := v.reg()
	VMULPS(x, x, s)
	p := v.horner(s, tanhCoef)
	VMULPS(x, s, s)
	VFMADD213PS(x, s, p) // small: x + x³·P

	a, u := v.reg(), v.reg()
	VANDPS(v.c(absMask), x, a)
	VADDPS(a, a, u)
	e := v.exp(u)
	VADDPS(v.c(1), e, e)
	VMOVUPS(v.c(-2), u)
	VDIVPS(e, u, e)
	VADDPS(v.c(1), e, e)
	sign := v.reg()
	VANDPS(v.c(signBit), x, sign)
	VORPS(sign, e, e) // large
	const notLess = 5 // also true for NaN
	if v.wide() {
		k := K()
		VCMPPS(Imm(notLess), v.c(tanhSplit), a, k)
		VMOVAPS(e, k, p)
		return p
	}
	m := v.reg()
	VCMPPS(Imm(notLess), v.c(tanhSplit), a, m)
	VBLENDVPS(m, e, p, p)
	return p
}

// relu returns max(x, 0), NaN for NaN.
func (v *isa) relu(x reg.VecVirtual) reg.VecVirtual {
	r := v.zero()
	VMAXPS(x, r, r)
	return r
}

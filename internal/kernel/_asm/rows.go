package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// rows generates the functions that reduce a row before changing it.
func rows() {
	for _, v := range []*isa{avx2, avx512} {
		v.softmax()
		v.layerNorm()
	}
}

// spread copies the lowest lane of x to all lanes of a new vector.
func (v *isa) spread(x reg.VecVirtual) reg.VecVirtual {
	r := v.reg()
	VBROADCASTSS(x, r)
	return r
}

// softmax takes three passes over a row: the maximum, the exponentials and
// their sum, the division.
func (v *isa) softmax() {
	v.text("softmax", "(x *float32, ldx, rows, cols int, scale float32)", "replaces each row of x by softmax(scale·x).")
	x, ld := pointer("x", "ldx")
	rows, cols := GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	v.constants(append(expConstants(), minusInf)...)
	s := XMM()
	Load(Param("scale"), s)
	scale := v.spread(s)
	t := v.newTail(cols)

	Label("row")
	peak := v.reg()
	VMOVUPS(v.c(minusInf), peak)
	v.each("peak", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VMULPS(scale, a, a)
		switch {
		case t == nil:
			VMAXPS(a, peak, peak)
		case v.wide():
			VMAXPS(a, peak, t.k, peak)
		default:
			// outside the mask: the maximum so far
			VBLENDVPS(t.y, a, peak, a)
			VMAXPS(a, peak, peak)
		}
	})
	top := v.spread(v.reduce(peak, vmax))

	sum := v.zero()
	v.each("exp", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VFMSUB213PS(top, scale, a)
		e := v.exp(a)
		v.keep(e, t)
		VADDPS(e, sum, sum)
		v.store(e, element(x, i), t)
	})
	total := v.reduce(sum, vadd)
	inv := XMM()
	VMOVSS(memory(1), inv)
	VDIVSS(total, inv, inv)
	factor := v.spread(inv)
	v.each("scale", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VMULPS(factor, a, a)
		v.store(a, element(x, i), t)
	})
	ADDQ(ld, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// vadd and vmax are the two-operand forms for reduce.
func vadd(ops ...Op) { VADDPS(ops...) }
func vmax(ops ...Op) { VMAXPS(ops...) }

// layerNorm takes three passes over a row: the mean, the variance of the
// differences from it, the result. Sums are taken in lanes and combined in
// float32; what is derived from them is float64.
func (v *isa) layerNorm() {
	v.text("layerNorm", "(dst *float32, ldd int, x *float32, ldx, rows, cols int, gamma, beta *float32, eps float32, scales *float32, step int)", "computes (x-mean)/sqrt(variance+eps)·gamma + beta for each row and writes 1/sqrt(variance+eps) to scales, so many elements apart.")
	dst, ldd := pointer("dst", "ldd")
	x, ldx := pointer("x", "ldx")
	rows, cols, gamma, beta := GP64(), GP64(), GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	Load(Param("gamma"), gamma)
	Load(Param("beta"), beta)
	t := v.newTail(cols)
	n, eps := XMM(), XMM()
	VCVTSI2SDQ(cols, n, n)
	Load(Param("eps"), eps)
	VCVTSS2SD(eps, eps, eps)
	scales, step := pointer("scales", "step")

	Label("row")
	sum := v.zero()
	v.each("sum", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VADDPS(a, sum, sum)
	})
	mean := v.over(v.reduce(sum, vadd), n)
	VCVTSD2SS(mean, mean, mean)
	means := v.spread(mean)

	sq := v.zero()
	v.each("square", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VSUBPS(means, a, a)
		v.keep(a, t)
		VFMADD231PS(a, a, sq)
	})
	variance := v.over(v.reduce(sq, vadd), n)
	VADDSD(eps, variance, variance)
	VSQRTSD(variance, variance, variance)
	inv := XMM()
	VCVTSS2SD(memory(1), variance, inv)
	VDIVSD(variance, inv, inv)
	VCVTSD2SS(inv, inv, inv)
	VMOVSS(inv, Mem{Base: scales})
	factor := v.spread(inv)

	v.each("result", cols, t, func(i reg.GPVirtual, t *tail) {
		a, g, b := v.reg(), v.reg(), v.reg()
		v.load(element(x, i), a, t)
		VSUBPS(means, a, a)
		VMULPS(factor, a, a)
		v.load(element(gamma, i), g, t)
		v.load(element(beta, i), b, t)
		VFMADD213PS(b, g, a)
		v.store(a, element(dst, i), t)
	})
	ADDQ(ldd, dst)
	ADDQ(ldx, x)
	ADDQ(step, scales)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// over returns x/n as float64, where x is float32 and n float64.
func (v *isa) over(x, n reg.VecVirtual) reg.VecVirtual {
	r := XMM()
	VCVTSS2SD(x, x, r)
	VDIVSD(n, r, r)
	return r
}

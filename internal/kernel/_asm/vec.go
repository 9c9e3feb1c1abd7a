package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// isa is a vector instruction set, for which element-wise kernels are written
// once: 8 float32 lanes of AVX2 or 16 of AVX-512. Constants are kept in
// registers if there are enough (AVX-512), otherwise in memory.
type isa struct {
	name   string
	lanes  int
	consts map[uint32]reg.VecVirtual // by bits, of the function under construction
}

var (
	avx2   = &isa{name: "AVX2", lanes: 8}
	avx512 = &isa{name: "AVX512", lanes: 16}
)

// wide reports whether v is AVX-512.
func (v *isa) wide() bool { return v.lanes == 16 }

// bytes returns the size of a vector.
func (v *isa) bytes() int { return 4 * v.lanes }

// text starts a function named after the instruction set.
func (v *isa) text(name, signature, doc string) {
	v.consts = map[uint32]reg.VecVirtual{}
	TEXT(name+v.name, NOSPLIT, "func"+signature)
	Doc(name + v.name + " " + doc)
	Pragma("noescape")
}

// ret ends a function.
func (v *isa) ret() {
	VZEROUPPER()
	RET()
}

// retValue ends a function that returns x.
func (v *isa) retValue(x reg.VecVirtual) {
	VZEROUPPER() // keeps the low half of x; the move that follows is SSE
	Store(x, ReturnIndex(0))
	RET()
}

// reg returns a new vector.
func (v *isa) reg() reg.VecVirtual {
	if v.wide() {
		return ZMM()
	}
	return YMM()
}

// zero returns a new vector of zeros.
func (v *isa) zero() reg.VecVirtual {
	r := v.reg()
	v.clear(r)
	return r
}

// clear sets r to zero.
func (v *isa) clear(r reg.VecVirtual) {
	if v.wide() {
		VPXORD(r, r, r)
	} else {
		VXORPS(r, r, r)
	}
}

// table holds the constants of the file, each repeated over 32 bytes.
var table = map[uint32]Mem{}

// memory returns the address of c.
func memory(c float32) Mem {
	bits := math.Float32bits(c)
	m, ok := table[bits]
	if !ok {
		m = GLOBL("c"+hex(bits), attr.RODATA|attr.NOPTR)
		for i := range 4 {
			DATA(8*i, U64(uint64(bits)<<32|uint64(bits)))
		}
		table[bits] = m
	}
	return m
}

func hex(x uint32) string {
	const digits = "0123456789abcdef"
	var s [8]byte
	for i := range s {
		s[i] = digits[x>>(28-4*i)&15]
	}
	return string(s[:])
}

// constants loads values for the following loop, if there are enough registers.
func (v *isa) constants(values ...float32) {
	if !v.wide() {
		for _, c := range values {
			memory(c)
		}
		return
	}
	for _, c := range values {
		bits := math.Float32bits(c)
		if _, ok := v.consts[bits]; !ok {
			v.consts[bits] = v.broadcast(c)
		}
	}
}

// broadcast returns a new vector with c in each lane.
func (v *isa) broadcast(c float32) reg.VecVirtual {
	r := v.reg()
	VBROADCASTSS(memory(c), r)
	return r
}

// c returns the constant x as an operand. It must have been passed to
// constants.
func (v *isa) c(x float32) Op {
	if !v.wide() {
		return memory(x)
	}
	r, ok := v.consts[math.Float32bits(x)]
	if !ok {
		panic("constant was not loaded")
	}
	return r
}

// creg returns the constant x in a register, which must not be modified.
func (v *isa) creg(x float32) reg.VecVirtual {
	if v.wide() {
		return v.consts[math.Float32bits(x)]
	}
	r := v.reg()
	VMOVUPS(memory(x), r)
	return r
}

// horner evaluates Σ coef[i]·x^i into a new vector.
func (v *isa) horner(x reg.VecVirtual, coef []float32) reg.VecVirtual {
	p := v.reg()
	n := len(coef) - 1
	VMOVUPS(v.c(coef[n]), p)
	for i := n - 1; i >= 0; i-- {
		VFMADD213PS(v.c(coef[i]), x, p)
	}
	return p
}

// clamp returns x limited to lo..hi in a new vector; NaN stays NaN, since
// MINPS and MAXPS return their second source when either is NaN.
func (v *isa) clamp(x reg.VecVirtual, lo, hi float32) reg.VecVirtual {
	r := v.reg()
	VMAXPS(x, v.creg(lo), r)
	VMINPS(r, v.creg(hi), r)
	return r
}

// tail is the mask of the last, partial vector of a row.
type tail struct {
	k reg.OpmaskVirtual // AVX-512
	y reg.VecVirtual    // AVX2
}

// newTail returns the mask of the first n mod lanes lanes.
func (v *isa) newTail(n reg.GPVirtual) tail {
	i := GP64()
	MOVQ(n, i)
	ANDQ(Imm(uint64(v.lanes-1)), i)
	if v.wide() {
		k := K()
		one := GP64()
		MOVQ(U32(1), one)
		// one << i - 1, by setting a bit rather than using CL
		bits := GP64()
		XORQ(bits, bits)
		BTSQ(i, bits)
		SUBQ(one, bits)
		KMOVW(bits.As32(), k)
		return tail{k: k}
	}
	y := YMM()
	t, w := GP64(), GP64()
	LEAQ(windowTable(), t)
	MOVQ(U32(8), w)
	SUBQ(i, w)
	VMOVUPS(Mem{Base: t, Index: w, Scale: 4}, y)
	return tail{y: y}
}

var window *Mem

// windowTable returns eight lanes of ones and eight of zeros; the vector that
// starts at lane 8-n is the mask of the first n.
func windowTable() Mem {
	if window == nil {
		m := GLOBL("window", attr.RODATA|attr.NOPTR)
		for i := range 16 {
			DATA(4*i, U32(0xffffffff*(1-i/8)))
		}
		window = &m
	}
	return *window
}

// load reads a vector, or its masked part with zeros for the rest.
func (v *isa) load(m Mem, r reg.VecVirtual, t *tail) {
	switch {
	case t == nil:
		VMOVUPS(m, r)
	case v.wide():
		VMOVUPS_Z(m, t.k, r)
	default:
		VMASKMOVPS(m, t.y, r)
	}
}

// store writes a vector, or its masked part.
func (v *isa) store(r reg.VecVirtual, m Mem, t *tail) {
	switch {
	case t == nil:
		VMOVUPS(r, m)
	case v.wide():
		VMOVUPS(r, t.k, m)
	default:
		VMASKMOVPS(r, t.y, m)
	}
}

// keep zeroes the lanes of r outside the mask.
func (v *isa) keep(r reg.VecVirtual, t *tail) {
	switch {
	case t == nil:
	case v.wide():
		VMOVAPS_Z(r, t.k, r)
	default:
		VANDPS(r, t.y, r)
	}
}

// each emits a loop over n elements: body(offset, nil) for whole vectors, then
// body(offset, t) for the rest. Labels get the prefix. The index register
// passed to body counts elements.
func (v *isa) each(prefix string, n reg.GPVirtual, t tail, body func(i reg.GPVirtual, t *tail)) {
	i, end := GP64(), GP64()
	XORQ(i, i)
	MOVQ(n, end)
	ANDQ(I32(-v.lanes), end)
	JZ(LabelRef(prefix + "_rest"))
	Label(prefix + "_loop")
	body(i, nil)
	ADDQ(Imm(uint64(v.lanes)), i)
	CMPQ(i, end)
	JL(LabelRef(prefix + "_loop"))
	Label(prefix + "_rest")
	CMPQ(i, n)
	JGE(LabelRef(prefix + "_done"))
	body(i, &t)
	Label(prefix + "_done")
}

// element returns the address of element i.
func element(p, i reg.GPVirtual) Mem { return Mem{Base: p, Index: i, Scale: 4} }

// reduce combines the lanes of r pairwise into the lowest lane of the result.
// op is VADDPS, VMAXPS or similar.
func (v *isa) reduce(r reg.VecVirtual, op func(...Op)) reg.VecVirtual {
	if v.wide() {
		h := YMM()
		VEXTRACTF64X4(Imm(1), r, h)
		op(h, r.AsY(), h)
		r = h
	}
	lo, x := XMM(), XMM()
	VEXTRACTF128(Imm(1), r, x)
	op(x, r.AsX(), lo)
	VMOVHLPS(lo, lo, x)
	op(x, lo, lo)
	VMOVSHDUP(lo, x)
	op(x, lo, lo)
	return lo
}

// exp returns e^x in a new vector: x = n·ln 2 + r with |r| <= ln 2 / 2, and e^r
// by a polynomial of degree 6, minimax within 3.7e-9 relative. Beyond -104 the
// result is 0, beyond 89 infinite. expConstants must be loaded.
func (v *isa) exp(x reg.VecVirtual) reg.VecVirtual {
	x = v.clamp(x, expLow, expHigh)
	n := v.reg()
	VMULPS(v.c(log2e), x, n)
	if v.wide() {
		VRNDSCALEPS(Imm(0), n, n)
	} else {
		VROUNDPS(Imm(0), n, n)
	}
	VFNMADD231PS(v.c(ln2High), n, x)
	VFNMADD231PS(v.c(ln2Low), n, x)
	p := v.horner(x, expCoef)
	if v.wide() {
		VSCALEFPS(n, p, p)
		return p
	}
	v.times2(p, n)
	return p
}

// times2 multiplies p by 2^n for integers n from -252 to 256, in two factors,
// so that the result may be subnormal or overflow. n is overwritten.
func (v *isa) times2(p, n reg.VecVirtual) {
	half := v.reg()
	VCVTPS2DQ(n, n)
	VPSRAD(Imm(1), n, half)
	VPSUBD(half, n, n)
	for _, e := range []reg.VecVirtual{half, n} {
		VPADDD(v.c(expBias), e, e)
		VPSLLD(Imm(23), e, e)
		VMULPS(e, p, p)
	}
}

// exp2 returns 2^x for x <= 0 or NaN in a new vector: 2^n·2^r for an integer n,
// where 2^r is a polynomial of degree 6 that is exact at 0. AVX-512 uses r from
// 0 to 1, since its scaling rounds n down itself, and is within 1.4e-8 relative
// before rounding errors; AVX2 uses r from -1/2 to 1/2, is within 2.2e-8, and
// returns 0 below -151. exp2Constants must be loaded.
func (v *isa) exp2(x reg.VecVirtual) reg.VecVirtual {
	r := v.reg()
	if v.wide() {
		const down = 1 // keep no bits of the fraction, round to minus infinity
		VREDUCEPS(Imm(down), x, r)
		p := v.horner(r, exp2Coef)
		VSCALEFPS(x, p, p)
		return p
	}
	VMAXPS(x, v.creg(exp2Low), r)
	n := v.reg()
	VROUNDPS(Imm(0), r, n)
	VSUBPS(n, r, r)
	p := v.horner(r, exp2NearCoef)
	v.times2(p, n)
	return p
}

const (
	exp2Low float32 = -151
	expLow  float32 = -104
	expHigh float32 = 89
	log2e   float32 = math.Log2E
	ln2High float32 = math.Ln2
)

var (
	ln2Low = float32(math.Ln2 - float64(ln2High))
	// expBias is the bits of the integer 127 as a float32.
	expBias = math.Float32frombits(127)
	expCoef = []float32{1, 1, 0.4999999403953552, 0.1666652113199234, 0.04166838899254799, 0.00836874544620514, 0.0013814539415761828}
	// exp2Coef is for r from 0 to 1, exp2NearCoef for -1/2 to 1/2.
	exp2Coef     = []float32{1, 0.6931470632553101, 0.2402293086051941, 0.055485282093286514, 0.00967545248568058, 0.0012467842316254973, 0.00021612925047520548}
	exp2NearCoef = []float32{1, 0.6931472420692444, 0.24022652208805084, 0.055503103882074356, 0.009617692790925503, 0.0013406643411144614, 0.00015594680735375732}
)

// expConstants returns the constants for exp.
func expConstants() []float32 {
	return append([]float32{expLow, expHigh, log2e, ln2High, ln2Low, expBias}, expCoef...)
}

// exp2Constants returns the constants for exp2.
func (v *isa) exp2Constants() []float32 {
	if v.wide() {
		return exp2Coef
	}
	return append([]float32{exp2Low, expBias}, exp2NearCoef...)
}

// minusInf is the initial value of a maximum, plusInf of a minimum.
var (
	minusInf = float32(math.Inf(-1))
	plusInf  = float32(math.Inf(1))
)

package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// int8AVX2s generates the quantised product of AVX2, which has no instruction
// that multiplies bytes and sums in 32 bits: VPMADDUBSW adds pairs in 16 bits,
// with saturation. The activations are narrowed so that even the sum of two of
// its results fits in 16 bits; the excess is added separately.
func int8AVX2s() {
	narrowRowAVX2()
	for rows := 1; rows <= 4; rows++ {
		int8NarrowAVX2(rows)
	}
	peakInt8AVX2()
}

const (
	// octetBytes is the distance between two groups of 8 inputs in a packed
	// panel of 16 columns of bytes; quadBytes is that of groups of 4.
	octetBytes = 8 * 16
	quadBytes  = 4 * 16
)

// ones16 returns 16-bit ones.
func ones16() Mem { return memory(math.Float32frombits(0x00010001)) }

// int8NarrowAVX2 generates the tile of rows x 16 columns.
func int8NarrowAVX2(rows int) {
	name := fmt.Sprintf("int8Narrow%dx16AVX2", rows)
	TEXT(name, NOSPLIT, "func(dst *float32, ldd int, a *int8, lda int, panel *int8, octets int, rest *int32, count int, params, scale *float32, sums *int32, bias, add *float32, ldadd int, next uintptr, step int, cols int)")
	Doc(fmt.Sprintf("%s computes %d rows and the first cols <= 16 columns of the quantised product, from narrowed activations and panels of weights + 128. rest has count times a place in the panel, in bytes, and 4 more activations for each row; params has 16 bytes a row: its scale, what is added to its sums, and what the sums of weights are added times. Meanwhile it asks for 2·step bytes from next on for each octet.", name, rows))
	Pragma("noescape")

	a := newRowPointers("a", "lda", rows, 0)
	panel, octets, start := GP64(), GP64(), GP64()
	Load(Param("panel"), start)
	Load(Param("octets"), octets)
	MOVQ(start, panel)
	next, step := GP64(), GP64()
	Load(Param("next"), next)
	Load(Param("step"), step)
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = []reg.VecVirtual{YMM(), YMM()}
		for _, s := range acc[r] {
			VPXOR(s, s, s)
		}
	}
	ones := ones16()
	var w [2][2]reg.VecVirtual // by quad of the octet and vector
	for q := range w {
		w[q] = [2]reg.VecVirtual{YMM(), YMM()}
	}
	x := [2]reg.VecVirtual{YMM(), YMM()}
	p := [2]reg.VecVirtual{YMM(), YMM()}
	t := narrowTile{a: a, panel: panel, next: next, step: step, acc: acc, ones: ones, w: w, x: x, p: p}
	turns := GP64()
	MOVQ(octets, turns)
	SHRQ(Imm(1), turns)
	JZ(LabelRef("last"))
	Label("main")
	t.octet(0)
	t.octet(1)
	a.advance(16)
	ADDQ(U32(2*octetBytes), panel)
	DECQ(turns)
	JNZ(LabelRef("main"))
	Label("last")
	TESTQ(U32(1), octets)
	JZ(LabelRef("narrowed"))
	t.octet(0)

	// The excess of narrowing.
	Label("narrowed")
	rest, count := GP64(), GP64()
	Load(Param("rest"), rest)
	Load(Param("count"), count)
	TESTQ(count, count)
	JZ(LabelRef("summed"))
	Label("rest")
	for r := range acc {
		at := GP64()
		MOVLQSX(Mem{Base: rest, Disp: 8 * r}, at)
		VPBROADCASTD(Mem{Base: rest, Disp: 8*r + 4}, x[0])
		for c := range acc[r] {
			VMOVDQU(Mem{Base: start, Index: at, Scale: 1, Disp: 32 * c}, w[0][c])
			VPMADDUBSW(x[0], w[0][c], p[0])
			VPMADDWD(ones, p[0], p[0])
			VPADDD(p[0], acc[r][c], acc[r][c])
		}
	}
	ADDQ(U32(uint32(8*rows)), rest)
	DECQ(count)
	JNZ(LabelRef("rest"))

	Label("summed")
	sums := GP64()
	Load(Param("sums"), sums)
	finishInt8AVX2(acc, 16, func(r int, sum reg.VecVirtual, c int, params reg.GPVirtual) {
		VPBROADCASTD(Mem{Base: params, Disp: 16*r + 4}, x[0])
		VPADDD(x[0], sum, sum)
		VPBROADCASTD(Mem{Base: params, Disp: 16*r + 8}, x[0])
		VPMULLD(Mem{Base: sums, Disp: 32 * c}, x[0], x[0])
		VPADDD(x[0], sum, sum)
	})
}

// narrowTile is a tile of sums in registers, with the registers used to compute
// it.
type narrowTile struct {
	a                 rowPointers
	panel, next, step reg.GPVirtual
	acc               [][]reg.VecVirtual // [rows][2]
	ones              Mem
	w                 [2][2]reg.VecVirtual // by quad of the octet and vector
	x, p              [2]reg.VecVirtual    // by quad: activations, products
}

// octet adds the products of octet k, counted from the current position.
func (t *narrowTile) octet(k int) {
	for q := range t.w {
		for c := range t.w[q] {
			VMOVDQU(Mem{Base: t.panel, Disp: k*octetBytes + q*quadBytes + 32*c}, t.w[q][c])
		}
	}
	PREFETCHT1(Mem{Base: t.next})
	PREFETCHT1(Mem{Base: t.next, Index: t.step, Scale: 1})
	LEAQ(Mem{Base: t.next, Index: t.step, Scale: 2}, t.next)
	for r := range t.acc {
		for q := range t.x {
			VPBROADCASTD(t.a.at(r, 8*k+4*q), t.x[q])
		}
		for c := range t.acc[r] {
			for q := range t.p {
				VPMADDUBSW(t.x[q], t.w[q][c], t.p[q])
			}
			VPADDW(t.p[1], t.p[0], t.p[0])
			VPMADDWD(t.ones, t.p[0], t.p[0])
			VPADDD(t.p[0], t.acc[r][c], t.acc[r][c])
		}
	}
}

// finishInt8AVX2 converts the sums of a tile to float32 after correct has
// completed each one, multiplies them by the scales of row and column, and
// stores them with bias and addend. A row's parameters, paramBytes long, begin
// with its scale.
func finishInt8AVX2(acc [][]reg.VecVirtual, paramBytes int, correct func(r int, sum reg.VecVirtual, c int, params reg.GPVirtual)) {
	params, scale := GP64(), GP64()
	Load(Param("params"), params)
	Load(Param("scale"), scale)
	for r := range acc {
		for c, sum := range acc[r] {
			correct(r, sum, c, params)
			VCVTDQ2PS(sum, sum)
		}
	}
	cols := GP64()
	Load(Param("cols"), cols)
	mask := masksAVX2(cols, []reg.VecVirtual{YMM(), YMM()})
	p, bias, factor := GP64(), YMM(), YMM()
	Load(Param("bias"), p)
	for c := range mask {
		without := fmt.Sprintf("without_bias%d", c)
		VXORPS(bias, bias, bias)
		TESTQ(p, p)
		JZ(LabelRef(without))
		VMASKMOVPS(Mem{Base: p, Disp: 32 * c}, mask[c], bias)
		Label(without)
		for r := range acc {
			VBROADCASTSS(Mem{Base: params, Disp: paramBytes * r}, factor)
			VMULPS(Mem{Base: scale, Disp: 32 * c}, factor, factor)
			VFMADD213PS(bias, factor, acc[r][c])
		}
	}
	storeAVX2(acc, mask, cols, factor)
}

// narrowRowAVX2 generates the conversion of a row's bytes to signed activations.
func narrowRowAVX2() {
	TEXT("narrowRowAVX2", NOSPLIT, "func(a *int8, over *uint8, q *uint8, zero int32, blocks int) int32")
	Doc("narrowRowAVX2 writes a = q - zero, saturated, for 16·blocks bytes, and for each 16 two bytes to over: the first has the bits 0 and 1, for the second octet 4 and 5, of the pairs of pairs in the octet that do not fit together (elements 0, 1, 4, 5, and 2, 3, 6, 7: those above 0 add up to more than 127, or those below to less than -128), the second a bit of each pair that does not fit alone. It returns Σ (q - zero); blocks is not 0.")
	Pragma("noescape")
	a, over, q, blocks := GP64(), GP64(), GP64(), GP64()
	Load(Param("a"), a)
	Load(Param("over"), over)
	Load(Param("q"), q)
	Load(Param("blocks"), blocks)
	zero := YMM()
	bits := GP32()
	Load(Param("zero"), bits)
	low := XMM()
	VMOVD(bits, low)
	VPBROADCASTW(low, zero)
	most, least := YMM(), YMM()
	VMOVDQU(memory(math.Float32frombits(127)), most)
	VMOVDQU(memory(math.Float32frombits(0xffffff80)), least) // -128
	none, sum := YMM(), YMM()
	VPXOR(none, none, none)
	VPXOR(sum, sum, sum)
	ones := ones16()

	Label("block")
	x := YMM()
	VPMOVZXBW(Mem{Base: q}, x)
	VPSUBW(zero, x, x)
	var pairs, flags [2]reg.VecVirtual
	for i, clip := range []func(...Op){VPMAXSW, VPMINSW} { // upper limit, lower limit
		pairs[i], flags[i] = YMM(), YMM()
		clip(none, x, pairs[i])
		VPMADDWD(ones, pairs[i], pairs[i])
		VPADDD(pairs[i], sum, sum)
	}
	outside := func() reg.GPVirtual {
		VPCMPGTD(most, pairs[0], flags[0])
		VPCMPGTD(pairs[1], least, flags[1])
		VPOR(flags[0], flags[1], flags[0])
		mask := GP32()
		VMOVMSKPS(flags[0], mask)
		return mask
	}
	alone := outside()
	other := YMM()
	for _, p := range pairs {
		VPSHUFD(Imm(0x4e), p, other) // the octet's other quad
		VPADDD(other, p, p)
	}
	together := outside()
	MOVB(together.As8(), Mem{Base: over})
	MOVB(alone.As8(), Mem{Base: over, Disp: 1})
	VPACKSSWB(x, x, x)
	VPERMQ(Imm(0x08), x, x)
	VMOVDQU(x.AsX(), Mem{Base: a})
	ADDQ(Imm(2), over)
	ADDQ(Imm(16), q)
	ADDQ(Imm(16), a)
	DECQ(blocks)
	JNZ(LabelRef("block"))

	total := avx2.reduce(sum, func(ops ...Op) { VPADDD(ops...) })
	result := GP32()
	VMOVD(total, result)
	Store(result, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// peakInt8AVX2 generates the peak loop for the quantised product of AVX2.
func peakInt8AVX2() {
	TEXT("peakInt8AVX2", NOSPLIT, "func(n int)")
	Doc("peakInt8AVX2 runs n times 6 products of 64 bytes as int8Narrow has them, on registers alone.")
	n := GP64()
	Load(Param("n"), n)
	var acc [6]reg.VecVirtual
	for i := range acc {
		acc[i] = avx2.zero()
	}
	x, p, q := avx2.zero(), YMM(), YMM()
	Label("turn")
	for i := range acc {
		VPMADDUBSW(x, x, p)
		VPMADDUBSW(x, x, q)
		VPADDW(q, p, p)
		VPMADDWD(x, p, p)
		VPADDD(p, acc[i], acc[i])
	}
	DECQ(n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

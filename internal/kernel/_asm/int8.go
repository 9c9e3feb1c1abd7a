package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// int8s generates the quantised product and the quantisation of its rows.
func int8s() {
	for rows := 1; rows <= 12; rows++ {
		int8VNNI(rows, 1)
		int8VNNI(rows, 2)
	}
	int8AVX2s()
	int8AVXVNNIs()
	for _, v := range []*isa{avx2, avx512} {
		v.rangeRows()
		v.quantizeRows()
	}
	int8Peak()
}

const int8Signature = "func(dst *float32, ldd int, q *uint8, ldq int, panel *int8, in int, params, scale *float32, sums *int32, bias, add *float32, ldadd int, "

// vpdpbusd adds the products of 4 unsigned bytes of a and 4 signed bytes of w
// to each 32-bit lane of acc. avo lacks the instruction.
func vpdpbusd(w Op, a, acc reg.VecVirtual) {
	Instruction(&ir.Instruction{
		Opcode:   "VPDPBUSD",
		Operands: []Op{w, a, acc},
		Inputs:   []Op{w, a, acc},
		Outputs:  []Op{acc},
		ISA:      []string{"AVX512_VNNI"},
	})
}

// vpdpwssdBroadcast adds the products of 2 signed 16-bit numbers of x, the same
// in each lane, and those of w to each 32-bit lane of acc.
func vpdpwssdBroadcast(x Mem, w, acc reg.VecVirtual) {
	Instruction(&ir.Instruction{
		Opcode:   "VPDPWSSD",
		Suffixes: []string{"BCST"},
		Operands: []Op{x, w, acc},
		Inputs:   []Op{x, w, acc},
		Outputs:  []Op{acc},
		ISA:      []string{"AVX512_VNNI"},
	})
}

// int8VNNI generates the tile of rows x (one or two panels of 16 columns).
func int8VNNI(rows, panels int) {
	name := fmt.Sprintf("int8Gemm%dx%dVNNI", rows, 16*panels)
	TEXT(name, NOSPLIT, int8Signature+"mask uint32)")
	Doc(fmt.Sprintf("%s computes %d rows and the columns in mask of the quantised product; in counts groups of 4 inputs, params and sums hold pairs.", name, rows))
	Pragma("noescape")

	q := newRowPointers("q", "ldq", rows, 0)
	x := [2]reg.VecVirtual{ZMM(), ZMM()}
	turn := 0
	acc := accumulate(q, rows, panels, func(m Mem, b, acc []reg.VecVirtual) {
		a := x[turn%2]
		turn++
		VPBROADCASTD(m, a)
		for c := range b {
			vpdpbusd(b[c], a, acc[c])
		}
	})
	params, scale, sums := GP64(), GP64(), GP64()
	Load(Param("params"), params)
	Load(Param("scale"), scale)
	Load(Param("sums"), sums)
	mask := masks(panels)
	sum, factor := ZMM(), ZMM()
	bias := make([]reg.VecVirtual, panels)
	for c := range bias {
		bias[c] = ZMM()
		VPXORD(bias[c], bias[c], bias[c])
	}
	addend("bias", func(p, _ reg.GPVirtual) {
		for c := range bias {
			VMOVUPS_Z(Mem{Base: p, Disp: 64 * c}, mask[c], bias[c])
		}
	})
	for c := range panels {
		VMOVDQU32(Mem{Base: sums, Disp: 64 * c}, sum)
		VMOVUPS(Mem{Base: scale, Disp: 64 * c}, factor)
		for r := range acc {
			vpdpwssdBroadcast(Mem{Base: params, Disp: 8*r + 4}, sum, acc[r][c])
			VCVTDQ2PS(acc[r][c], acc[r][c])
			VMULPS_BCST(Mem{Base: params, Disp: 8 * r}, factor, x[1])
			VFMADD213PS(bias[c], x[1], acc[r][c])
		}
	}
	storeAVX512(acc, mask, x[0])
}

// rangeRows generates the search for the least and greatest element of rows.
func (v *isa) rangeRows() {
	v.text("rangeRows", "(params *float32, x *float32, ldx, rows, cols int)", "writes for each row the pair min(x, 0), max(x, 0), the second being NaN if any element is NaN or Inf.")
	params, rows, cols := GP64(), GP64(), GP64()
	x, ld := pointer("x", "ldx")
	Load(Param("params"), params)
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	t := v.newTail(cols)
	none := v.zero()
	Label("row")
	lo, hi, bad := v.zero(), v.zero(), v.zero()
	v.each("range", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VMINPS(a, lo, lo)
		VMAXPS(a, hi, hi)
		VFMADD231PS(a, none, bad) // 0·x is NaN for Inf and NaN
	})
	l := v.reduce(lo, func(ops ...Op) { VMINPS(ops...) })
	VMOVSS(l, Mem{Base: params})
	h := v.reduce(hi, vmax)
	b := v.reduce(bad, vadd)
	VADDSS(b, h, h)
	VMOVSS(h, Mem{Base: params, Disp: 4})
	ADDQ(Imm(8), params)
	ADDQ(ld, x)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// quantizeRows generates the conversion to uint8. The last bytes of a row are
// written one by one in AVX2, under a mask in AVX-512.
func (v *isa) quantizeRows() {
	v.text("quantizeRows", "(q *uint8, ldq int, params *float32, x *float32, ldx, rows, cols int)", "writes q = clamp(round(x·inv) + zero, 0, 255) for each row, params holding the pairs inv, zero.")
	q, ldq, params, rows, cols := GP64(), GP64(), GP64(), GP64(), GP64()
	x, ld := pointer("x", "ldx")
	Load(Param("q"), q)
	Load(Param("ldq"), ldq)
	Load(Param("params"), params)
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	t := v.newTail(cols)
	none := v.zero()
	Label("row")
	inv, zero := v.reg(), v.reg()
	VBROADCASTSS(Mem{Base: params}, inv)
	VPBROADCASTD(Mem{Base: params, Disp: 4}, zero)
	v.each("quantize", cols, t, func(i reg.GPVirtual, t *tail) {
		a := v.reg()
		v.load(element(x, i), a, t)
		VMULPS(inv, a, a)
		VCVTPS2DQ(a, a)
		VPADDD(zero, a, a)
		VPMAXSD(none, a, a)
		out := Mem{Base: q, Index: i, Scale: 1}
		if v.wide() {
			if t == nil {
				VPMOVUSDB(a, out)
			} else {
				VPMOVUSDB(a, t.k, out)
			}
			return
		}
		h := XMM()
		VEXTRACTI128(Imm(1), a, h)
		VPACKSSDW(h, a.AsX(), h)
		VPACKUSWB(h, h, h)
		if t == nil {
			VMOVQ(h, out)
			return
		}
		bits, at, left := GP64(), GP64(), GP64()
		VMOVQ(h, bits)
		LEAQ(out, at)
		MOVQ(cols, left)
		ANDQ(Imm(7), left)
		Label("byte")
		MOVB(bits.As8(), Mem{Base: at})
		SHRQ(Imm(8), bits)
		INCQ(at)
		DECQ(left)
		JNZ(LabelRef("byte"))
	})
	ADDQ(Imm(8), params)
	ADDQ(ld, x)
	ADDQ(ldq, q)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// int8Peak generates the peak loop for the quantised product.
func int8Peak() {
	TEXT("peakInt8VNNI", NOSPLIT, "func(n int)")
	Doc("peakInt8VNNI runs n times 12 VPDPBUSD of 64 bytes, on registers alone.")
	n := GP64()
	Load(Param("n"), n)
	var acc [12]reg.VecVirtual
	for i := range acc {
		acc[i] = avx512.zero()
	}
	x := avx512.zero()
	Label("turn")
	for i := range acc {
		vpdpbusd(x, x, acc[i])
	}
	DECQ(n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// pack generates the transposition of weights into panels, 8 rows at a time,
// and the copying of keys and values. Both use AVX2 at both levels, since
// memory is the bottleneck.
func pack() {
	v := avx2
	v.text("transpose8", "(panel *float32, w *float32, ldw, rows, blocks int)", "transposes 8 rows and 8·blocks columns of w into one half of a panel: panel[16·i+r] = w[r·ldw+i]. If rows < 8 the last of them stands for those that are missing; it is not 0.")
	panel, ld, rows, blocks := GP64(), GP64(), GP64(), GP64()
	Load(Param("panel"), panel)
	Load(Param("ldw"), ld)
	SHLQ(Imm(2), ld)
	Load(Param("rows"), rows)
	Load(Param("blocks"), blocks)
	var w [8]reg.GPVirtual
	w[0] = Load(Param("w"), GP64()).(reg.GPVirtual)
	for r := 1; r < len(w); r++ {
		w[r] = GP64()
		LEAQ(Mem{Base: w[r-1], Index: ld, Scale: 1}, w[r])
		CMPQ(rows, Imm(uint64(r)))
		CMOVQLE(w[r-1], w[r])
	}
	Label("block")
	var a, b [8]reg.VecVirtual
	for r := range a {
		a[r] = YMM()
		VMOVUPS(Mem{Base: w[r]}, a[r])
	}
	// Pairs of rows, then fours, within each 128-bit half.
	for i := range 4 {
		b[2*i], b[2*i+1] = YMM(), YMM()
		VUNPCKLPS(a[2*i+1], a[2*i], b[2*i])
		VUNPCKHPS(a[2*i+1], a[2*i], b[2*i+1])
	}
	var c [8]reg.VecVirtual // c[4*h+i]: column i (and 4+i) of rows 4h to 4h+3
	for h := range 2 {
		for i := range 4 {
			c[4*h+i] = YMM()
			lo, hi := b[4*h+i/2], b[4*h+2+i/2]
			VSHUFPS(Imm(uint64(0x44+0xaa*(i%2))), hi, lo, c[4*h+i])
		}
	}
	for i := range 4 {
		lo, hi := YMM(), YMM()
		VPERM2F128(Imm(0x20), c[4+i], c[i], lo)
		VPERM2F128(Imm(0x31), c[4+i], c[i], hi)
		VMOVUPS(lo, Mem{Base: panel, Disp: panelBytes * i})
		VMOVUPS(hi, Mem{Base: panel, Disp: panelBytes * (4 + i)})
	}
	for _, p := range w {
		ADDQ(Imm(32), p)
	}
	ADDQ(U32(8*panelBytes), panel)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	v.ret()
	v.gatherRows()
}

// gatherRows generates the copying of short rows that lie far apart, where a
// call for each would cost more than the copying.
func (v *isa) gatherRows() {
	v.text("gatherRows", "(dst *float32, x *float32, ldx, rows, dim int)", "copies x [rows, dim] to dst, where its rows are next to each other; rows is not 0, dim a positive multiple of 32.")
	dst := GP64()
	Load(Param("dst"), dst)
	x, ld := pointer("x", "ldx")
	rows, dim, i := GP64(), GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("dim"), dim)
	Label("row")
	XORQ(i, i)
	Label("part")
	for j := range vectorBlock / v.lanes {
		a := v.reg()
		VMOVUPS(Mem{Base: x, Index: i, Scale: 4, Disp: j * v.bytes()}, a)
		VMOVUPS(a, Mem{Base: dst, Index: i, Scale: 4, Disp: j * v.bytes()})
	}
	ADDQ(U32(vectorBlock), i)
	CMPQ(i, dim)
	JL(LabelRef("part"))
	ADDQ(ld, x)
	LEAQ(Mem{Base: dst, Index: dim, Scale: 4}, dst)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

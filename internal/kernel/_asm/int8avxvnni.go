package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// int8AVXVNNIs generates the quantised product of AVX-VNNI.
func int8AVXVNNIs() {
	for rows := 1; rows <= 6; rows++ {
		int8AVXVNNI(rows)
	}
	peakInt8AVXVNNI()
}

// vpdpbusdVEX returns the bytes of VPDPBUSD with 256-bit registers in the VEX
// encoding of AVX-VNNI (VEX.256.66.0F38.W0 50 /r), which Go's assembler lacks:
// acc += products of 4 unsigned bytes of a and 4 signed bytes of w in each
// 32-bit lane.
func vpdpbusdVEX(w, a, acc int) [5]byte {
	inverted := func(reg, bit int) byte { return byte(^reg >> 3 & 1 << bit) }
	return [5]byte{
		0xc4,
		inverted(acc, 7) | 1<<6 | inverted(w, 5) | 0x02, // R, X, B; 0F38
		byte(^a&15<<3) | 1<<2 | 1,                       // W0, vvvv, 256 bits, 66
		0x50,
		byte(3<<6 | acc&7<<3 | w&7),
	}
}

// emitVPDPBUSD emits the instruction for registers Y0 to Y15.
func emitVPDPBUSD(w, a, acc reg.VecPhysical) {
	code := vpdpbusdVEX(int(w.PhysicalIndex()), int(a.PhysicalIndex()), int(acc.PhysicalIndex()))
	for i, b := range code {
		in := &ir.Instruction{Opcode: "BYTE", Operands: []Op{Imm(uint64(b))}}
		if i == 0 { // the registers' contents are used, and changed, here
			in.Inputs, in.Outputs = []Op{w, a, acc}, []Op{acc}
		}
		Instruction(in)
	}
}

// int8AVXVNNI generates the tile of rows x 16 columns.
func int8AVXVNNI(rows int) {
	name := fmt.Sprintf("int8Gemm%dx16AVXVNNI", rows)
	TEXT(name, NOSPLIT, int8Signature+"cols int)")
	Doc(fmt.Sprintf("%s computes %d rows and the first cols <= 16 columns of the quantised product; in counts groups of 4 inputs.", name, rows))
	Pragma("noescape")

	y := []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12, reg.Y13, reg.Y14,
	}
	w, x := y[12:14], y[14]
	q := newRowPointers("q", "ldq", rows, 0)
	panel, in := GP64(), GP64()
	Load(Param("panel"), panel)
	Load(Param("in"), in)
	for _, s := range y[:2*rows] {
		VPXOR(s, s, s)
	}
	next := nextPanels(in, 1)
	loop(in, unroll, func(n int) {
		for k := range n {
			for c := range w {
				VMOVDQU(Mem{Base: panel, Disp: k*quadBytes + 32*c}, w[c])
			}
			PREFETCHT1(Mem{Base: panel, Index: next, Scale: 1, Disp: k * quadBytes})
			for r := range rows {
				VPBROADCASTD(q.at(r, 4*k), x)
				for c := range w {
					emitVPDPBUSD(w[c], x, y[2*r+c])
				}
			}
		}
		q.advance(4 * n)
		ADDQ(U32(uint32(n*quadBytes)), panel)
	})

	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = []reg.VecVirtual{YMM(), YMM()}
		for c := range acc[r] {
			VMOVDQA(y[2*r+c], acc[r][c])
		}
	}
	sums := GP64()
	Load(Param("sums"), sums)
	zero := YMM()
	finishInt8AVX2(acc, 8, func(r int, sum reg.VecVirtual, c int, params reg.GPVirtual) {
		VPBROADCASTD(Mem{Base: params, Disp: 8*r + 4}, zero)
		VPMULLD(Mem{Base: sums, Disp: 32 * c}, zero, zero)
		VPSUBD(zero, sum, sum)
	}, func(reg.GPVirtual) rowAt { return following }, avx2.ret)
}

// peakInt8AVXVNNI generates the peak loop for the quantised product of
// AVX-VNNI.
func peakInt8AVXVNNI() {
	TEXT("peakInt8AVXVNNI", NOSPLIT, "func(n int)")
	Doc("peakInt8AVXVNNI runs n times 12 VPDPBUSD of 32 bytes, on registers alone.")
	n := GP64()
	Load(Param("n"), n)
	y := []reg.VecPhysical{
		reg.Y0, reg.Y1, reg.Y2, reg.Y3, reg.Y4, reg.Y5, reg.Y6, reg.Y7,
		reg.Y8, reg.Y9, reg.Y10, reg.Y11, reg.Y12,
	}
	for _, r := range y {
		VPXOR(r, r, r)
	}
	Label("turn")
	for _, r := range y[:12] {
		emitVPDPBUSD(y[12], y[12], r)
	}
	DECQ(n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

//go:build amd64 && !purego

#include "textflag.h"

// REDUCE adds the lanes of a to each other, by way of b.
#define REDUCE(a, xa, b) \
	VEXTRACTF128 $1, a, b    \
	VADDPS       b, xa, xa   \
	VPERMILPS    $0x4E, xa, b \
	VADDPS       b, xa, xa   \
	VPERMILPS    $0xB1, xa, b \
	VADDPS       b, xa, xa

// func measureAVX2(dots, squares, rows, q *float32, n, steps, stride int)
//
// Each row is read once. The memory a few rows on is asked for meanwhile: a core
// by itself does not ask across pages.
TEXT ·measureAVX2(SB), NOSPLIT, $0-56
	MOVQ dots+0(FP), DI
	MOVQ squares+8(FP), R13
	MOVQ rows+16(FP), SI
	MOVQ q+24(FP), DX
	MOVQ n+32(FP), CX
	MOVQ steps+40(FP), BX
	MOVQ stride+48(FP), R10
	SHLQ $2, R10

row:
	VXORPS Y0, Y0, Y0
	VXORPS Y1, Y1, Y1
	VXORPS Y2, Y2, Y2
	VXORPS Y3, Y3, Y3
	VXORPS Y4, Y4, Y4
	VXORPS Y5, Y5, Y5
	VXORPS Y6, Y6, Y6
	VXORPS Y7, Y7, Y7
	MOVQ   SI, R11
	MOVQ   DX, R8
	MOVQ   BX, R9
	SUBQ   $4, R9
	JLT    few

four:
	VMOVUPS     (R11), Y8
	VMOVUPS     32(R11), Y9
	VMOVUPS     64(R11), Y10
	VMOVUPS     96(R11), Y11
	PREFETCHT0  4096(R11)
	PREFETCHT0  4160(R11)
	VFMADD231PS (R8), Y8, Y0
	VFMADD231PS 32(R8), Y9, Y1
	VFMADD231PS 64(R8), Y10, Y2
	VFMADD231PS 96(R8), Y11, Y3
	VFMADD231PS Y8, Y8, Y4
	VFMADD231PS Y9, Y9, Y5
	VFMADD231PS Y10, Y10, Y6
	VFMADD231PS Y11, Y11, Y7
	ADDQ        $128, R11
	ADDQ        $128, R8
	SUBQ        $4, R9
	JGE         four

few:
	ADDQ $4, R9
	JZ   sum

one:
	VMOVUPS     (R11), Y8
	VFMADD231PS (R8), Y8, Y0
	VFMADD231PS Y8, Y8, Y4
	ADDQ        $32, R11
	ADDQ        $32, R8
	DECQ        R9
	JNZ         one

sum:
	VADDPS Y1, Y0, Y0
	VADDPS Y3, Y2, Y2
	VADDPS Y2, Y0, Y0
	REDUCE(Y0, X0, X1)
	VADDPS Y5, Y4, Y4
	VADDPS Y7, Y6, Y6
	VADDPS Y6, Y4, Y4
	REDUCE(Y4, X4, X1)
	VMOVSS X0, (DI)
	VMOVSS X4, (R13)
	ADDQ   $4, DI
	ADDQ   $4, R13
	ADDQ   R10, SI
	DECQ   CX
	JNZ    row

	VZEROUPPER
	RET

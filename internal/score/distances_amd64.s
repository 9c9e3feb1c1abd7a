//go:build amd64 && !purego

#include "textflag.h"

// func distancesAVX2(products, sq *float32, n int, self, share float32) (cancelled uint32)
TEXT ·distancesAVX2(SB), NOSPLIT, $0-36
	MOVQ         products+0(FP), DI
	MOVQ         sq+8(FP), SI
	MOVQ         n+16(FP), CX
	VBROADCASTSS self+24(FP), Y0
	VBROADCASTSS share+28(FP), Y1
	VXORPS       Y2, Y2, Y2           // zero
	VXORPS       Y3, Y3, Y3           // all ones where a pair cancelled
	XORQ         AX, AX

loop:
	VADDPS    (SI)(AX*4), Y0, Y4      // size = self + sq
	VMOVUPS   (DI)(AX*4), Y5
	VADDPS    Y5, Y5, Y5
	VSUBPS    Y5, Y4, Y5              // d2 = size - 2 product
	VMULPS    Y1, Y4, Y6
	VCMPPS    $0x19, Y6, Y5, Y6       // not (d2 >= share size), NaN too
	VORPS     Y6, Y3, Y3
	VMAXPS    Y5, Y2, Y5              // max(0, d2), d2 where that is NaN
	VSQRTPS   Y5, Y5
	VMOVUPS   Y5, (DI)(AX*4)
	ADDQ      $8, AX
	CMPQ      AX, CX
	JLT       loop
	VMOVMSKPS Y3, AX
	MOVL      AX, cancelled+32(FP)
	VZEROUPPER
	RET

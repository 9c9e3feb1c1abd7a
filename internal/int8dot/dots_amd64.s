//go:build amd64 && !purego

#include "textflag.h"

// PRODUCT adds the products of 32 bytes of a row, in Y8, with those of the
// query, in Y12, to the sums of the row. Bytes of the row become unsigned and
// pass their signs on to the query's, so that VPMADDUBSW multiplies all. Its sums
// of two do not saturate: 2·128·127 < 1<<15.
#define PRODUCT(sums) \
	VPABSB     Y8, Y9       \
	VPSIGNB    Y8, Y12, Y10 \
	VPMADDUBSW Y10, Y9, Y9  \
	VPMADDWD   Y13, Y9, Y9  \
	VPADDD     Y9, sums, sums

// func dotsAVX2(dst *int32, rows *int8, q *int8, n, steps int)
//
// Four rows share the query's loads and the sums across lanes. Rows to come are
// asked for while these are multiplied, since a core by itself does not ask far
// enough ahead of so few instructions.
TEXT ·dotsAVX2(SB), NOSPLIT, $0-40
	MOVQ     dst+0(FP), DI
	MOVQ     rows+8(FP), SI
	MOVQ     q+16(FP), DX
	MOVQ     n+24(FP), CX
	MOVQ     steps+32(FP), BX
	VPCMPEQW Y13, Y13, Y13
	VPSRLW   $15, Y13, Y13 // ones
	MOVQ     BX, R10
	SHLQ     $5, R10       // bytes in a row
	LEAQ     (R10)(R10*2), R11
	SUBQ     $4, CX
	JLT      rest

four:
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	MOVQ  DX, R8
	MOVQ  BX, R9
	LEAQ  (SI)(R10*8), R12

step4:
	VMOVDQU     (R8), Y12
	VMOVDQU     (SI), Y8
	PRODUCT(Y0)
	VMOVDQU     (SI)(R10*1), Y8
	PRODUCT(Y1)
	VMOVDQU     (SI)(R10*2), Y8
	PRODUCT(Y2)
	VMOVDQU     (SI)(R11*1), Y8
	PRODUCT(Y3)
	PREFETCHT0  (R12)
	PREFETCHT0  64(R12)
	ADDQ        $128, R12
	ADDQ        $32, SI
	ADDQ        $32, R8
	DECQ        R9
	JNZ         step4

	VPHADDD      Y1, Y0, Y0
	VPHADDD      Y3, Y2, Y2
	VPHADDD      Y2, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VMOVDQU      X0, (DI)
	ADDQ         $16, DI
	ADDQ         R11, SI
	SUBQ         $4, CX
	JGE          four

rest:
	ADDQ $4, CX
	JZ   done

row:
	VPXOR Y0, Y0, Y0
	MOVQ  DX, R8
	MOVQ  BX, R9

step:
	VMOVDQU (R8), Y12
	VMOVDQU (SI), Y8
	PRODUCT(Y0)
	ADDQ    $32, SI
	ADDQ    $32, R8
	DECQ    R9
	JNZ     step

	VEXTRACTI128 $1, Y0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0x4E, X0, X1
	VPADDD       X1, X0, X0
	VPSHUFD      $0xB1, X0, X1
	VPADDD       X1, X0, X0
	VMOVD        X0, (DI)
	ADDQ         $4, DI
	DECQ         CX
	JNZ          row

done:
	VZEROUPPER
	RET

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// attention generates what attention needs beside the product: softmax down
// the columns of transposed scores, and the sums of values that they weight.
func attention() {
	for _, v := range []*isa{avx2, avx512} {
		v.softmaxColumns()
	}
	for rows := 1; rows <= 6; rows++ {
		mixAVX2(rows)
	}
	for rows := 1; rows <= 12; rows++ {
		mixAVX512(rows)
	}
}

// softmaxColumns keeps a query in each lane, so that nothing is reduced across
// lanes: the maximum over the keys, then exponentials and their sum.
func (v *isa) softmaxColumns() {
	v.text("softmaxColumns", "(x *float32, ldx, rows, cols int, scale float32, inv *float32)",
		fmt.Sprintf("replaces each column of x by e = exp(scale·x - max(scale·x)) and writes 1/Σe to inv; cols is a multiple of %d, rows not 0.", v.lanes))
	x, ld := pointer("x", "ldx")
	rows, cols, inv := GP64(), GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	Load(Param("inv"), inv)
	v.constants(append(expConstants(), minusInf, 1)...)
	s := XMM()
	Load(Param("scale"), s)
	scale := v.spread(s)
	p, n := GP64(), GP64()

	Label("column")
	peak, sum := v.reg(), v.zero()
	VMOVUPS(v.c(minusInf), peak)
	MOVQ(x, p)
	MOVQ(rows, n)
	Label("peak")
	a := v.reg()
	VMULPS(Mem{Base: p}, scale, a)
	VMAXPS(a, peak, peak)
	ADDQ(ld, p)
	DECQ(n)
	JNZ(LabelRef("peak"))

	MOVQ(x, p)
	MOVQ(rows, n)
	Label("exp")
	b := v.reg()
	VMOVUPS(Mem{Base: p}, b)
	VFMSUB213PS(peak, scale, b)
	e := v.exp(b)
	VADDPS(e, sum, sum)
	VMOVUPS(e, Mem{Base: p})
	ADDQ(ld, p)
	DECQ(n)
	JNZ(LabelRef("exp"))

	r := v.reg()
	VMOVUPS(v.c(1), r)
	VDIVPS(sum, r, r)
	VMOVUPS(r, Mem{Base: inv})
	ADDQ(U32(v.bytes()), inv)
	ADDQ(U32(v.bytes()), x)
	SUBQ(U32(v.lanes), cols)
	JNZ(LabelRef("column"))
	v.ret()
}

const mixSignature = "func(dst *float32, ldd int, p *float32, ldp int, v *float32, ldv int, keys int, inv *float32)"

// mixAVX512 generates the tile of some queries x 32 columns.
func mixAVX512(rows int) {
	name := fmt.Sprintf("mix%dx32AVX512", rows)
	TEXT(name, NOSPLIT, mixSignature)
	Doc(fmt.Sprintf("%s computes dst[r, c] = inv[r]·Σ_k p[k, r]·v[k, c] for %d rows and 32 columns; keys is not 0.", name, rows))
	Pragma("noescape")
	mix(rows, 64, ZMM, func(m Mem, b []reg.VecVirtual, acc []reg.VecVirtual) {
		for c := range b {
			VFMADD231PS_BCST(m, b[c], acc[c])
		}
	})
}

// mixAVX2 generates the tile of some queries x 16 columns.
func mixAVX2(rows int) {
	name := fmt.Sprintf("mix%dx16AVX2", rows)
	TEXT(name, NOSPLIT, mixSignature)
	Doc(fmt.Sprintf("%s computes dst[r, c] = inv[r]·Σ_k p[k, r]·v[k, c] for %d rows and 16 columns; keys is not 0.", name, rows))
	Pragma("noescape")
	x := YMM()
	mix(rows, 32, YMM, func(m Mem, b []reg.VecVirtual, acc []reg.VecVirtual) {
		VBROADCASTSS(m, x)
		for c := range b {
			VFMADD231PS(b[c], x, acc[c])
		}
	})
}

func mix(rows, bytes int, vec func() reg.VecVirtual, step func(m Mem, b, acc []reg.VecVirtual)) {
	p, ldp := pointer("p", "ldp")
	v, ldv := pointer("v", "ldv")
	keys := GP64()
	Load(Param("keys"), keys)
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = []reg.VecVirtual{vec(), vec()}
		for _, a := range acc[r] {
			if bytes == 64 {
				VPXORD(a, a, a)
			} else {
				VXORPS(a, a, a)
			}
		}
	}
	b := []reg.VecVirtual{vec(), vec()}
	Label("key")
	for c := range b {
		VMOVUPS(Mem{Base: v, Disp: bytes * c}, b[c])
	}
	for r := range acc {
		step(Mem{Base: p, Disp: 4 * r}, b, acc[r])
	}
	ADDQ(ldp, p)
	ADDQ(ldv, v)
	DECQ(keys)
	JNZ(LabelRef("key"))

	dst, ldd := pointer("dst", "ldd")
	inv := GP64()
	Load(Param("inv"), inv)
	for r := range acc {
		VBROADCASTSS(Mem{Base: inv, Disp: 4 * r}, b[0])
		for c := range b {
			VMULPS(b[0], acc[r][c], acc[r][c])
			VMOVUPS(acc[r][c], Mem{Base: dst, Disp: bytes * c})
		}
		ADDQ(ldd, dst)
	}
	VZEROUPPER()
	RET()
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// attention generates what attention needs besides the product of AVX2:
// transposed scores with their maxima, softmax down their columns, and the sums
// of values weighted by them.
func attention() {
	for _, v := range []*isa{avx2, avx512} {
		v.softmaxColumns()
	}
	for rows := 1; rows <= 12; rows++ {
		for _, set := range []string{oneUnit, twoUnits} {
			scoresAVX512(set, rows, 1)
			scoresAVX512(set, rows, 2)
		}
	}
	for rows := 1; rows <= 6; rows++ {
		mixAVX2(rows)
	}
	for rows := 1; rows <= 12; rows++ {
		mixAVX512(oneUnit, rows)
		mixAVX512(twoUnits, rows)
	}
}

// scoresAVX512 generates the products of tiles of some keys with 16 or 32
// queries. The maxima stay in registers from tile to tile, so that softmax need
// not read the scores again to find them.
func scoresAVX512(set string, rows, panels int) {
	name := fmt.Sprintf("scores%dx%d%s", rows, 16*panels, set)
	TEXT(name, NOSPLIT, "func(dst *float32, k *float32, ldk int, panel *float32, dim int, tiles int, peak *float32)")
	Doc(fmt.Sprintf("%s computes dst[i, c] = Σ_d k[i, d]·panel[d, c] for %d·tiles keys and %d queries, dst's rows next to each other, and raises peak[c] to their maximum; dim is a positive multiple of %d.", name, rows, 16*panels, unroll))
	Pragma("noescape")

	k := newRowPointers("k", "ldk", rows, 2)
	dst, peak, start, dim, tiles := GP64(), GP64(), GP64(), GP64(), GP64()
	Load(Param("dst"), dst)
	Load(Param("peak"), peak)
	Load(Param("panel"), start)
	Load(Param("dim"), dim)
	Load(Param("tiles"), tiles)
	top := make([]reg.VecVirtual, panels)
	for c := range top {
		top[c] = ZMM()
		VMOVUPS(Mem{Base: peak, Disp: 64 * c}, top[c])
	}
	// From the end of a tile's keys to the next tile's.
	next := GP64()
	left := GP64()
	IMUL3Q(Imm(uint64(rows)), k.ld, next)
	MOVQ(dim, left)
	SHLQ(Imm(2), left)
	SUBQ(left, next)
	panel := make([]reg.GPVirtual, panels)
	b := make([]reg.VecVirtual, panels)
	for c := range panel {
		panel[c], b[c] = GP64(), ZMM()
	}

	Label("tile")
	acc := scoresOfTile(k, start, dim, left, panel, b, rows, multiplyAdd(set))

	for r := range acc {
		for c, a := range acc[r] {
			VMAXPS(a, top[c], top[c])
			VMOVUPS(a, Mem{Base: dst, Disp: 64 * (panels*r + c)})
		}
	}
	ADDQ(U32(64*panels*rows), dst)
	for _, p := range k.base {
		ADDQ(next, p)
	}
	DECQ(tiles)
	JNZ(LabelRef("tile"))
	for c := range top {
		VMOVUPS(top[c], Mem{Base: peak, Disp: 64 * c})
	}
	VZEROUPPER()
	RET()
}

// scoresOfTile generates the products of the next rows keys with the panels of
// queries that begin at start, and returns them; left, panel and b are scratch.
func scoresOfTile(k rowPointers, start, dim, left reg.GPVirtual, panel []reg.GPVirtual, b []reg.VecVirtual, rows int, step func(m Mem, b, acc []reg.VecVirtual)) [][]reg.VecVirtual {
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = make([]reg.VecVirtual, len(panel))
		for c := range acc[r] {
			acc[r][c] = avx512.zero()
		}
	}
	MOVQ(start, panel[0])
	if len(panel) == 2 {
		MOVQ(dim, panel[1])
		SHLQ(Imm(6), panel[1])
		ADDQ(start, panel[1])
	}
	MOVQ(dim, left)
	Label("inputs")
	for i := range unroll {
		for c := range b {
			VMOVUPS(Mem{Base: panel[c], Disp: i * panelBytes}, b[c])
		}
		for r := range acc {
			step(k.at(r, 4*i), b, acc[r])
		}
	}
	k.advance(4 * unroll)
	for c := range panel {
		ADDQ(U32(unroll*panelBytes), panel[c])
	}
	SUBQ(U32(unroll), left)
	JNZ(LabelRef("inputs"))
	return acc
}

// softmaxColumns keeps a query in each lane, so that nothing is reduced across
// lanes. Scores are logarithms to base 2, so the exponential needs no factor.
// AVX2 first searches the keys for the maximum; AVX-512 gets it as an argument.
func (v *isa) softmaxColumns() {
	doc := "replaces each column of x by e = 2^(x - max x), without a look at peak,"
	if v.wide() {
		doc = "replaces each column of x by e = 2^(x - peak), where peak is its maximum,"
	}
	v.text("softmaxColumns", "(x *float32, ldx, rows, cols int, peak, inv *float32)",
		fmt.Sprintf("%s and writes 1/Σe to inv; cols is a multiple of %d, rows not 0.", doc, v.lanes))
	x, ld := pointer("x", "ldx")
	rows, cols, inv, top := GP64(), GP64(), GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	Load(Param("inv"), inv)
	v.constants(append(v.exp2Constants(), 1)...)
	if v.wide() {
		Load(Param("peak"), top)
	} else {
		v.constants(minusInf)
	}
	p, n := GP64(), GP64()

	Label("column")
	peak, sum := v.reg(), v.zero()
	if v.wide() {
		VMOVUPS(Mem{Base: top}, peak)
		ADDQ(U32(v.bytes()), top)
	} else {
		VMOVUPS(v.c(minusInf), peak)
		MOVQ(x, p)
		MOVQ(rows, n)
		Label("peak")
		VMAXPS(Mem{Base: p}, peak, peak)
		ADDQ(ld, p)
		DECQ(n)
		JNZ(LabelRef("peak"))
	}

	MOVQ(x, p)
	MOVQ(rows, n)
	Label("exp")
	b := v.reg()
	VMOVUPS(Mem{Base: p}, b)
	VSUBPS(peak, b, b)
	e := v.exp2(b)
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
func mixAVX512(set string, rows int) {
	name := fmt.Sprintf("mix%dx32%s", rows, set)
	TEXT(name, NOSPLIT, mixSignature)
	Doc(fmt.Sprintf("%s computes dst[r, c] = inv[r]·Σ_k p[k, r]·v[k, c] for %d rows and 32 columns; keys is not 0.", name, rows))
	Pragma("noescape")
	mix(rows, 64, ZMM, multiplyAdd(set))
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

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
	narrowFindAVX2()
	narrowRowAVX2()
	narrowNormsAVX2()
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
	// narrowRowBytes is the size of the parameters of a narrowed row, whose
	// number is its last word.
	narrowRowBytes = 16
	// narrowTileBytes is the size of a tile's words, whose last is a count.
	narrowTileBytes = 32
)

// ones16 returns 16-bit ones.
func ones16() Mem { return memory(math.Float32frombits(0x00010001)) }

// int8NarrowAVX2 generates the product of tiles of that many rows with one panel of
// 16 columns. The tiles follow each other without a return to Go.
func int8NarrowAVX2(rows int) {
	name := fmt.Sprintf("int8Narrow%dx16AVX2", rows)
	TEXT(name, NOSPLIT, "func(tiles int, tile *int, dst *float32, ldd int, a *int8, lda int, panel *int8, octets int, rest *int32, params, scale *float32, sums *int32, bias, add *float32, ldadd int, next uintptr, step int, cols int)")
	Doc(fmt.Sprintf("%s computes %d rows for each of tiles > 0 tiles and the first cols <= 16 columns of the quantised product, from narrowed activations and panels of weights + 128. params has 16 bytes a row: its scale, what is added to its sums, what the sums of weights are added times, and its number in dst, a and add. tile has four words a tile, the last of which is a count: rest has count times, for each row, a place in the panel, in bytes, and 4 more activations. Meanwhile it asks for 2·step bytes from next on for each octet.", name, rows))
	Pragma("noescape")

	t := newNarrowTile(rows)
	Label("tile")
	t.start()
	t.octets()
	t.excess()
	t.finish()

	tiles := GP64()
	Load(Param("tiles"), tiles)
	DECQ(tiles)
	JZ(LabelRef("end"))
	setParam(tiles, "tiles")
	params, tile := GP64(), GP64()
	Load(Param("params"), params)
	ADDQ(Imm(uint64(narrowRowBytes*rows)), params)
	setParam(params, "params")
	Load(Param("tile"), tile)
	ADDQ(Imm(narrowTileBytes), tile)
	setParam(tile, "tile")
	JMP(LabelRef("tile"))
	Label("end")
	VZEROUPPER()
	RET()
}

// numbered returns the rowAt of rows whose numbers are in the parameters.
func numbered(params reg.GPVirtual) rowAt {
	return func(p, ld reg.GPVirtual, r int) reg.GPVirtual {
		at := GP64()
		MOVLQSX(Mem{Base: params, Disp: narrowRowBytes*r + 12}, at)
		IMULQ(ld, at)
		ADDQ(p, at)
		return at
	}
}

// narrowTile is a tile of sums in registers, with the registers used to compute
// it.
type narrowTile struct {
	a                 []reg.GPVirtual // [rows]
	panel, next, step reg.GPVirtual
	acc               [][]reg.VecVirtual   // [rows][2]
	w                 [2][2]reg.VecVirtual // by quad of the octet and vector
	x, p              [2]reg.VecVirtual    // by quad: activations, products
}

// newNarrowTile allocates the registers of a tile.
func newNarrowTile(rows int) *narrowTile {
	t := &narrowTile{panel: GP64(), next: GP64(), step: GP64()}
	for q := range t.w {
		t.w[q] = [2]reg.VecVirtual{YMM(), YMM()}
		t.x[q], t.p[q] = YMM(), YMM()
	}
	for range rows {
		t.a = append(t.a, GP64())
		t.acc = append(t.acc, []reg.VecVirtual{YMM(), YMM()})
	}
	return t
}

// start emits the code before the loop: addresses, and sums of 0.
func (t *narrowTile) start() {
	params := GP64()
	Load(Param("params"), params)
	a, lda := GP64(), GP64()
	Load(Param("a"), a)
	Load(Param("lda"), lda)
	row := numbered(params)
	for r := range t.a {
		MOVQ(row(a, lda, r), t.a[r])
	}
	Load(Param("panel"), t.panel)
	Load(Param("next"), t.next)
	Load(Param("step"), t.step)
	for _, sums := range t.acc {
		for _, s := range sums {
			VPXOR(s, s, s)
		}
	}
	// What is added at the end is asked for now.
	add, ldadd := pointer("add", "ldadd")
	TESTQ(add, add)
	JZ(LabelRef("asked"))
	for r := range t.a {
		PREFETCHT0(Mem{Base: row(add, ldadd, r)})
	}
	Label("asked")
}

// octets emits the loops over the panel, two octets a turn. If the next tile's
// share of the next data is at most a cache line a turn, that is asked for once: a
// line that is on its way must not be asked for again, as in multiplyPanel.
func (t *narrowTile) octets() {
	const shares = 4 // of step bytes, a turn
	octets, turns := GP64(), GP64()
	Load(Param("octets"), octets)
	MOVQ(octets, turns)
	SHRQ(Imm(1), turns)
	JZ(LabelRef("last"))
	loop := func(name string, often bool) {
		Label(name)
		if !often {
			PREFETCHT1(Mem{Base: t.next})
			LEAQ(Mem{Base: t.next, Index: t.step, Scale: shares}, t.next)
		}
		for k := range 2 {
			t.octet(k, often)
		}
		for _, a := range t.a {
			ADDQ(Imm(16), a)
		}
		ADDQ(U32(2*octetBytes), t.panel)
		DECQ(turns)
		JNZ(LabelRef(name))
	}
	CMPQ(t.step, Imm(cacheLineBytes/shares))
	JG(LabelRef("often"))
	loop("main", false)
	JMP(LabelRef("last"))
	loop("often", true)
	Label("last")
	TESTQ(U32(1), octets)
	JZ(LabelRef("narrowed"))
	t.octet(0, true)
	Label("narrowed")
	setParam(t.next, "next")
}

// octet adds the products of octet k, counted from the current position, and if
// ask is set prefetches twice.
func (t *narrowTile) octet(k int, ask bool) {
	for q := range t.w {
		for c := range t.w[q] {
			VMOVDQU(Mem{Base: t.panel, Disp: k*octetBytes + q*quadBytes + 32*c}, t.w[q][c])
		}
	}
	if ask {
		PREFETCHT1(Mem{Base: t.next})
		PREFETCHT1(Mem{Base: t.next, Index: t.step, Scale: 1})
		LEAQ(Mem{Base: t.next, Index: t.step, Scale: 2}, t.next)
	}
	for r := range t.acc {
		for q := range t.x {
			VPBROADCASTD(Mem{Base: t.a[r], Disp: 8*k + 4*q}, t.x[q])
		}
		for c, sum := range t.acc[r] {
			for q := range t.p {
				VPMADDUBSW(t.x[q], t.w[q][c], t.p[q])
			}
			VPADDW(t.p[1], t.p[0], t.p[0])
			VPMADDWD(ones16(), t.p[0], t.p[0])
			VPADDD(t.p[0], sum, sum)
		}
	}
}

// excess adds the products of what narrowing has left over with the panel. Two
// steps are not added in 16 bits: reading their weights takes as long.
func (t *narrowTile) excess() {
	rest, count, start := GP64(), GP64(), GP64()
	Load(Param("tile"), count)
	MOVQ(Mem{Base: count, Disp: narrowTileBytes - 8}, count)
	TESTQ(count, count)
	JZ(LabelRef("summed"))
	Load(Param("rest"), rest)
	Load(Param("panel"), start)
	const stepBytes = 8
	ones := t.x[1]
	VMOVDQU(ones16(), ones)
	Label("rest")
	for r := range t.acc {
		at := GP64()
		MOVLQSX(Mem{Base: rest, Disp: stepBytes * r}, at)
		VPBROADCASTD(Mem{Base: rest, Disp: stepBytes*r + 4}, t.x[0])
		for c, sum := range t.acc[r] {
			w, p := t.w[r%2][c], t.p[c]
			VMOVDQU(Mem{Base: start, Index: at, Scale: 1, Disp: 32 * c}, w)
			VPMADDUBSW(t.x[0], w, p)
			VPMADDWD(ones, p, p)
			VPADDD(p, sum, sum)
		}
	}
	ADDQ(U32(uint32(stepBytes*len(t.acc))), rest)
	DECQ(count)
	JNZ(LabelRef("rest"))
	setParam(rest, "rest")
	Label("summed")
}

// finish completes the sums and stores them. Few rows have shifts.
func (t *narrowTile) finish() {
	params, sums, any := GP64(), GP64(), GP32()
	Load(Param("params"), params)
	shift := func(r int) Mem { return Mem{Base: params, Disp: narrowRowBytes*r + 8} }
	MOVL(shift(0), any)
	for r := range t.acc[1:] {
		ORL(shift(r+1), any)
	}
	TESTL(any, any)
	JZ(LabelRef("shifted"))
	Load(Param("sums"), sums)
	x := t.x[0]
	for r := range t.acc {
		for c, sum := range t.acc[r] {
			VPBROADCASTD(shift(r), x)
			VPMULLD(Mem{Base: sums, Disp: 32 * c}, x, x)
			VPADDD(x, sum, sum)
		}
	}
	Label("shifted")
	finishInt8AVX2(t.acc, narrowRowBytes, func(r int, sum reg.VecVirtual, _ int, params reg.GPVirtual) {
		VPBROADCASTD(Mem{Base: params, Disp: narrowRowBytes*r + 4}, x)
		VPADDD(x, sum, sum)
	}, numbered, func() { JMP(LabelRef("stored")) })
	Label("stored")
}

// finishInt8AVX2 converts the sums of a tile to float32 after correct has
// completed each one, multiplies them by the scales of row and column, and
// stores them with bias and addend, where rows says; end is emitted after each of
// two forms of the stores. A row's parameters, paramBytes long, begin with its
// scale.
func finishInt8AVX2(acc [][]reg.VecVirtual, paramBytes int, correct func(r int, sum reg.VecVirtual, c int, params reg.GPVirtual), rows func(params reg.GPVirtual) rowAt, end func()) {
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
	storeAVX2(acc, mask, cols, factor, rows(params), end)
}

const (
	// foundBytes is the size of what narrowFind leaves of a block that has to be
	// narrowed: a mask and the block's first input.
	foundBytes = 64
	// narrowStepBytes is the size of four inputs' excess: their place and themselves.
	narrowStepBytes = 8
)

// narrowFindAVX2 generates the conversion of a row's bytes to signed activations,
// which finds the few blocks that have to be narrowed. Branches for each block would
// often be predicted wrong.
func narrowFindAVX2() {
	TEXT("narrowFindAVX2", NOSPLIT, "func(a *int8, q *uint8, zero int32, norms *float32, blocks int, work *uint8, found *int) int32")
	Doc("narrowFindAVX2 writes q - zero to a, saturated, for 16·blocks bytes, and sets found to the number of blocks that have to be narrowed, for which work gets what narrowRowAVX2 needs: 64 bytes each, of which one more may be written. The elements 0, 1, 4, 5 and 2, 3, 6, 7 of an octet can be kept if the sum S and the sum of squares Q of all four satisfy 128·|S| + √(n·Q) < 32,767, and they and the sums of two neighbours are -128 to 127. norms has 8 n for 16 inputs: those of the four that each two belong to. It returns Σ (q - zero); blocks is not 0.")
	Pragma("noescape")
	a, q, norms, work := GP64(), GP64(), GP64(), GP64()
	Load(Param("a"), a)
	Load(Param("q"), q)
	Load(Param("norms"), norms)
	Load(Param("work"), work)
	end, i := GP64(), GP64()
	Load(Param("blocks"), end)
	SHLQ(Imm(4), end)
	XORQ(i, i)
	zero, sum := wordsOfZero(), YMM()
	VPXOR(sum, sum, sum)

	Label("block")
	x := YMM()
	VPMOVZXBW(Mem{Base: q, Index: i, Scale: 1}, x)
	VPSUBW(zero, x, x)
	over := tooLarge(x, sum, Mem{Base: norms, Index: i, Scale: 2})
	mask, after := GP32(), GP64()
	VPMOVMSKB(over, mask)
	VMOVDQU(over, Mem{Base: work})
	MOVQ(i, Mem{Base: work, Disp: 32})
	LEAQ(Mem{Base: work, Disp: foundBytes}, after)
	TESTL(mask, mask)
	CMOVQNE(after, work)
	storeBytes(x, Mem{Base: a, Index: i, Scale: 1})
	ADDQ(Imm(16), i)
	CMPQ(i, end)
	JL(LabelRef("block"))

	start, found := GP64(), GP64()
	Load(Param("work"), start)
	SUBQ(start, work)
	SHRQ(Imm(6), work) // by foundBytes
	Load(Param("found"), found)
	MOVQ(work, Mem{Base: found})
	total := avx2.reduce(sum, func(ops ...Op) { VPADDD(ops...) })
	result := GP32()
	VMOVD(total, result)
	Store(result, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// wordsOfZero returns the parameter zero in 16 words.
func wordsOfZero() reg.VecVirtual {
	zero, bits, low := YMM(), GP32(), XMM()
	Load(Param("zero"), bits)
	VMOVD(bits, low)
	VPBROADCASTW(low, zero)
	return zero
}

// narrowRowAVX2 generates the narrowing of the blocks that narrowFind found.
func narrowRowAVX2() {
	TEXT("narrowRowAVX2", NOSPLIT, "func(a *int8, q *uint8, zero int32, work *uint8, found int, steps, large *int32, counts *int)")
	Doc("narrowRowAVX2 writes to a what can be kept of q - zero in the found > 0 blocks that narrowFindAVX2 has left in work: of four elements that cannot be kept as much as adds up to at most 127 above 0 and -128 below. For each four inputs of which something is left over, steps gets 64 times their number and the rest as four bytes. If that is too large for bytes, or for two neighbours above 0 or below, large gets their number instead. counts gets how many of both there are; each has room for one more. It changes work.")
	Pragma("noescape")
	a, q, work, end := GP64(), GP64(), GP64(), GP64()
	Load(Param("a"), a)
	Load(Param("q"), q)
	Load(Param("work"), work)
	Load(Param("found"), end)
	SHLQ(Imm(6), end) // by foundBytes
	ADDQ(work, end)
	zero, none := wordsOfZero(), YMM()
	VPXOR(none, none, none)
	steps, large := GP64(), GP64()
	Load(Param("steps"), steps)
	Load(Param("large"), large)
	Label("block")
	i := GP64()
	x, over, above, below := YMM(), YMM(), YMM(), YMM()
	MOVQ(Mem{Base: work, Disp: 32}, i)
	VMOVDQU(Mem{Base: work}, over)
	VPMOVZXBW(Mem{Base: q, Index: i, Scale: 1}, x)
	VPSUBW(zero, x, x)
	VPMAXSW(none, x, above)
	VPMINSW(none, x, below)
	keep(above, memory(math.Float32frombits(0x007f007f)), VPMINSW) // 127
	keep(below, memory(math.Float32frombits(0xff80ff80)), VPMAXSW) // -128
	VPADDW(below, above, above)
	VPBLENDVB(over, above, x, above)
	VPSUBW(above, x, over)
	storeBytes(above, Mem{Base: a, Index: i, Scale: 1})
	most := leftOver(over, none)
	storeBytes(over, Mem{Base: work})
	storeSteps(work, i, most, steps, large)
	ADDQ(U32(foundBytes), work)
	CMPQ(work, end)
	JL(LabelRef("block"))
	counts := GP64()
	Load(Param("counts"), counts)
	for k, list := range []struct {
		name string
		size uint64
		end  reg.GPVirtual
	}{{"steps", 3, steps}, {"large", 2, large}} {
		start := GP64()
		Load(Param(list.name), start)
		SUBQ(start, list.end)
		SHRQ(Imm(list.size), list.end)
		MOVQ(list.end, Mem{Base: counts, Disp: 8 * k})
	}
	VZEROUPPER()
	RET()
}

// storeSteps emits the stores of what four quads, the first of which has input i,
// have left over: bytes at p. most has their larger sums.
func storeSteps(p, i, most, steps, large reg.GPVirtual) {
	at, after, bytes, size := GP64(), GP64(), GP32(), GP32()
	MOVQ(i, at)
	SHLQ(Imm(4), at)
	TESTL(U32(0x80808080), most)
	JZ(LabelRef("small"))
	big, quad := GP32(), GP64()
	MOVL(most, big)
	MOVQ(i, quad)
	SHRQ(Imm(2), quad)
	for range 4 {
		MOVL(quad.As32(), Mem{Base: large})
		LEAQ(Mem{Base: large, Disp: 4}, after)
		TESTB(Imm(0x80), big.As8())
		CMOVQNE(after, large)
		INCQ(quad)
		SHRL(Imm(8), big)
	}
	Label("small")
	for k := range 4 {
		MOVL(Mem{Base: p, Disp: 4 * k}, bytes)
		MOVL(at.As32(), Mem{Base: steps})
		MOVL(bytes, Mem{Base: steps, Disp: 4})
		LEAQ(Mem{Base: steps, Disp: narrowStepBytes}, after)
		MOVBLZX(most.As8(), size)
		DECL(size)
		CMPL(size, U32(127)) // 1 to 127
		CMOVQCS(after, steps)
		ADDQ(Imm(quadBytes), at)
		SHRL(Imm(8), most)
	}
}

// narrowNormsAVX2 generates the norms of the weights that narrowRowAVX2 takes.
func narrowNormsAVX2() {
	TEXT("narrowNormsAVX2", NOSPLIT, "func(norms *float32, rows *int8, ld, blocks int)")
	Doc("narrowNormsAVX2 raises norms, 8 for each block of 16 inputs, to the sums of squares of the weights in 16 rows, ld bytes apart: those of the elements 0, 1, 4, 5 or 2, 3, 6, 7 of an octet, for each two that belong to them, times a little more than 1. blocks is not 0.")
	Pragma("noescape")
	norms, rows, ld, blocks := GP64(), GP64(), GP64(), GP64()
	Load(Param("norms"), norms)
	Load(Param("rows"), rows)
	Load(Param("ld"), ld)
	Load(Param("blocks"), blocks)
	four, x, other := YMM(), YMM(), YMM()
	more := memory(1 + 1e-5) // than what is lost by rounding
	Label("block")
	VPXOR(four, four, four)
	row, count := GP64(), GP64()
	MOVQ(rows, row)
	MOVQ(U32(16), count)
	Label("row")
	VPMOVSXBW(Mem{Base: row}, x)
	VPMADDWD(x, x, x)
	VPSHUFD(Imm(0x4e), x, other) // the octet's other quad
	VPADDD(other, x, x)
	VPMAXSD(x, four, four)
	ADDQ(ld, row)
	DECQ(count)
	JNZ(LabelRef("row"))
	VCVTDQ2PS(four, four)
	VMULPS(more, four, four)
	VMAXPS(Mem{Base: norms}, four, four)
	VMOVUPS(four, Mem{Base: norms})
	ADDQ(Imm(32), norms)
	ADDQ(Imm(16), rows)
	DECQ(blocks)
	JNZ(LabelRef("block"))
	VZEROUPPER()
	RET()
}

// tooLarge emits the test which of 16 words cannot be kept, and adds the words to
// sum. It returns a mask.
func tooLarge(x, sum reg.VecVirtual, norms Mem) reg.VecVirtual {
	sums, squares, other := YMM(), YMM(), YMM()
	VPMADDWD(ones16(), x, sums)
	VPADDD(sums, sum, sum)
	VPMADDWD(x, x, squares)
	// Words that are no bytes leave no room, nor do neighbours with large sums:
	// other neighbours fit with any weights.
	fit, sum2 := YMM(), YMM()
	VPMINSW(memory(math.Float32frombits(0x007f007f)), x, fit)   // 127
	VPMAXSW(memory(math.Float32frombits(0xff80ff80)), fit, fit) // -128
	VPCMPEQD(x, fit, fit)
	VPMINSD(memory(math.Float32frombits(127)), sums, sum2)
	VPMAXSD(memory(math.Float32frombits(1<<32-128)), sum2, sum2)
	VPCMPEQD(sums, sum2, sum2)
	VPAND(sum2, fit, fit)
	const otherQuad = 0x4e // of the octet
	for _, v := range []reg.VecVirtual{sums, squares} {
		VPSHUFD(Imm(otherQuad), v, other)
		VPADDD(other, v, v)
	}
	VPSHUFD(Imm(otherQuad), fit, other)
	VPAND(other, fit, fit)
	return beyondWord(sums, squares, fit, norms)
}

// beyondWord emits the test in which lanes 32,767 - 128·|sum|, or 0 outside of a
// mask, is no more than the root of norms·squares. It returns a mask. Inside of the
// mask |sum| is at most 256, where the room of -1 is not distinguished from 1: only
// -256 has it, and weights whose norm leaves no doubt.
func beyondWord(sums, squares, mask reg.VecVirtual, norms Mem) reg.VecVirtual {
	room := YMM()
	VPABSD(sums, sums)
	VPSLLD(Imm(7), sums, sums)
	VMOVDQU(memory(math.Float32frombits(32767)), room)
	VPSUBD(sums, room, room)
	VPAND(mask, room, room)
	VCVTDQ2PS(room, room)
	VMULPS(room, room, room)
	VCVTDQ2PS(squares, squares)
	VMULPS(norms, squares, squares)
	VCMPPS(Imm(2), squares, room, room) // room <= squares
	return room
}

// keep emits the reduction of 16 words, none of them on the other side of 0, to
// what the limit leaves room for: each is the difference of two sums, those up to
// and before it, that clip has limited. Sums are of the four words of an octet
// whose products meet.
func keep(x reg.VecVirtual, limit Mem, clip func(...Op)) {
	sum, before := YMM(), YMM()
	VPSLLD(Imm(16), x, sum)
	VPADDW(x, sum, sum) // in the pair
	VPSRAD(Imm(16), sum, before)
	VPSHUFLW(Imm(0xa0), before, before)
	VPSHUFHW(Imm(0xa0), before, before) // the pair's in both words
	VPSLLDQ(Imm(8), before, before)     // of the pair before
	VPADDW(before, sum, sum)
	VPSUBW(x, sum, before)
	clip(limit, sum, sum)
	clip(limit, before, before)
	VPSUBW(before, sum, x)
}

// leftOver returns a byte for each four of 16 words: the larger sum of neighbours
// above 0, or below with the opposite sign, at most 255.
func leftOver(x, none reg.VecVirtual) reg.GPVirtual {
	ones := ones16()
	above, below := YMM(), YMM()
	VPMAXSW(none, x, above)
	VPMADDWD(ones, above, above)
	VPMINSW(none, x, below)
	VPMADDWD(ones, below, below)
	VPSUBD(below, none, below)
	VPMAXSD(below, above, above)
	VPSHUFD(Imm(0xb1), above, below) // the other pair of four
	VPMAXSD(below, above, above)
	VEXTRACTI128(Imm(1), above, below.AsX())
	VSHUFPS(Imm(0x88), below.AsX(), above.AsX(), above.AsX())
	VPACKSSDW(above.AsX(), above.AsX(), above.AsX())
	VPACKUSWB(above.AsX(), above.AsX(), above.AsX())
	most := GP32()
	VMOVD(above.AsX(), most)
	return most
}

// storeBytes emits the store of 16 words as bytes, saturated. It changes x.
func storeBytes(x reg.VecVirtual, p Mem) {
	VPACKSSWB(x, x, x)
	VPERMQ(Imm(0x08), x, x)
	VMOVDQU(x.AsX(), p)
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

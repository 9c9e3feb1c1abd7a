package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// vector generates sums over two vectors and updates of one by another. They
// process only whole blocks: the Go side does the rest.
func vector() {
	for _, v := range []*isa{avx2, avx512} {
		v.sums()
		v.updates()
		v.tables()
	}
}

// element types of a vector argument.
const (
	f32 = 4
	f64 = 8
)

// doubles is the number of float64 lanes.
func (v *isa) doubles() int { return v.lanes / 2 }

// loadDouble reads doubles() elements of the given size as float64.
func (v *isa) loadDouble(p, i reg.GPVirtual, disp, size int, r reg.VecVirtual) {
	m := Mem{Base: p, Index: i, Scale: uint8(size), Disp: disp * size}
	if size == f64 {
		VMOVUPD(m, r)
	} else {
		VCVTPS2PD(m, r)
	}
}

// blocks emits a loop with an index register over n elements, step at a time.
func blocks(n reg.GPVirtual, step int, body func(i reg.GPVirtual)) {
	i := GP64()
	XORQ(i, i)
	Label("block")
	body(i)
	ADDQ(U32(step), i)
	CMPQ(i, n)
	JL(LabelRef("block"))
}

// pair loads the parameters of a function of two vectors.
func pair(a, b string) (x, y, n reg.GPVirtual) {
	x, y, n = GP64(), GP64(), GP64()
	Load(Param(a), x)
	Load(Param(b), y)
	Load(Param("n"), n)
	return x, y, n
}

// vectorBlock is the number of elements per iteration of each loop, at either
// level.
const vectorBlock = 32

// reduceDouble adds the float64 lanes of r pairwise.
func (v *isa) reduceDouble(r reg.VecVirtual) reg.VecVirtual {
	if v.wide() {
		h := YMM()
		VEXTRACTF64X4(Imm(1), r, h)
		VADDPD(h, r.AsY(), h)
		r = h
	}
	lo, x := XMM(), XMM()
	VEXTRACTF128(Imm(1), r, x)
	VADDPD(x, r.AsX(), lo)
	VPERMILPD(Imm(1), lo, x)
	VADDPD(x, lo, lo)
	return lo
}

// sums generates reductions of two vectors, with four running sums.
func (v *isa) sums() {
	const doc = "n must be a positive multiple of 32."
	v.text("dot", "(a, b *float32, n int) float32", "returns Σ a·b; "+doc)
	a, b, n := pair("a", "b")
	acc := v.four()
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			x := v.reg()
			at := func(p reg.GPVirtual) Mem { return Mem{Base: p, Index: i, Scale: 4, Disp: j * v.bytes()} }
			VMOVUPS(at(a), x)
			VFMADD231PS(at(b), x, acc[j%4])
		}
	})
	v.fold(acc, vadd)
	v.retValue(v.reduce(acc[0], vadd))

	absDouble := func(x reg.VecVirtual) {
		VPSLLQ(Imm(1), x, x)
		VPSRLQ(Imm(1), x, x)
	}
	for _, k := range []struct {
		name, doc string
		step      func(x, y, acc reg.VecVirtual)
	}{
		{"dot64", "returns Σ a·b in float64; ", func(x, y, acc reg.VecVirtual) { VFMADD231PD(y, x, acc) }},
		{"squaredDistance", "returns Σ (a-b)² in float64; ", func(x, y, acc reg.VecVirtual) {
			VSUBPD(y, x, x)
			VFMADD231PD(x, x, acc)
		}},
		{"l1Distance", "returns Σ |a-b| in float64; ", func(x, y, acc reg.VecVirtual) {
			VSUBPD(y, x, x)
			absDouble(x)
			VADDPD(x, acc, acc)
		}},
	} {
		for _, size := range []int{f32, f64} {
			name, typ := k.name, "float32"
			if size == f64 {
				name, typ = k.name+"F64", "float64"
			}
			v.text(name, "(a, b *"+typ+", n int) float64", k.doc+doc)
			a, b, n := pair("a", "b")
			acc := v.four()
			blocks(n, vectorBlock, func(i reg.GPVirtual) {
				for j := range vectorBlock / v.doubles() {
					x, y := v.reg(), v.reg()
					v.loadDouble(a, i, j*v.doubles(), size, x)
					v.loadDouble(b, i, j*v.doubles(), size, y)
					k.step(x, y, acc[j%4])
				}
			})
			v.fold(acc, func(ops ...Op) { VADDPD(ops...) })
			v.retValue(v.reduceDouble(acc[0]))
		}
	}
	v.gemmF64()
}

// four returns four sums of zero.
func (v *isa) four() []reg.VecVirtual {
	return []reg.VecVirtual{v.zero(), v.zero(), v.zero(), v.zero()}
}

// fold adds four sums into the first.
func (v *isa) fold(acc []reg.VecVirtual, add func(...Op)) {
	add(acc[1], acc[0], acc[0])
	add(acc[3], acc[2], acc[2])
	add(acc[2], acc[0], acc[0])
}

// gemmF64 generates the products of two rows of A with four of B.
func (v *isa) gemmF64() {
	v.text("dots2x4F64", "(dst *float64, a, b *float64, ldb, n int, second int)", "writes to dst [2, 4] the products of the row at a and the one second elements on with the four rows at b; n must be a positive multiple of 32.")
	n, a := GP64(), [2]reg.GPVirtual{GP64(), GP64()}
	Load(Param("n"), n)
	Load(Param("a"), a[0])
	Load(Param("second"), a[1])
	LEAQ(Mem{Base: a[0], Index: a[1], Scale: 8}, a[1])
	b := newRowPointers("b", "ldb", 4, 3)
	var acc [2][4]reg.VecVirtual
	for r := range acc {
		for c := range acc[r] {
			acc[r][c] = v.zero()
		}
	}
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.doubles() {
			var x [2]reg.VecVirtual
			for r := range x {
				x[r] = v.reg()
				v.loadDouble(a[r], i, j*v.doubles(), f64, x[r])
			}
			for c := range 4 {
				y := v.reg()
				VMOVUPD(b.at(c, j*v.bytes()), y)
				for r := range x {
					VFMADD231PD(y, x[r], acc[r][c])
				}
			}
		}
		b.advance(8 * vectorBlock)
	})
	dst := GP64()
	Load(Param("dst"), dst)
	for r := range acc {
		for c := range acc[r] {
			VMOVSD(v.reduceDouble(acc[r][c]), Mem{Base: dst, Disp: 32*r + 8*c})
		}
	}
	v.ret()
}

// updatesDoc is the end of each update's comment.
const updatesDoc = "n must be a positive multiple of 32."

// updates generates element-wise changes of one vector by another.
func (v *isa) updates() {
	v.add()
	v.multiply()
	v.turn()
	v.axpy()
	v.scale()
	v.scaledSum()
	for _, size := range []int{f32, f64} {
		v.axpyDoubles(size)
	}
	v.addInt8()
}

// at addresses vector j of the block that begins at element i of p.
func (v *isa) at(p, i reg.GPVirtual, j int) Mem {
	return Mem{Base: p, Index: i, Scale: 4, Disp: j * v.bytes()}
}

// add generates y + x.
func (v *isa) add() {
	v.text("add", "(y, x *float32, n int)", "adds x to y; "+updatesDoc)
	y, x, n := pair("y", "x")
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			VMOVUPS(v.at(y, i, j), a)
			VADDPS(v.at(x, i, j), a, a)
			VMOVUPS(a, v.at(y, i, j))
		}
	})
	v.ret()

}

// multiply generates y · x.
func (v *isa) multiply() {
	v.text("multiply", "(y, x *float32, n int)", "multiplies y by x; "+updatesDoc)
	y, x, n := pair("y", "x")
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			VMOVUPS(v.at(y, i, j), a)
			VMULPS(v.at(x, i, j), a, a)
			VMOVUPS(a, v.at(y, i, j))
		}
	})
	v.ret()
}

// turn generates rotations of pairs of elements.
func (v *isa) turn() {
	v.text("turn", "(x, y, cos, sin *float32, n int)", "sets x to x·cos - y·sin and y to y·cos + x·sin; "+updatesDoc)
	x, y, cos, sin, n := GP64(), GP64(), GP64(), GP64(), GP64()
	Load(Param("x"), x)
	Load(Param("y"), y)
	Load(Param("cos"), cos)
	Load(Param("sin"), sin)
	Load(Param("n"), n)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a, b, c, s := v.reg(), v.reg(), v.reg(), v.reg()
			VMOVUPS(v.at(x, i, j), a)
			VMOVUPS(v.at(y, i, j), b)
			VMOVUPS(v.at(cos, i, j), c)
			VMOVUPS(v.at(sin, i, j), s)
			ac, as := v.reg(), v.reg()
			VMULPS(a, c, ac)
			VMULPS(a, s, as)
			VMULPS(b, s, s)
			VMULPS(b, c, c)
			VSUBPS(s, ac, ac)
			VADDPS(as, c, c)
			VMOVUPS(ac, v.at(x, i, j))
			VMOVUPS(c, v.at(y, i, j))
		}
	})
	v.ret()
}

// axpy generates y + alpha·x.
func (v *isa) axpy() {
	v.text("axpy", "(y, x *float32, n int, alpha float32)", "adds alpha·x to y; "+updatesDoc)
	y, x, n := pair("y", "x")
	alpha := XMM()
	Load(Param("alpha"), alpha)
	factor := v.spread(alpha)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			VMOVUPS(v.at(y, i, j), a)
			VFMADD231PS(v.at(x, i, j), factor, a)
			VMOVUPS(a, v.at(y, i, j))
		}
	})
	v.ret()

}

// scale generates alpha·x.
func (v *isa) scale() {
	v.text("scale", "(x *float32, n int, alpha float32)", "multiplies x by alpha; "+updatesDoc)
	x, n := GP64(), GP64()
	Load(Param("x"), x)
	Load(Param("n"), n)
	alpha := XMM()
	Load(Param("alpha"), alpha)
	factor := v.spread(alpha)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			VMULPS(v.at(x, i, j), factor, a)
			VMOVUPS(a, v.at(x, i, j))
		}
	})
	v.ret()

}

// scaledSum generates (a + b)·scale + shift.
func (v *isa) scaledSum() {
	v.text("scaledSum", "(dst, a, b, shift, next *float32, n int, scale float32)", "sets dst to (a + b)·scale + shift and asks for next meanwhile; "+updatesDoc)
	dst := GP64()
	Load(Param("dst"), dst)
	x, y, n := GP64(), GP64(), GP64()
	Load(Param("a"), x)
	Load(Param("b"), y)
	shift, next := GP64(), GP64()
	Load(Param("shift"), shift)
	Load(Param("next"), next)
	Load(Param("n"), n)
	alpha := XMM()
	Load(Param("scale"), alpha)
	factor := v.spread(alpha)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			if j*v.bytes()%64 == 0 {
				PREFETCHT0(v.at(next, i, j))
			}
			VMOVUPS(v.at(x, i, j), a)
			VADDPS(v.at(y, i, j), a, a)
			VFMADD213PS(v.at(shift, i, j), factor, a)
			VMOVUPS(a, v.at(dst, i, j))
		}
	})
	v.ret()
}

// axpyDoubles generates y + alpha·x in float64 for x with size bytes per
// element.
func (v *isa) axpyDoubles(size int) {
	name, typ := "addScaledTo", "float32"
	if size == f64 {
		name, typ = "axpyF64", "float64"
	}
	v.text(name, "(y *float64, x *"+typ+", n int, alpha float64)", "adds alpha·x to y; "+updatesDoc)
	y, x, n := pair("y", "x")
	alpha := XMM()
	Load(Param("alpha"), alpha)
	factor := v.reg()
	VBROADCASTSD(alpha, factor)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.doubles() {
			a, m := v.reg(), Mem{Base: y, Index: i, Scale: 8, Disp: j * v.bytes()}
			v.loadDouble(x, i, j*v.doubles(), size, a)
			VFMADD213PD(m, factor, a)
			VMOVUPD(a, m)
		}
	})
	v.ret()
}

// addInt8 generates y + alpha·x for bytes x.
func (v *isa) addInt8() {
	v.text("addInt8", "(y *float32, x *int8, n int, alpha float32)", "adds alpha·x to y; "+updatesDoc)
	y, x, n := pair("y", "x")
	alpha := XMM()
	Load(Param("alpha"), alpha)
	factor := v.spread(alpha)
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a := v.reg()
			VPMOVSXBD(Mem{Base: x, Index: i, Scale: 1, Disp: j * v.lanes}, a)
			VCVTDQ2PS(a, a)
			VFMADD213PS(v.at(y, i, j), factor, a)
			VMOVUPS(a, v.at(y, i, j))
		}
	})
	v.ret()
}

// tables generates the functions that process rows of products: squared
// distances, comparison with a limit, arg-min.
func (v *isa) tables() {
	v.text("squaredDistances", "(products, norms *float32, n int, self float32)", "replaces p by max(0, (self + norm) - 2p); n must be a positive multiple of 32.")
	products, norms, n := pair("products", "norms")
	s := XMM()
	Load(Param("self"), s)
	self := v.spread(s)
	two, none := v.broadcast(2), v.zero()
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		for j := range vectorBlock / v.lanes {
			a, p := v.reg(), v.reg()
			m := Mem{Base: products, Index: i, Scale: 4, Disp: j * v.bytes()}
			VADDPS(Mem{Base: norms, Index: i, Scale: 4, Disp: j * v.bytes()}, self, a)
			VMOVUPS(m, p)
			VFNMADD231PS(two, p, a)
			VMAXPS(a, none, a)
			VMOVUPS(a, m)
		}
	})
	v.ret()

	v.text("below", "(bits *uint32, x *float32, n int, limit float32)", "writes for every 32 elements a word with the bits of those <= limit; n must be a positive multiple of 32.")
	bits, x, n := pair("bits", "x")
	l := XMM()
	Load(Param("limit"), l)
	limit := v.spread(l)
	const lessOrEqual = 2
	blocks(n, vectorBlock, func(i reg.GPVirtual) {
		word := GP32()
		XORL(word, word)
		for j := vectorBlock/v.lanes - 1; j >= 0; j-- {
			m := Mem{Base: x, Index: i, Scale: 4, Disp: j * v.bytes()}
			part := GP32()
			a := v.reg()
			VMOVUPS(m, a)
			if v.wide() {
				k := K()
				VCMPPS(Imm(lessOrEqual), limit, a, k)
				KMOVW(k, part)
			} else {
				VCMPPS(Imm(lessOrEqual), limit, a, a)
				VMOVMSKPS(a, part)
			}
			SHLL(Imm(uint64(v.lanes)), word)
			ORL(part, word)
		}
		MOVL(word, Mem{Base: bits})
		ADDQ(Imm(4), bits)
	})
	v.ret()
	v.argMin()
}

// argMin generates the search for the two least values of norms - 2·products in
// each row. Each lane keeps its own best, index and second; the lanes are
// combined at the end of a row.
func (v *isa) argMin() {
	v.text("argMin", "(index *int32, value, second *float32, products *float32, ld, rows, cols int, norms *float32, lanes *int32)", "finds for each row of products the least norms-2·products, the lowest index where it is, and the least of the others. lanes holds 0, 1, 2 and so on.")
	index, value, second, norms, lanes := GP64(), GP64(), GP64(), GP64(), GP64()
	Load(Param("index"), index)
	Load(Param("value"), value)
	Load(Param("second"), second)
	Load(Param("norms"), norms)
	Load(Param("lanes"), lanes)
	products, ld := pointer("products", "ld")
	rows, cols := GP64(), GP64()
	Load(Param("rows"), rows)
	Load(Param("cols"), cols)
	t := v.newTail(cols)
	two, inf := v.broadcast(2), v.broadcast(plusInf)
	step, first := v.reg(), v.reg()
	VPBROADCASTD(Mem{Base: lanes, Disp: 4 * v.lanes}, step)
	VMOVUPS(Mem{Base: lanes}, first)

	Label("row")
	best, next, arg, at := v.reg(), v.reg(), v.zero(), v.reg()
	VMOVUPS(inf, best)
	VMOVUPS(inf, next)
	VMOVUPS(first, at)
	v.each("columns", cols, t, func(i reg.GPVirtual, t *tail) {
		p, a := v.reg(), v.reg()
		v.load(element(products, i), p, t)
		v.load(element(norms, i), a, t)
		VFNMADD231PS(two, p, a)
		if t != nil {
			if v.wide() {
				VBLENDMPS(a, inf, t.k, a)
			} else {
				VBLENDVPS(t.y, a, inf, a)
			}
		}
		loser := v.keepBest(a, at, best, arg)
		VMINPS(next, loser, next) // if loser is NaN, next is kept
		VPADDD(step, at, at)
	})
	v.leastTwo(best, next, arg, inf, value, index, second)
	ADDQ(Imm(4), index)
	ADDQ(Imm(4), value)
	ADDQ(Imm(4), second)
	ADDQ(ld, products)
	DECQ(rows)
	JNZ(LabelRef("row"))
	v.ret()
}

// keepBest keeps in each lane the lesser of best and a, with its index at, and
// returns the other one.
func (v *isa) keepBest(a, at, best, arg reg.VecVirtual) (loser reg.VecVirtual) {
	const less = 1
	loser = v.reg()
	if v.wide() {
		k := K()
		VCMPPS(Imm(less), best, a, k)
		VBLENDMPS(best, a, k, loser)
		VMOVAPS(a, k, best)
		VMOVDQA32(at, k, arg)
	} else {
		m := v.reg()
		VCMPPS(Imm(less), best, a, m)
		VBLENDVPS(m, best, a, loser)
		VBLENDVPS(m, a, best, best)
		VBLENDVPS(m, at, arg, arg)
	}
	return loser
}

// leastTwo stores a row's least value, its index and the least of the other
// values, from each lane's results.
func (v *isa) leastTwo(best, next, arg, inf reg.VecVirtual, value, index, second reg.GPVirtual) {
	lowest := v.reduce(best, vmin)
	VMOVSS(lowest, Mem{Base: value})
	all := v.spread(lowest)
	// Among the lanes that hold the least value, the lowest index.
	candidate := v.reg()
	v.ones(candidate)
	VPSRLD(Imm(1), candidate, candidate)
	if v.wide() {
		k := K()
		VCMPPS(Imm(0), all, best, k)
		VMOVDQA32(arg, k, candidate)
	} else {
		m := v.reg()
		VCMPPS(Imm(0), all, best, m)
		VBLENDVPS(m, arg, candidate, candidate)
	}
	winner := v.reduce(candidate, vpminsd)
	VMOVSS(winner, Mem{Base: index})
	// Exclude its lane from the search for the second value.
	where := v.spread(winner)
	if v.wide() {
		k := K()
		VPCMPEQD(candidate, where, k)
		VMOVAPS(inf, k, best)
	} else {
		VPCMPEQD(candidate, where, where)
		VBLENDVPS(where, inf, best, best)
	}
	VMINPS(best, next, next)
	VMOVSS(v.reduce(next, vmin), Mem{Base: second})
}

func vmin(ops ...Op)    { VMINPS(ops...) }
func vpminsd(ops ...Op) { VPMINSD(ops...) }

// ones sets all bits of r.
func (v *isa) ones(r reg.VecVirtual) {
	if v.wide() {
		VPTERNLOGD(Imm(0xff), r, r, r)
	} else {
		VPCMPEQD(r, r, r)
	}
}

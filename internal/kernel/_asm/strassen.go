package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// Offsets in the Go type strassenStep. A slice begins with its pointer.
const (
	stepA = 24 * iota
	stepPanel
	stepStart
	stepDst
	stepDstRows
	stepBias
	stepPrev
	stepPrevRows
	stepMore
	stepAlso
	stepAdds
	stepSize = stepAdds + 8
)

const (
	// strassenPanelBytes is the distance between two inputs in a panel of 32
	// float32 columns, and between two rows of a tile of scratch memory.
	strassenPanelBytes = 32 * 4
)

// strassen generates the products of quarters that the Strassen-Winograd
// algorithm combines, for each number of rows in a tile, and the left factors
// of those products.
func strassen() {
	for rows := 1; rows <= 12; rows++ {
		strassenSteps(avx512, rows, 2)
	}
	for rows := 1; rows <= 6; rows++ {
		strassenSteps(avx2, rows, 2)
	}
	for _, v := range []*isa{avx2, avx512} {
		v.strassenFactors()
		v.strassenCombine()
	}
}

// strassenSteps generates the tile of rows x vectors: the sums stay in
// registers from one step to the next.
func strassenSteps(v *isa, rows, vectors int) {
	name := fmt.Sprintf("strassen%dx%d", rows, vectors*v.lanes)
	v.text(name, "(steps *byte, count, in int)", fmt.Sprintf("runs count > 0 steps (strassenStep) on a tile of %d rows and %d columns, each over in > 0 inputs, a multiple of %d.", rows, vectors*v.lanes, unroll))

	step, count, in := GP64(), GP64(), GP64()
	Load(Param("steps"), step)
	Load(Param("count"), count)
	Load(Param("in"), in)
	t := newStrassenTile(v, rows, vectors, step)

	Label("step")
	start := t.field(stepStart)
	TESTQ(start, start)
	JZ(LabelRef("multiply"))
	t.each(start, func(r, c int, m Mem) { VMOVUPS(m, t.acc[r][c]) })

	Label("multiply")
	isResult := t.field(stepBias)
	TESTQ(isResult, isResult)
	JZ(LabelRef("factors"))
	t.askForRows()

	Label("factors")
	t.multiply(in)

	// A result goes to dst with its addends, a sum to scratch memory.
	dst, bias := t.field(stepDst), t.field(stepBias)
	TESTQ(bias, bias)
	JNZ(LabelRef("result"))
	t.each(dst, func(r, c int, m Mem) { VMOVUPS(t.acc[r][c], m) })
	JMP(LabelRef("next"))

	Label("result")
	t.store(dst, bias)
	also := t.field(stepAlso)
	TESTQ(also, also)
	JZ(LabelRef("next"))
	t.each(also, func(r, c int, m Mem) { VADDPS(m, t.acc[r][c], t.acc[r][c]) })

	Label("next")
	ADDQ(U32(stepSize), step)
	DECQ(count)
	JNZ(LabelRef("step"))
	v.ret()
}

// strassenTile is a tile of sums in registers, and the current step.
type strassenTile struct {
	v    *isa
	step reg.GPVirtual
	acc  [][]reg.VecVirtual // [rows][vectors]
	b    []reg.VecVirtual   // [vectors] of one input's row of the panel
	x    reg.VecVirtual     // one input of one row, if it cannot be broadcast from memory
}

func newStrassenTile(v *isa, rows, vectors int, step reg.GPVirtual) *strassenTile {
	t := &strassenTile{v: v, step: step, acc: make([][]reg.VecVirtual, rows), b: make([]reg.VecVirtual, vectors)}
	for r := range t.acc {
		t.acc[r] = make([]reg.VecVirtual, vectors)
		for c := range t.acc[r] {
			t.acc[r][c] = v.zero()
		}
	}
	for c := range t.b {
		t.b[c] = v.reg()
	}
	if !v.wide() {
		t.x = v.reg()
	}
	return t
}

// field loads a field of the step.
func (t *strassenTile) field(offset int) reg.GPVirtual {
	p := GP64()
	MOVQ(Mem{Base: t.step, Disp: offset}, p)
	return p
}

// each calls body for each vector of a tile in scratch memory at p.
func (t *strassenTile) each(p reg.GPVirtual, body func(r, c int, m Mem)) {
	for r := range t.acc {
		for c := range t.acc[r] {
			body(r, c, Mem{Base: p, Disp: r*strassenPanelBytes + t.v.bytes()*c})
		}
	}
}

// askForRows prefetches a result's rows while its product is computed: they
// were last used a whole layer ago, and lie far apart.
func (t *strassenTile) askForRows() {
	for _, f := range [][2]int{{stepDst, stepDstRows}, {stepPrev, stepPrevRows}} {
		to, places, row := t.field(f[0]), t.field(f[1]), GP64()
		for r := range t.acc {
			MOVQ(Mem{Base: places, Disp: 8 * r}, row)
			for disp := 0; disp < len(t.b)*t.v.bytes(); disp += 64 {
				PREFETCHT0(Mem{Base: to, Index: row, Scale: 4, Disp: disp})
			}
		}
	}
}

// multiply adds the products of the step's factors, over in inputs.
func (t *strassenTile) multiply(in reg.GPVirtual) {
	v := t.v
	a := rowPointers{ld: GP64(), ld3: GP64()}
	MOVQ(in, a.ld)
	SHLQ(Imm(2), a.ld)
	LEAQ(Mem{Base: a.ld, Index: a.ld, Scale: 2}, a.ld3)
	for r := 0; r < len(t.acc); r += 4 {
		if r == 0 {
			a.base = append(a.base, t.field(stepA))
			continue
		}
		p := GP64()
		LEAQ(Mem{Base: a.base[len(a.base)-1], Index: a.ld, Scale: 4}, p)
		a.base = append(a.base, p)
	}
	panel, left, next := t.field(stepPanel), GP64(), GP64()
	MOVQ(in, next)
	SHLQ(Imm(7), next) // the next step's panel
	MOVQ(in, left)
	Label("inputs")
	for k := range unroll {
		for c := range t.b {
			VMOVUPS(Mem{Base: panel, Disp: k*strassenPanelBytes + v.bytes()*c}, t.b[c])
			if c%(64/v.bytes()) == 0 {
				PREFETCHT1(Mem{Base: panel, Index: next, Scale: 1, Disp: k*strassenPanelBytes + v.bytes()*c})
			}
		}
		for r := range t.acc {
			t.addRow(a.at(r, 4*k), r)
		}
	}
	a.advance(4 * unroll)
	ADDQ(U32(unroll*strassenPanelBytes), panel)
	SUBQ(Imm(unroll), left)
	JNZ(LabelRef("inputs"))
}

// addRow adds the product of one input of row r, at m, with the panel's row.
func (t *strassenTile) addRow(m Mem, r int) {
	if t.v.wide() {
		for c := range t.b {
			VFMADD231PS_BCST(m, t.b[c], t.acc[r][c])
		}
		return
	}
	VBROADCASTSS(m, t.x)
	for c := range t.b {
		VFMADD231PS(t.b[c], t.x, t.acc[r][c])
	}
}

// store writes a result's rows to dst: the sums with the bias, another
// product's sums and the contents of prev.
func (t *strassenTile) store(dst, bias reg.GPVirtual) {
	v := t.v
	prev, more := t.field(stepPrev), t.field(stepMore)
	dstRows, prevRows := t.field(stepDstRows), t.field(stepPrevRows)
	for c := range t.b {
		VMOVUPS(Mem{Base: bias, Disp: v.bytes() * c}, t.b[c])
	}
	y := t.x
	if v.wide() {
		y = v.reg()
	}
	to, from := GP64(), GP64()
	for r := range t.acc {
		MOVQ(Mem{Base: dstRows, Disp: 8 * r}, to)
		MOVQ(Mem{Base: prevRows, Disp: 8 * r}, from)
		for c := range t.acc[r] {
			VADDPS(t.b[c], t.acc[r][c], y)
			VADDPS(Mem{Base: more, Disp: r*strassenPanelBytes + v.bytes()*c}, y, y)
			VADDPS(Mem{Base: prev, Index: from, Scale: 4, Disp: v.bytes() * c}, y, y)
			VMOVUPS(y, Mem{Base: dst, Index: to, Scale: 4, Disp: v.bytes() * c})
		}
	}
}

// planes addresses seven matrices that are plane bytes apart.
type planes struct{ base, base3, plane, plane3 reg.GPVirtual }

// newPlanes loads the parameters f and plane.
func newPlanes() planes {
	f, plane := pointer("f", "plane")
	p := planes{base: f, base3: GP64(), plane: plane, plane3: GP64()}
	LEAQ(Mem{Base: plane, Index: plane, Scale: 2}, p.plane3)
	LEAQ(Mem{Base: f, Index: p.plane3, Scale: 1}, p.base3)
	return p
}

// at returns the address disp bytes into matrix i.
func (p planes) at(i, disp int) Mem {
	m := Mem{Base: p.base, Disp: disp}
	if i >= 3 {
		m.Base = p.base3
		i -= 3
	}
	switch i {
	case 1:
		m.Index, m.Scale = p.plane, 1
	case 2:
		m.Index, m.Scale = p.plane, 2
	case 3:
		m.Index, m.Scale = p.plane3, 1
	}
	return m
}

// advance moves all of them forward by n bytes.
func (p planes) advance(n int) {
	ADDQ(Imm(uint64(n)), p.base)
	ADDQ(Imm(uint64(n)), p.base3)
}

// strassenFactors generates the left factors of the seven products.
func (v *isa) strassenFactors() {
	v.text("strassenFactors", "(f *float32, plane int, upper, lower, nextUpper, nextLower *float32, half int)", "computes a pair's row of each of the seven left factors, which are plane elements apart; half must be a positive multiple of 16.")
	f := newPlanes()
	upper, lower, half := GP64(), GP64(), GP64()
	Load(Param("upper"), upper)
	Load(Param("lower"), lower)
	Load(Param("half"), half)
	next := []reg.GPVirtual{GP64(), GP64()}
	Load(Param("nextUpper"), next[0])
	Load(Param("nextLower"), next[1])
	right, belowRight, i := GP64(), GP64(), GP64()
	LEAQ(Mem{Base: upper, Index: half, Scale: 4}, right)
	LEAQ(Mem{Base: lower, Index: half, Scale: 4}, belowRight)
	XORQ(i, i)
	Label("inputs")
	a11, a12, a21, a22, t := v.reg(), v.reg(), v.reg(), v.reg(), v.reg()
	for _, p := range next {
		// The rows are 2·half long: two vectors of each per iteration.
		PREFETCHT0(Mem{Base: p, Index: i, Scale: 8})
		if v.wide() {
			PREFETCHT0(Mem{Base: p, Index: i, Scale: 8, Disp: 64})
		}
	}
	VMOVUPS(element(upper, i), a11)
	VMOVUPS(element(right, i), a12)
	VMOVUPS(element(lower, i), a21)
	VMOVUPS(element(belowRight, i), a22)
	VMOVUPS(a11, f.at(0, 0))
	VMOVUPS(a12, f.at(1, 0))
	VMOVUPS(a22, f.at(4, 0))
	VSUBPS(a21, a11, t) // S3 = A11 - A21
	VMOVUPS(t, f.at(3, 0))
	VADDPS(a22, a21, t) // S1 = A21 + A22
	VMOVUPS(t, f.at(5, 0))
	VSUBPS(a11, t, t) // S2 = S1 - A11
	VMOVUPS(t, f.at(2, 0))
	VSUBPS(t, a12, t) // S4 = A12 - S2
	VMOVUPS(t, f.at(6, 0))
	f.advance(v.bytes())
	ADDQ(Imm(uint64(v.lanes)), i)
	CMPQ(i, half)
	JL(LabelRef("inputs"))
	v.ret()
}

// strassenCombine generates the right factors of the seven products.
func (v *isa) strassenCombine() {
	v.text("strassenCombine", "(f *float32, plane int, b11, b12, b21, b22 *float32, half int)", "writes 16 columns of the seven right factors, which are plane elements apart with rows of 32, from those of the quarters [half, 16]; half is not 0.")
	f := newPlanes()
	half := GP64()
	Load(Param("half"), half)
	q := make([]reg.GPVirtual, 4)
	for i, name := range []string{"b11", "b12", "b21", "b22"} {
		q[i] = GP64()
		Load(Param(name), q[i])
	}
	Label("input")
	for disp := 0; disp < 64; disp += v.bytes() {
		b := make([]reg.VecVirtual, 4)
		for i := range b {
			b[i] = v.reg()
			VMOVUPS(Mem{Base: q[i], Disp: disp}, b[i])
		}
		b11, b12, b21, b22, t := b[0], b[1], b[2], b[3], v.reg()
		VMOVUPS(b11, f.at(0, disp))
		VMOVUPS(b21, f.at(1, disp))
		VMOVUPS(b22, f.at(6, disp))
		VSUBPS(b12, b22, t) // T3 = B22 - B12
		VMOVUPS(t, f.at(3, disp))
		VSUBPS(b11, b12, t) // T1 = B12 - B11
		VMOVUPS(t, f.at(5, disp))
		VSUBPS(t, b22, t) // T2 = B22 - T1
		VMOVUPS(t, f.at(2, disp))
		VSUBPS(t, b21, t) // -T4 = B21 - T2
		VMOVUPS(t, f.at(4, disp))
	}
	for _, p := range q {
		ADDQ(Imm(64), p)
	}
	f.advance(strassenPanelBytes)
	DECQ(half)
	JNZ(LabelRef("input"))
	v.ret()
}

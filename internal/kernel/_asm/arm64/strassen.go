package main

import "fmt"

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

// strassenPanelBytes is the distance between two inputs in a panel of 32 float32
// columns, and between two rows of a tile of scratch memory.
const strassenPanelBytes = 32 * 4

// strassen generates the products of quarters that the Strassen-Winograd
// algorithm combines, and the factors of those products.
func strassen(a *asm) {
	for rows := 1; rows <= tileRows; rows++ {
		strassenSteps(a, rows)
	}
	strassenFactors(a)
	strassenCombine(a)
}

// strassenTile is a tile of some rows x 16 columns under construction: its sums
// stay in registers from one step to the next.
type strassenTile struct {
	*asm
	step gp // the current strassenStep
	in   gp // inputs of a step
	acc  [][]vec
}

// field returns a field of the current step.
func (t *strassenTile) field(offset int) gp {
	p := t.gp()
	t.f("MOVD %d(%v), %v", offset, t.step, p)
	return p
}

// pairs calls body for each two vectors of the tile.
func (t *strassenTile) pairs(body func(r, c int)) {
	for r := range t.acc {
		for c := 0; c < tileVectors; c += 2 {
			body(r, c)
		}
	}
}

func strassenSteps(a *asm, rows int) {
	a.function(fmt.Sprintf("strassen%dx16NEON", rows), "(steps *byte, count int, in int)", fmt.Sprintf("runs count > 0 steps (strassenStep) on a tile of %d rows and 16 columns, each over in > 0 inputs, a multiple of 4.", rows))
	t := &strassenTile{asm: a, step: a.load("steps")}
	count := a.load("count")
	t.in = a.load("in")
	t.acc = a.sums(rows, tileVectors)
	again, multiply, result, next := a.label("step"), a.label("multiply"), a.label("result"), a.label("next")

	a.mark(again)
	start := t.field(stepStart)
	a.f("CBZ %v, %s", start, multiply)
	t.pairs(func(r, c int) { a.ldp(t.acc[r][c], t.acc[r][c+1], start, r*strassenPanelBytes+16*c) })
	a.releaseGP(start)
	a.mark(multiply)
	t.prefetch()
	t.multiply()

	// A result goes to dst with its addends, a sum to scratch memory.
	dst, bias := t.field(stepDst), t.field(stepBias)
	a.f("CBNZ %v, %s", bias, result)
	t.pairs(func(r, c int) { a.stp(t.acc[r][c], t.acc[r][c+1], dst, r*strassenPanelBytes+16*c) })
	a.f("B %s", next)
	a.mark(result)
	t.result(dst, bias, next)

	a.mark(next)
	a.f("ADD $%d, %v, %v", stepSize, t.step, t.step)
	a.f("SUBS $1, %v, %v", count, count)
	a.f("BNE %s", again)
	a.ret()
	a.end()
}

// prefetch prefetches a result's rows before its product is computed: they were
// last used a whole layer ago, and lie far apart.
func (t *strassenTile) prefetch() {
	over, isResult := t.label("factors"), t.field(stepBias)
	t.f("CBZ %v, %s", isResult, over)
	for _, f := range [][2]int{{stepDst, stepDstRows}, {stepPrev, stepPrevRows}} {
		to, places, row := t.field(f[0]), t.field(f[1]), t.gp()
		for r := range t.acc {
			t.f("MOVD %d(%v), %v", 8*r, places, row)
			t.f("ADD %v<<2, %v, %v", row, to, row)
			t.f("PRFM (%v), PLDL1KEEP", row)
		}
		t.releaseGP(to, places, row)
	}
	t.releaseGP(isResult)
	t.mark(over)
}

// multiply adds the product of a step's factors to the sums.
func (t *strassenTile) multiply() {
	x, b := t.vecs(len(t.acc)), t.vecs(2)
	p := []gp{t.field(stepA)}
	for r := 1; r < len(t.acc); r++ {
		p = append(p, t.gp())
		t.f("ADD %v<<2, %v, %v", t.in, p[r-1], p[r])
	}
	panel, ahead, left := t.field(stepPanel), t.gp(), t.gp()
	t.f("ADD %v<<7, %v, %v", t.in, panel, ahead) // the next step's panel
	t.f("MOVD %v, %v", t.in, left)
	t.blocks(left, quad, func() {
		for r := range p {
			t.ldrPost(x[r], p[r])
		}
		for k := range quad {
			t.f("PRFM %d(%v), PLDL2KEEP", k*strassenPanelBytes, ahead)
			for c := 0; c < tileVectors; c += 2 {
				t.ldp(b[0], b[1], panel, k*strassenPanelBytes+16*c)
				for j := range b {
					for r := range t.acc {
						t.v(fmlaLane, t.acc[r][c+j], b[j], x[r], k)
					}
				}
			}
		}
		t.f("ADD $%d, %v, %v", quad*strassenPanelBytes, panel, panel)
		t.f("ADD $%d, %v, %v", quad*strassenPanelBytes, ahead, ahead)
	})
	t.releaseGP(p...)
	t.releaseGP(panel, ahead, left)
	t.release(x...)
	t.release(b...)
}

// result stores the sums with their addends, and then adds to the sums what
// later steps need. It continues at label next.
func (t *strassenTile) result(dst, bias gp, next string) {
	prev, more, dstRows, prevRows := t.field(stepPrev), t.field(stepMore), t.field(stepDstRows), t.field(stepPrevRows)
	to, from := t.gp(), t.gp()
	y, z := t.vecs(2), t.vecs(2)
	for r := range t.acc {
		t.f("MOVD %d(%v), %v", 8*r, dstRows, to)
		t.f("MOVD %d(%v), %v", 8*r, prevRows, from)
		t.f("ADD %v<<2, %v, %v", to, dst, to)
		t.f("ADD %v<<2, %v, %v", from, prev, from)
		for c := 0; c < tileVectors; c += 2 {
			t.ldp(y[0], y[1], bias, 16*c)
			t.on(fadd, y, t.acc[r][c:c+2], y)
			t.ldp(z[0], z[1], more, r*strassenPanelBytes+16*c)
			t.on(fadd, y, y, z)
			t.ldp(z[0], z[1], from, 16*c)
			t.on(fadd, y, y, z)
			t.stp(y[0], y[1], to, 16*c)
		}
	}
	also := t.field(stepAlso)
	t.f("CBZ %v, %s", also, next)
	t.pairs(func(r, c int) {
		t.ldp(y[0], y[1], also, r*strassenPanelBytes+16*c)
		t.on(fadd, t.acc[r][c:c+2], t.acc[r][c:c+2], y)
	})
}

// planes returns pointers to seven matrices that are plane elements apart.
func (a *asm) planes() []gp {
	p, plane := []gp{a.load("f")}, a.loadLD("plane", 2)
	for i := 1; i < 7; i++ {
		p = append(p, a.gp())
		a.f("ADD %v, %v, %v", plane, p[i-1], p[i])
	}
	a.releaseGP(plane)
	return p
}

// strassenFactors generates the left factors of the seven products.
func strassenFactors(a *asm) {
	a.function("strassenFactorsNEON", "(f *float32, plane int, upper *float32, lower *float32, nextUpper *float32, nextLower *float32, half int)", "computes a pair's row of each of the seven left factors, which are plane elements apart; half must be a positive multiple of 16.")
	f := a.planes()
	upper, lower, half := a.load("upper"), a.load("lower"), a.load("half")
	next := []gp{a.load("nextUpper"), a.load("nextLower")}
	right, belowRight := a.gp(), a.gp()
	a.f("ADD %v<<2, %v, %v", half, upper, right)
	a.f("ADD %v<<2, %v, %v", half, lower, belowRight)
	a11, a12, a21, a22, t, u := a.vec(), a.vec(), a.vec(), a.vec(), a.vec(), a.vec()
	a.blocks(half, 2*lanes, func() {
		for _, p := range next { // the rows are 2·half long
			a.f("PRFM (%v), PLDL1KEEP", p)
			a.f("ADD $%d, %v, %v", 16*lanes, p, p)
		}
		for range 2 {
			a.ldrPost(a11, upper)
			a.ldrPost(a12, right)
			a.ldrPost(a21, lower)
			a.ldrPost(a22, belowRight)
			a.strPost(a11, f[0])
			a.strPost(a12, f[1])
			a.strPost(a22, f[4])
			a.v(fsub, t, a11, a21) // S3 = A11 - A21
			a.strPost(t, f[3])
			a.v(fadd, u, a21, a22) // S1 = A21 + A22
			a.strPost(u, f[5])
			a.v(fsub, t, u, a11) // S2 = S1 - A11
			a.strPost(t, f[2])
			a.v(fsub, t, a12, t) // S4 = A12 - S2
			a.strPost(t, f[6])
		}
	})
	a.ret()
	a.end()
}

// strassenCombine generates the right factors of the seven products.
func strassenCombine(a *asm) {
	a.function("strassenCombineNEON", "(f *float32, plane int, b11 *float32, b12 *float32, b21 *float32, b22 *float32, half int)", "writes 16 columns of the seven right factors, which are plane elements apart with rows of 32, from those of the quarters [half, 16]; half is not 0.")
	f := a.planes()
	half := a.load("half")
	q := []gp{a.load("b11"), a.load("b12"), a.load("b21"), a.load("b22")}
	b, t := a.vecs(4), a.vec()
	b11, b12, b21, b22 := b[0], b[1], b[2], b[3]
	a.blocks(half, 1, func() {
		for c := range tileVectors {
			for i := range b {
				a.ldrPost(b[i], q[i])
			}
			at := 16 * c
			a.str(b11, f[0], at)
			a.str(b21, f[1], at)
			a.str(b22, f[6], at)
			a.v(fsub, t, b22, b12) // T3 = B22 - B12
			a.str(t, f[3], at)
			a.v(fsub, t, b12, b11) // T1 = B12 - B11
			a.str(t, f[5], at)
			a.v(fsub, t, b22, t) // T2 = B22 - T1
			a.str(t, f[2], at)
			a.v(fsub, t, b21, t) // -T4 = B21 - T2
			a.str(t, f[4], at)
		}
		for _, p := range f {
			a.f("ADD $%d, %v, %v", strassenPanelBytes, p, p)
		}
	})
	a.ret()
	a.end()
}

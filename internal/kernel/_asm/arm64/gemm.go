package main

import "fmt"

const (
	// tileVectors is the number of vectors in the 16 columns of a panel.
	tileVectors = 4
	// panelBytes is the distance between two inputs in a packed panel of 16
	// float32 columns, or between two groups of 4 bytes.
	panelBytes = 64
	// quad is the number of inputs, or groups of bytes, in a vector of a row of
	// A.
	quad = 4
	// tileRows is the maximum number of rows in a tile: 6 x 4 sums, 6 vectors
	// of A and 2 of the panel take all 32 registers.
	tileRows = 6
)

const gemmSignature = "(dst *float32, ldd int, a *float32, lda int, panel *float32, in int, bias *float32, add *float32, ldadd int, sums *float32, next uintptr, step int, cols int)"

// gemm generates the float32 micro kernels, one for each number of rows. All of
// them compute an element as one chain of fused multiply-adds over the inputs
// in order, which may continue sums of earlier inputs.
func gemm(a *asm) {
	for rows := 1; rows <= tileRows; rows++ {
		name := fmt.Sprintf("gemmInputs%dx16NEON", rows)
		a.function(name, gemmSignature, fmt.Sprintf("computes %d rows and the first cols <= 16 columns of dst = ((sums + A·panel) + bias) + add; sums [%d, 16], bias and add may be nil. Meanwhile it asks for step bytes from next on for each input.", rows, rows))
		p := a.rowPointers("a", "lda", rows, 2)
		step := a.load("step")
		w := panel{at: a.load("panel"), in: a.load("in"), next: a.load("next"), step: &step}
		acc := a.sums(rows, tileVectors)
		a.goOn(acc)
		a.accumulate(p, w, acc, func(acc, b, x vec, i int) { a.v(fmlaLane, acc, b, x, i) }, nil)
		a.finish(acc)
		a.end()
	}
	peak(a, "peakNEON", "fused multiply-adds of 4 lanes", func(acc, x vec) { a.v(fmlaLane, acc, x, x, 0) })
}

// rowPointers returns pointers to rows of the matrix at parameter ptr, whose
// elements have 1<<shift bytes.
func (a *asm) rowPointers(ptr, ld string, rows, shift int) []gp {
	p := []gp{a.load(ptr)}
	bytes := a.loadLD(ld, shift)
	for r := 1; r < rows; r++ {
		p = append(p, a.gp())
		a.f("ADD %v, %v, %v", bytes, p[r-1], p[r])
	}
	a.releaseGP(bytes)
	return p
}

// sums returns zeroed vectors for a tile of that many rows.
func (a *asm) sums(rows, vectors int) [][]vec {
	acc := make([][]vec, rows)
	for r := range acc {
		acc[r] = a.vecs(vectors)
		a.zero(acc[r]...)
	}
	return acc
}

// goOn reads the parameter sums into acc unless it is nil.
func (a *asm) goOn(acc [][]vec) {
	start, begin := a.load("sums"), a.label("begin")
	a.f("CBZ %v, %s", start, begin)
	for r, row := range acc {
		for c := 0; c < tileVectors; c += 2 {
			a.ldp(row[c], row[c+1], start, r*panelBytes+16*c)
		}
	}
	a.mark(begin)
	a.releaseGP(start)
}

// panel is a packed panel that a tile reads while it prefetches the next one:
// weights come from memory when few rows share them. With a step, the tile
// prefetches that many bytes for each input, otherwise the bytes of all inputs.
type panel struct {
	at, next, in gp
	step         *gp
}

// ask prefetches the next panel's data that correspond to input k of an
// iteration.
func (a *asm) ask(w panel, k int) {
	if w.step == nil {
		a.f("PRFM %d(%v), PLDL2KEEP", k*panelBytes, w.next)
		return
	}
	a.f("PRFM (%v), PLDL2KEEP", w.next)
	a.f("ADD %v, %v, %v", *w.step, w.next, w.next)
}

// advance moves forward by n inputs.
func (a *asm) advance(w panel, n int) {
	a.f("ADD $%d, %v, %v", n*panelBytes, w.at, w.at)
	if w.step == nil {
		a.f("ADD $%d, %v, %v", n*panelBytes, w.next, w.next)
	}
}

// panel loads the parameters panel and in.
func (a *asm) panel() panel {
	p := panel{at: a.load("panel"), in: a.load("in"), next: a.gp()}
	a.f("ADD %v<<6, %v, %v", p.in, p.at, p.next)
	return p
}

// accumulate emits the loop over the inputs, which adds to the sums. step adds
// the products of b, 4 columns of the panel, and element i of x, 4 inputs of a
// row. prepare, if not nil, changes the rows' vectors first; it may use the
// registers of b.
func (a *asm) accumulate(rows []gp, w panel, acc [][]vec, step func(acc, b, x vec, i int), prepare func(x, b []vec)) {
	x, b := a.vecs(len(rows)), a.vecs(2)
	multiply := func(k, i int) {
		a.ask(w, k)
		for c := 0; c < tileVectors; c += 2 {
			a.ldp(b[0], b[1], w.at, k*panelBytes+16*c)
			for j := range 2 {
				for r := range rows {
					step(acc[r][c+j], b[j], x[r], i)
				}
			}
		}
	}
	a.inputs(w, func() {
		for r, p := range rows {
			a.ldrPost(x[r], p)
		}
		if prepare != nil {
			prepare(x, b)
		}
		for k := range quad {
			multiply(k, k)
		}
	}, func() {
		for r, p := range rows {
			a.f("FMOVS.P 4(%v), %s", p, x[r].f())
		}
		if prepare != nil {
			prepare(x, b)
		}
		multiply(0, 0)
	})
	a.release(x...)
	a.release(b...)
	a.releaseGP(rows...)
}

// inputs emits a loop over the inputs of a panel: four by body, the rest one at
// a time.
func (a *asm) inputs(w panel, body, rest func()) {
	four, few, one, done := a.label("inputs"), a.label("rest"), a.label("input"), a.label("sums")
	a.f("SUBS $%d, %v, %v", quad, w.in, w.in)
	a.f("BLT %s", few)
	a.mark(four)
	body()
	a.advance(w, quad)
	a.f("SUBS $%d, %v, %v", quad, w.in, w.in)
	a.f("BGE %s", four)
	a.mark(few)
	a.f("ADDS $%d, %v, %v", quad, w.in, w.in)
	a.f("BEQ %s", done)
	a.mark(one)
	rest()
	a.advance(w, 1)
	a.f("SUBS $1, %v, %v", w.in, w.in)
	a.f("BNE %s", one)
	a.mark(done)
	a.releaseGP(w.at, w.next, w.in)
	if w.step != nil {
		a.releaseGP(*w.step)
	}
}

// finish adds bias and addend to the sums, stores the first cols columns and
// returns.
func (a *asm) finish(acc [][]vec) {
	cols := a.load("cols")
	bias := a.bias(cols)
	without := a.label("without")
	a.f("CBZ %v, %s", bias, without)
	b := a.vecs(tileVectors)
	for c := 0; c < tileVectors; c += 2 {
		a.ldp(b[c], b[c+1], bias, 16*c)
	}
	for r := range acc {
		for c, s := range acc[r] {
			a.v(fadd, s, s, b[c])
		}
	}
	a.release(b...)
	a.mark(without)
	a.releaseGP(bias)
	a.storeTile(acc, cols)
}

// biasBytes is the part of the frame for the bias of fewer than 16 columns.
const biasBytes = 16 * tileVectors

// bias returns the parameter bias, or a copy on the stack that is padded with
// zeros if there are fewer than 16 columns. It may be nil.
func (a *asm) bias(cols gp) gp {
	bias := a.load("bias")
	have, next := a.label("bias"), a.label("copy")
	a.frame = max(a.frame, biasBytes)
	a.f("CBZ %v, %s", bias, have)
	a.f("CMP $16, %v", cols)
	a.f("BGE %s", have)
	z := a.vec()
	a.zero(z)
	to, n := a.gp(), a.gp()
	a.f("MOVD $bias-%d(SP), %v", biasBytes, to)
	a.stp(z, z, to, 0)
	a.stp(z, z, to, 32)
	a.f("MOVD %v, %v", cols, n)
	a.mark(next)
	a.f("FMOVS.P 4(%v), %s", bias, z.f())
	a.f("FMOVS.P %s, 4(%v)", z.f(), to)
	a.f("SUBS $1, %v, %v", n, n)
	a.f("BNE %s", next)
	a.f("MOVD $bias-%d(SP), %v", biasBytes, bias)
	a.release(z)
	a.releaseGP(to, n)
	a.mark(have)
	return bias
}

// storeTile adds the addend to a tile of 16 columns, stores the first cols of
// them and returns.
func (a *asm) storeTile(acc [][]vec, cols gp) {
	partial, store := a.label("partial"), a.label("store")
	add, ldadd := a.load("add"), a.loadLD("ldadd", 2)
	dst, ldd := a.load("dst"), a.loadLD("ldd", 2)
	a.f("CMP $16, %v", cols)
	a.f("BLT %s", partial)
	a.f("CBZ %v, %s", add, store)
	x := a.vecs(2)
	for _, row := range acc {
		for c := 0; c < tileVectors; c += 2 {
			a.ldp(x[0], x[1], add, 16*c)
			a.v(fadd, row[c], row[c], x[0])
			a.v(fadd, row[c+1], row[c+1], x[1])
		}
		a.f("ADD %v, %v, %v", ldadd, add, add)
	}
	a.mark(store)
	for _, row := range acc {
		for c := 0; c < tileVectors; c += 2 {
			a.stp(row[c], row[c+1], dst, 16*c)
		}
		a.f("ADD %v, %v, %v", ldd, dst, dst)
	}
	a.ret()

	// Fewer columns are stored by way of the stack, one element at a time.
	a.mark(partial)
	bytes := biasBytes + 16*tileVectors*len(acc)
	a.frame = max(a.frame, bytes)
	from := a.gp()
	a.f("MOVD $tile-%d(SP), %v", bytes, from)
	for r, row := range acc {
		for c := 0; c < tileVectors; c += 2 {
			a.stp(row[c], row[c+1], from, 16*(tileVectors*r+c))
		}
	}
	row, element, none, done := a.label("row"), a.label("element"), a.label("none"), a.label("written")
	left, i, p, q, s := a.gp(), a.gp(), a.gp(), a.gp(), a.gp()
	a.f("MOVD $%d, %v", len(acc), left)
	a.mark(row)
	a.f("MOVD %v, %v", cols, i)
	a.f("MOVD %v, %v", from, s)
	a.f("MOVD %v, %v", add, p)
	a.f("MOVD %v, %v", dst, q)
	a.mark(element)
	a.f("FMOVS.P 4(%v), %s", s, x[0].f())
	a.f("CBZ %v, %s", add, none)
	a.f("FMOVS.P 4(%v), %s", p, x[1].f())
	a.f("FADDS %s, %s, %s", x[1].f(), x[0].f(), x[0].f())
	a.mark(none)
	a.f("FMOVS.P %s, 4(%v)", x[0].f(), q)
	a.f("SUBS $1, %v, %v", i, i)
	a.f("BNE %s", element)
	a.f("ADD $%d, %v, %v", 16*tileVectors, from, from)
	a.f("CBZ %v, %s", add, done)
	a.f("ADD %v, %v, %v", ldadd, add, add)
	a.mark(done)
	a.f("ADD %v, %v, %v", ldd, dst, dst)
	a.f("SUBS $1, %v, %v", left, left)
	a.f("BNE %s", row)
	a.ret()
	a.release(x...)
}

// peakSums is the number of independent sums in the peak loop: as many as in a
// full tile.
const peakSums = tileRows * tileVectors

// peak generates a loop of independent multiply-adds on registers only.
func peak(a *asm, name, doc string, step func(acc, x vec)) {
	a.function(name, "(n int)", fmt.Sprintf("runs n times %d %s, on registers alone: the ceiling that products are compared with.", peakSums, doc))
	n := a.load("n")
	acc, x := a.vecs(peakSums), a.vec()
	a.zero(acc...)
	a.zero(x)
	turn := a.label("turn")
	a.mark(turn)
	for _, s := range acc {
		step(s, x)
	}
	a.f("SUBS $1, %v, %v", n, n)
	a.f("BNE %s", turn)
	a.ret()
	a.end()
}

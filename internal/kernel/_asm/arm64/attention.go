package main

import "fmt"

// attention generates what attention needs besides the product: softmax down
// the columns of transposed scores, and the sums of values weighted by them.
func attention(a *asm) {
	softmaxColumns(a)
	for rows := 1; rows <= tileRows; rows++ {
		mix(a, rows)
	}
}

// exp2Low is the limit below which 2^x is 0.
const exp2Low float32 = -151

// softmaxColumns keeps a query in each lane, so that nothing is reduced across
// lanes. Scores are logarithms to base 2, so the exponential needs no factor.
func softmaxColumns(a *asm) {
	a.function("softmaxColumnsNEON", "(x *float32, ldx int, rows int, cols int, peak *float32, inv *float32)", "replaces each column of x by e = 2^(x - max x) and writes 1/Σe to inv; cols is a multiple of 16, rows not 0.")
	x, ld, rows, cols, inv := a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("cols"), a.load("inv")
	t, p, n := a.table(), a.gp(), a.gp()
	low, bias := a.constant(t, exp2Low), a.constantBits(t, 127)
	peak, sum, v := a.vecs(tileVectors), a.vecs(tileVectors), a.vecs(tileVectors)
	read := func() {
		a.ldp(v[0], v[1], p, 0)
		a.ldp(v[2], v[3], p, 32)
	}
	column := a.label("column")
	a.mark(column)
	for _, v := range peak {
		a.ldr(v, t, a.offset(minusInf))
	}
	a.f("MOVD %v, %v", x, p)
	a.f("MOVD %v, %v", rows, n)
	a.blocks(n, 1, func() {
		read()
		a.on(fmax, peak, peak, v)
		a.f("ADD %v, %v, %v", ld, p, p)
	})
	a.zero(sum...)
	a.f("MOVD %v, %v", x, p)
	a.f("MOVD %v, %v", rows, n)
	a.blocks(n, 1, func() {
		read()
		a.on(fsub, v, v, peak)
		// 2^x for x <= 0 or NaN: 2^n·2^r for an integer n.
		whole := a.vecs(tileVectors)
		a.on(fmax, v, v, all(low, tileVectors))
		for i := range v {
			a.v(frintn, whole[i], v[i])
			a.v(fsub, v[i], v[i], whole[i])
		}
		e := a.horner(t, v, exp2Coef)
		a.times2(e, whole, bias)
		a.on(fadd, sum, sum, e)
		a.stp(e[0], e[1], p, 0)
		a.stp(e[2], e[3], p, 32)
		a.f("ADD %v, %v, %v", ld, p, p)
		a.release(whole...)
		a.release(e...)
	})
	for _, s := range sum {
		r := v[0]
		a.ldr(r, t, a.offset(1))
		a.v(fdiv, r, r, s)
		a.strPost(r, inv)
	}
	a.f("ADD $%d, %v, %v", panelBytes, x, x)
	a.f("SUBS $16, %v, %v", cols, cols)
	a.f("BNE %s", column)
	a.ret()
	a.end()
}

// mix generates the tile of some queries x 16 columns.
func mix(a *asm, rows int) {
	a.function(fmt.Sprintf("mix%dx16NEON", rows), "(dst *float32, ldd int, p *float32, ldp int, v *float32, ldv int, keys int, inv *float32)",
		fmt.Sprintf("computes dst[r, c] = inv[r]·Σ_k p[k, r]·v[k, c] for %d rows and 16 columns; keys is not 0.", rows))
	p, ldp, v, ldv, keys := a.load("p"), a.loadLD("ldp", 2), a.load("v"), a.loadLD("ldv", 2), a.load("keys")
	acc, x, b := a.sums(rows, tileVectors), a.vecs((rows+3)/4+1), a.vecs(2)
	// weights reads exactly rows numbers: there may be no memory beyond them.
	weights := func(from gp) func(r int) (vec, int) {
		var at [tileRows][2]int
		i, reg := 0, 0
		for _, part := range []struct {
			op string
			n  int
		}{{"FMOVQ", 4}, {"FMOVD", 2}, {"FMOVS", 1}} {
			if rows-i < part.n {
				continue
			}
			a.f("%s %d(%v), %s", part.op, 4*i, from, x[reg].f())
			for j := range part.n {
				at[i+j] = [2]int{reg, j}
			}
			i += part.n
			reg++
		}
		return func(r int) (vec, int) { return x[at[r][0]], at[r][1] }
	}
	a.blocks(keys, 1, func() {
		weight := weights(p)
		for c := 0; c < tileVectors; c += 2 {
			a.ldp(b[0], b[1], v, 16*c)
			for j := range 2 {
				for r := range rows {
					w, lane := weight(r)
					a.v(fmlaLane, acc[r][c+j], b[j], w, lane)
				}
			}
		}
		a.f("ADD %v, %v, %v", ldp, p, p)
		a.f("ADD %v, %v, %v", ldv, v, v)
	})
	dst, ldd, inv := a.load("dst"), a.loadLD("ldd", 2), a.load("inv")
	weight := weights(inv)
	for r := range acc {
		w, lane := weight(r)
		for c := range acc[r] {
			a.v(fmulLane, acc[r][c], acc[r][c], w, lane)
		}
		for c := 0; c < tileVectors; c += 2 {
			a.stp(acc[r][c], acc[r][c+1], dst, 16*c)
		}
		a.f("ADD %v, %v, %v", ldd, dst, dst)
	}
	a.ret()
	a.end()
}

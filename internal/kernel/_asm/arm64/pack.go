package main

// pack generates the transposition of weights into panels, 8 rows at a time,
// and the copying of keys and values.
func pack(a *asm) {
	transpose8(a)
	gatherRows(a)
}

func transpose8(a *asm) {
	a.function("transpose8NEON", "(panel *float32, w *float32, ldw int, rows int, blocks int)", "transposes 8 rows and 8·blocks columns of w into one half of a panel: panel[16·i+r] = w[r·ldw+i]. If rows < 8 the last of them stands for those that are missing; it is not 0.")
	panel, ld, rows, blocks := a.load("panel"), a.loadLD("ldw", 2), a.load("rows"), a.load("blocks")
	var w [8]gp
	w[0] = a.load("w")
	for r := 1; r < len(w); r++ {
		w[r] = a.gp()
		a.f("ADD %v, %v, %v", ld, w[r-1], w[r])
		a.f("CMP $%d, %v", r, rows)
		a.f("CSEL GT, %v, %v, %v", w[r], w[r-1], w[r])
	}
	x, y := a.vecs(8), a.vecs(8)
	a.blocks(blocks, 1, func() {
		for range 2 { // four columns
			for r := range x {
				a.ldrPost(x[r], w[r])
			}
			for h := 0; h < 8; h += 4 {
				for i := 0; i < 4; i += 2 {
					a.f("VTRN1 %s, %s, %s", x[h+i+1].s4(), x[h+i].s4(), y[h+i].s4())
					a.f("VTRN2 %s, %s, %s", x[h+i+1].s4(), x[h+i].s4(), y[h+i+1].s4())
				}
				for i := range 2 {
					a.f("VTRN1 %s, %s, %s", y[h+2+i].d2(), y[h+i].d2(), x[h+i].d2())
					a.f("VTRN2 %s, %s, %s", y[h+2+i].d2(), y[h+i].d2(), x[h+2+i].d2())
				}
			}
			for i := range 4 {
				a.stp(x[i], x[4+i], panel, i*panelBytes)
			}
			a.f("ADD $%d, %v, %v", 4*panelBytes, panel, panel)
		}
	})
	a.ret()
	a.end()
}

// gatherRows generates the copying of short rows that lie far apart, where a
// call for each would cost more than the copying.
func gatherRows(a *asm) {
	a.function("gatherRowsNEON", "(dst *float32, x *float32, ldx int, rows int, dim int)", "copies x [rows, dim] to dst, where its rows are next to each other; rows is not 0, dim a positive multiple of 32.")
	dst, x, ld, rows, dim := a.load("dst"), a.load("x"), a.loadLD("ldx", 2), a.load("rows"), a.load("dim")
	p, n, v := a.gp(), a.gp(), a.vecs(8)
	a.blocks(rows, 1, func() {
		a.f("MOVD %v, %v", x, p)
		a.f("MOVD %v, %v", dim, n)
		a.blocks(n, vectorBlock, func() {
			for i := 0; i < len(v); i += 2 {
				a.ldp(v[i], v[i+1], p, 16*i)
			}
			for i := 0; i < len(v); i += 2 {
				a.stp(v[i], v[i+1], dst, 16*i)
			}
			a.f("ADD $%d, %v, %v", 4*vectorBlock, p, p)
			a.f("ADD $%d, %v, %v", 4*vectorBlock, dst, dst)
		})
		a.f("ADD %v, %v, %v", ld, x, x)
	})
	a.ret()
	a.end()
}

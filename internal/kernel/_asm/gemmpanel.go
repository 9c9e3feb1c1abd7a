package main

import (
	"fmt"
	"log"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// gemmPanel generates the product of tiles of that many rows, one below the
// other, with one panel, or with two side by side. Its chains of multiply-adds
// may continue sums of earlier inputs, so that a caller can choose the number of
// inputs by its caches. Each tile prefetches its share of the next data, so that
// memory accesses are spread evenly. The tiles follow each other without a
// return to Go, which would take a few per cent of a short tile's time.
func gemmPanel(v *isa, set string, rows, panels int) {
	vectors := panels * panelColumns / v.lanes
	cols, last := panels*panelColumns, "cols int"
	if v.wide() {
		last = "mask uint32"
	}
	TEXT(fmt.Sprintf("gemmPanel%dx%d%s", rows, cols, set), NOSPLIT, "func(tiles int, dst *float32, ldd int, a *float32, lda int, panel *float32, ldpanel int, in int, bias *float32, add *float32, ldadd int, sums *float32, next uintptr, step int, "+last+")")
	Doc(fmt.Sprintf("computes %d rows for each of tiles > 0 tiles and the first columns of dst = ((sums + A·panel) + bias) + add; sums [tiles, %d, %d], bias and add may be nil. Meanwhile it asks for step bytes from next on for each input.", rows, rows, cols))
	Pragma("noescape")

	var mask []reg.OpmaskVirtual
	if v.wide() {
		mask = masks(vectors)
	}
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = make([]reg.VecVirtual, vectors)
		for c := range acc[r] {
			acc[r][c] = v.reg()
		}
	}

	Label("tile")
	startSums(v, acc)
	next := multiplyPanel(v, acc, panels)
	finishPanel(v, acc, mask)

	tiles := GP64()
	Load(Param("tiles"), tiles)
	DECQ(tiles)
	JZ(LabelRef("end"))
	setParam(tiles, "tiles")
	setParam(next, "next")
	below("dst", "ldd", rows)
	below("a", "lda", rows)
	below("add", "ldadd", rows)
	below("sums", "", rows*cols)
	JMP(LabelRef("tile"))
	Label("end")
	v.ret()
}

// startSums sets the sums of a tile to the given ones, or to zero.
func startSums(v *isa, acc [][]reg.VecVirtual) {
	sums := GP64()
	Load(Param("sums"), sums)
	TESTQ(sums, sums)
	JZ(LabelRef("zero"))
	for r := range acc {
		for c := range acc[r] {
			VMOVUPS(Mem{Base: sums, Disp: v.bytes() * (r*len(acc[r]) + c)}, acc[r][c])
		}
	}
	JMP(LabelRef("multiply"))
	Label("zero")
	for r := range acc {
		for c := range acc[r] {
			v.clear(acc[r][c])
		}
	}
	Label("multiply")
}

// unrollPanel is the number of inputs per iteration of a panel's loop. On Intel's
// CPUs additions to pointers compete with multiply-adds for ports, so there are
// few: rows have one pointer, and panels another.
const unrollPanel = 8

const cacheLineBytes = 64

// rowsAt addresses rows of a matrix by one pointer and odd multiples of the leading
// dimension.
type rowsAt struct {
	base reg.GPVirtual
	odd  map[int]reg.GPVirtual
}

// newRowsAt loads parameter ptr and the leading dimension ld of float32.
func newRowsAt(ptr, ld string, rows int) rowsAt {
	p := rowsAt{GP64(), map[int]reg.GPVirtual{1: GP64()}}
	Load(Param(ptr), p.base)
	Load(Param(ld), p.odd[1])
	SHLQ(Imm(2), p.odd[1])
	for n := 3; n < rows; n += 2 {
		p.odd[n] = GP64()
		LEAQ(Mem{Base: p.odd[n-2], Index: p.odd[1], Scale: 2}, p.odd[n])
	}
	return p
}

// at returns the address disp bytes into row r.
func (p rowsAt) at(r, disp int) Mem {
	m := Mem{Base: p.base, Disp: disp}
	if r == 0 {
		return m
	}
	m.Scale = 1
	for r%2 == 0 {
		r, m.Scale = r/2, m.Scale*2
	}
	m.Index = p.odd[r]
	return m
}

// multiplyPanel adds the products of a tile to its sums, and returns the address
// of the next tile's share of the next data. If that is at most a cache line for
// every four inputs, it prefetches once for these: a line that is on its way
// must not be asked for again, which took 2 % to 4 % of the time of 20 rows on
// Intel's Ice Lake.
func multiplyPanel(v *isa, acc [][]reg.VecVirtual, panels int) (next reg.GPVirtual) {
	a := newRowsAt("a", "lda", len(acc))
	panel, ldpanel, count := GP64(), GP64(), GP64()
	Load(Param("panel"), panel)
	Load(Param("in"), count)
	ask, step, step3 := make([]reg.GPVirtual, panels), GP64(), GP64()
	for p := range ask {
		ask[p] = GP64()
		if p == 0 {
			Load(Param("next"), ask[p])
			continue
		}
		Load(Param("ldpanel"), ldpanel)
		SHLQ(Imm(2), ldpanel)
		LEAQ(Mem{Base: ask[0], Index: ldpanel, Scale: 1}, ask[p])
	}
	Load(Param("step"), step)
	LEAQ(Mem{Base: step, Index: step, Scale: 2}, step3)
	b, x := make([]reg.VecVirtual, len(acc[0])), v.reg()
	for c := range b {
		b[c] = v.reg()
	}
	each := len(b) / panels // vectors of a panel
	inputs := func(n, every int) {
		for k := range n {
			for c := range b {
				m := Mem{Base: panel, Disp: k*panelBytes + v.bytes()*(c%each)}
				if c/each > 0 {
					m.Index, m.Scale = ldpanel, 1
				}
				VMOVUPS(m, b[c])
			}
			if k%every == 0 {
				for p := range ask {
					m := Mem{Base: ask[p]}
					switch k % 4 {
					case 1, 2:
						m.Index, m.Scale = step, uint8(k%4)
					case 3:
						m.Index, m.Scale = step3, 1
					}
					PREFETCHT1(m)
				}
			}
			for r := range acc {
				VBROADCASTSS(a.at(r, 4*k), x)
				for c := range b {
					VFMADD231PS(x, b[c], acc[r][c])
				}
			}
			if k%4 == 3 || n == 1 {
				for p := range ask {
					LEAQ(Mem{Base: ask[p], Index: step, Scale: uint8(min(n, 4))}, ask[p])
				}
			}
		}
		ADDQ(Imm(uint64(4*n)), a.base)
		ADDQ(U32(n*panelBytes), panel)
	}
	SUBQ(Imm(unrollPanel), count)
	JL(LabelRef("rest"))
	CMPQ(step, Imm(cacheLineBytes/4))
	JG(LabelRef("often"))
	Label("main")
	inputs(unrollPanel, 4)
	SUBQ(Imm(unrollPanel), count)
	JGE(LabelRef("main"))
	JMP(LabelRef("rest"))
	Label("often")
	inputs(unrollPanel, panels)
	SUBQ(Imm(unrollPanel), count)
	JGE(LabelRef("often"))
	Label("rest")
	ADDQ(Imm(unrollPanel), count)
	JZ(LabelRef("done"))
	Label("one")
	inputs(1, 1)
	DECQ(count)
	JNZ(LabelRef("one"))
	Label("done")
	return ask[0]
}

// finishPanel adds bias and addend to a tile's sums and stores its columns:
// those of the masks, or with AVX2 the first ones.
func finishPanel(v *isa, acc [][]reg.VecVirtual, mask []reg.OpmaskVirtual) {
	y := v.reg()
	load := func(m Mem, c int) { VMOVUPS_Z(m, mask[c], y) }
	store := func(x reg.VecVirtual, c int, m Mem) { VMOVUPS(x, mask[c], m) }
	var cols reg.GPVirtual
	if !v.wide() {
		cols = GP64()
		Load(Param("cols"), cols)
		window := masksAVX2(cols, []reg.VecVirtual{v.reg(), v.reg()})
		load = func(m Mem, c int) { VMASKMOVPS(m, window[c], y) }
		store = func(x reg.VecVirtual, c int, m Mem) { VMASKMOVPS(x, window[c], m) }
	}
	addend("bias", func(p, _ reg.GPVirtual) {
		for c := range acc[0] {
			load(Mem{Base: p, Disp: v.bytes() * c}, c)
			for r := range acc {
				VADDPS(y, acc[r][c], acc[r][c])
			}
		}
	})
	addend("add", func(p, ld reg.GPVirtual) {
		for r := range acc {
			for c := range acc[r] {
				load(Mem{Base: p, Disp: v.bytes() * c}, c)
				VADDPS(y, acc[r][c], acc[r][c])
			}
			ADDQ(ld, p)
		}
	})
	rows := func(store func(x reg.VecVirtual, c int, m Mem)) {
		dst, ldd := pointer("dst", "ldd")
		for r := range acc {
			for c := range acc[r] {
				store(acc[r][c], c, Mem{Base: dst, Disp: v.bytes() * c})
			}
			ADDQ(ldd, dst)
		}
	}
	if v.wide() {
		rows(store)
		return
	}
	// Masked stores are slow, so full tiles do without.
	CMPQ(cols, Imm(panelColumns))
	JL(LabelRef("masked"))
	rows(func(x reg.VecVirtual, _ int, m Mem) { VMOVUPS(x, m) })
	JMP(LabelRef("stored"))
	Label("masked")
	rows(store)
	Label("stored")
}

// below moves the pointer in a parameter down by that many rows, ld apart, unless
// it is nil; without ld, by that many elements.
func below(name, ld string, rows int) {
	p, skip := GP64(), "no_"+name
	Load(Param(name), p)
	TESTQ(p, p)
	JZ(LabelRef(skip))
	if ld == "" {
		ADDQ(U32(4*rows), p)
	} else {
		n := GP64()
		Load(Param(ld), n)
		IMUL3Q(U32(4*rows), n, n)
		ADDQ(n, p)
	}
	setParam(p, name)
	Label(skip)
}

// setParam stores r in a parameter, for the next tile.
func setParam(r reg.GPVirtual, name string) {
	b, err := Param(name).Resolve()
	if err != nil {
		log.Fatal(err)
	}
	MOVQ(r, b.Addr)
}

package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	// panelColumns is the number of columns of a packed panel.
	panelColumns = 16
	// panelBytes is the distance between two inputs in a packed panel of 16
	// float32 columns.
	panelBytes = 16 * 4
	// unroll is the number of inputs per iteration of the main loop.
	unroll = 4
)

// gemm generates the float32 micro kernels: one function for each number of
// rows in a tile, so that the last rows of a matrix also run at full width. All
// of them compute an element as one chain of fused multiply-adds over the
// inputs in order.
func gemm() {
	for rows := 1; rows <= 12; rows++ {
		for panels := 1; panels <= 2; panels++ {
			gemmAVX512(rows, panels)
			gemmPanel(avx512, twoUnits, rows, panels)
		}
	}
	for rows := 1; rows <= 6; rows++ {
		gemmPanel(avx2, avx2.name, rows, 1)
	}
	peak("peakAVX512", ZMM, 64)
	peak("peakAVX2", YMM, 32)
}

// rowPointers addresses rows of a matrix by one pointer for every four rows,
// the leading dimension and three times that.
type rowPointers struct {
	base    []reg.GPVirtual
	ld, ld3 reg.GPVirtual
}

// newRowPointers loads parameter ptr and the leading dimension ld, in elements
// of 1<<shift bytes.
func newRowPointers(ptr, ld string, rows int, shift uint64) rowPointers {
	p := rowPointers{ld: GP64(), ld3: GP64()}
	Load(Param(ld), p.ld)
	if shift > 0 {
		SHLQ(Imm(shift), p.ld)
	}
	LEAQ(Mem{Base: p.ld, Index: p.ld, Scale: 2}, p.ld3)
	for r := 0; r < rows; r += 4 {
		b := GP64()
		if r == 0 {
			Load(Param(ptr), b)
		} else {
			LEAQ(Mem{Base: p.base[len(p.base)-1], Index: p.ld, Scale: 4}, b)
		}
		p.base = append(p.base, b)
	}
	return p
}

// at returns the address disp bytes into row r.
func (p rowPointers) at(r, disp int) Mem {
	m := Mem{Base: p.base[r/4], Disp: disp}
	switch r % 4 {
	case 1:
		m.Index, m.Scale = p.ld, 1
	case 2:
		m.Index, m.Scale = p.ld, 2
	case 3:
		m.Index, m.Scale = p.ld3, 1
	}
	return m
}

// advance moves all rows forward by n bytes.
func (p rowPointers) advance(n int) {
	for _, b := range p.base {
		ADDQ(U32(n), b)
	}
}

// loop emits body(unroll inputs) and body(1 input) loops that together run
// over count inputs.
func loop(count reg.GPVirtual, step int, body func(n int)) {
	Label("main")
	CMPQ(count, U32(step))
	JL(LabelRef("rest"))
	body(step)
	SUBQ(U32(step), count)
	JMP(LabelRef("main"))
	Label("rest")
	TESTQ(count, count)
	JZ(LabelRef("done"))
	body(1)
	DECQ(count)
	JMP(LabelRef("rest"))
	Label("done")
}

// Multiply-adds of AVX-512 with a number from memory for all lanes come in two
// forms, as suffixes of function names.
const (
	// oneUnit has the broadcast in the multiply-add: fewest instructions, for
	// CPUs that do one of 512 bits a cycle.
	oneUnit = "AVX512"
	// twoUnits broadcasts to a register, once for all panels: Intel's CPUs with
	// two multiply-add units do only one multiply-add a cycle otherwise.
	twoUnits = "DualFMA"
)

// multiplyAdd returns the function that adds x·b[c] to acc[c] for each c, where
// x is the number at m.
func multiplyAdd(set string) func(m Mem, b, acc []reg.VecVirtual) {
	if set == oneUnit {
		return func(m Mem, b, acc []reg.VecVirtual) {
			for c := range b {
				VFMADD231PS_BCST(m, b[c], acc[c])
			}
		}
	}
	x := ZMM()
	return func(m Mem, b, acc []reg.VecVirtual) {
		VBROADCASTSS(m, x)
		for c := range b {
			VFMADD231PS(x, b[c], acc[c])
		}
	}
}

// gemmAVX512 generates the tile of rows x (one or two panels of 16 columns): a
// vector for each row and panel.
func gemmAVX512(rows, panels int) {
	name := fmt.Sprintf("gemm%dx%d%s", rows, 16*panels, oneUnit)
	TEXT(name, NOSPLIT, "func(dst *float32, ldd int, a *float32, lda int, panel *float32, in int, bias *float32, add *float32, ldadd int, mask uint32)")
	Doc(fmt.Sprintf("%s computes %d rows and the columns in mask of dst = (A·panel + bias) + add; bias and add may be nil.", name, rows))
	Pragma("noescape")

	a := newRowPointers("a", "lda", rows, 2)
	finishAVX512(accumulate(a, rows, panels, multiplyAdd(oneUnit)))
}

// accumulate emits the loop over the inputs of a tile of rows x panels AVX-512
// vectors and returns the sums. step takes the address of 4 bytes of A, the
// corresponding 64 bytes of each panel, and the row's sums. The loop prefetches
// the next panels.
func accumulate(a rowPointers, rows, panels int, step func(a Mem, b, acc []reg.VecVirtual)) [][]reg.VecVirtual {
	panel, in := make([]reg.GPVirtual, panels), GP64()
	Load(Param("in"), in)
	b := make([]reg.VecVirtual, panels)
	for c := range b {
		b[c] = ZMM()
		panel[c] = GP64()
		if c == 0 {
			Load(Param("panel"), panel[c])
		} else {
			MOVQ(in, panel[c])
			SHLQ(Imm(6), panel[c])
			ADDQ(panel[c-1], panel[c])
		}
	}
	acc := make([][]reg.VecVirtual, rows)
	for r := range acc {
		acc[r] = make([]reg.VecVirtual, panels)
		for c := range acc[r] {
			acc[r][c] = ZMM()
			VPXORD(acc[r][c], acc[r][c], acc[r][c])
		}
	}
	next := nextPanels(in, panels)
	loop(in, unroll, func(n int) {
		for k := range n {
			for c := range b {
				VMOVUPS(Mem{Base: panel[c], Disp: k * panelBytes}, b[c])
				PREFETCHT1(Mem{Base: panel[c], Index: next, Scale: 1, Disp: k * panelBytes})
			}
			for r := range acc {
				step(a.at(r, 4*k), b, acc[r])
			}
		}
		a.advance(4 * n)
		for c := range panel {
			ADDQ(U32(n*panelBytes), panel[c])
		}
	})
	return acc
}

// nextPanels returns the distance from a tile's panels to the next ones. The
// main loops prefetch those while they process the current ones: weights come
// from memory when few rows share them.
func nextPanels(in reg.GPVirtual, panels int) reg.GPVirtual {
	next := GP64()
	MOVQ(in, next)
	SHLQ(Imm(uint64(5+panels)), next) // 64 or 128 bytes per input
	return next
}

// masks loads the mask of each panel's columns.
func masks(panels int) []reg.OpmaskVirtual {
	bits := GP32()
	Load(Param("mask"), bits)
	mask := make([]reg.OpmaskVirtual, panels)
	for c := range mask {
		mask[c] = K()
		KMOVW(bits, mask[c])
		SHRL(Imm(16), bits)
	}
	return mask
}

// finishAVX512 adds bias and addend to the sums and stores them under the mask.
func finishAVX512(acc [][]reg.VecVirtual) {
	mask := masks(len(acc[0]))
	b := ZMM()
	addend("bias", func(p, _ reg.GPVirtual) {
		for c := range mask {
			VMOVUPS_Z(Mem{Base: p, Disp: 64 * c}, mask[c], b)
			for r := range acc {
				VADDPS(b, acc[r][c], acc[r][c])
			}
		}
	})
	storeAVX512(acc, mask, b)
}

// storeAVX512 adds the addend to the sums and stores them under the mask. b is
// a free register.
func storeAVX512(acc [][]reg.VecVirtual, mask []reg.OpmaskVirtual, b reg.VecVirtual) {
	addend("add", func(p, ld reg.GPVirtual) {
		for r := range acc {
			for c := range mask {
				VMOVUPS_Z(Mem{Base: p, Disp: 64 * c}, mask[c], b)
				VADDPS(b, acc[r][c], acc[r][c])
			}
			ADDQ(ld, p)
		}
	})
	dst, ldd := pointer("dst", "ldd")
	for r := range acc {
		for c := range mask {
			VMOVUPS(acc[r][c], mask[c], Mem{Base: dst, Disp: 64 * c})
		}
		ADDQ(ldd, dst)
	}
	VZEROUPPER()
	RET()
}

// pointer loads a matrix parameter and its leading dimension, in bytes.
func pointer(ptr, ld string) (p, bytes reg.GPVirtual) {
	p, bytes = GP64(), GP64()
	Load(Param(ptr), p)
	Load(Param(ld), bytes)
	SHLQ(Imm(2), bytes)
	return p, bytes
}

// addend emits body for the parameter name unless it is nil at run time.
func addend(name string, body func(p, ld reg.GPVirtual)) {
	skip := "without_" + name
	var p, ld reg.GPVirtual
	if name == "bias" {
		p = GP64()
		Load(Param(name), p)
	} else {
		p, ld = pointer(name, "ld"+name)
	}
	TESTQ(p, p)
	JZ(LabelRef(skip))
	body(p, ld)
	Label(skip)
}

// masksAVX2 sets the registers of two vectors to the masks of the first cols of 16
// columns: windows of eight ones and eight zeros.
func masksAVX2(cols reg.GPVirtual, mask []reg.VecVirtual) []reg.VecVirtual {
	table, i := GP64(), GP64()
	LEAQ(windowTable(), table)
	for c := range mask {
		// i = clamp(8·(c+1) - cols, 0, 8)
		MOVQ(U32(8*(c+1)), i)
		SUBQ(cols, i)
		limit := GP64()
		XORQ(limit, limit)
		TESTQ(i, i)
		CMOVQLT(limit, i)
		MOVQ(U32(8), limit)
		CMPQ(i, limit)
		CMOVQGT(limit, i)
		VMOVUPS(Mem{Base: table, Index: i, Scale: 4}, mask[c])
	}
	return mask
}

// rowAt returns a register with the address of row r of a matrix that begins at
// p, with rows ld bytes apart. It is asked for one row after the other.
type rowAt func(p, ld reg.GPVirtual, r int) reg.GPVirtual

// following is the rowAt of rows that follow each other. It changes p.
func following(p, ld reg.GPVirtual, r int) reg.GPVirtual {
	if r > 0 {
		ADDQ(ld, p)
	}
	return p
}

// storeAVX2 adds the addend to the sums and stores the first cols columns under
// the masks; end is emitted after full tiles and after others. y is a free
// register.
func storeAVX2(acc [][]reg.VecVirtual, mask []reg.VecVirtual, cols reg.GPVirtual, y reg.VecVirtual, row rowAt, end func()) {
	addend("add", func(p, ld reg.GPVirtual) {
		for r := range acc {
			at := row(p, ld, r)
			for c := range mask {
				VMASKMOVPS(Mem{Base: at, Disp: 32 * c}, mask[c], y)
				VADDPS(y, acc[r][c], acc[r][c])
			}
		}
	})
	// Masked stores are slow, so full tiles do without.
	dst, ldd := pointer("dst", "ldd")
	CMPQ(cols, Imm(16))
	JL(LabelRef("masked"))
	for r := range acc {
		at := row(dst, ldd, r)
		for c := range mask {
			VMOVUPS(acc[r][c], Mem{Base: at, Disp: 32 * c})
		}
	}
	end()
	Label("masked")
	for r := range acc {
		at := row(dst, ldd, r)
		for c := range mask {
			VMASKMOVPS(acc[r][c], mask[c], Mem{Base: at, Disp: 32 * c})
		}
	}
	end()
}

// peak generates a loop of independent multiply-adds on registers only.
func peak(name string, vec func() reg.VecVirtual, bytes int) {
	TEXT(name, NOSPLIT, "func(n int)")
	Doc(fmt.Sprintf("%s runs n times 12 fused multiply-adds of %d lanes, on registers alone: the ceiling that products are compared with.", name, bytes/4))
	n := GP64()
	Load(Param("n"), n)
	var acc [12]reg.VecVirtual
	for i := range acc {
		acc[i] = vec()
		if bytes == 64 {
			VPXORD(acc[i], acc[i], acc[i])
		} else {
			VXORPS(acc[i], acc[i], acc[i])
		}
	}
	x := vec()
	if bytes == 64 {
		VPXORD(x, x, x)
	} else {
		VXORPS(x, x, x)
	}
	Label("turn")
	for i := range acc {
		VFMADD231PS(x, x, acc[i])
	}
	DECQ(n)
	JNZ(LabelRef("turn"))
	VZEROUPPER()
	RET()
}

package kernel

import "fmt"

// This file multiplies by fixed weights with fewer multiplications: the
// algorithm of Strassen (1969) in the form of Winograd (1971; Knuth, The Art of
// Computer Programming, vol. 2, 4.6.4), one level deep. With
//
//	A = | A11 A12 |   Wᵀ = B = | B11 B12 |   A·B = | C11 C12 |
//	    | A21 A22 |            | B21 B22 |         | C21 C22 |
//
// seven products of quarters replace eight:
//
//	P1 = A11·B11   P2 = A12·B21   P3 = S4·B22   P4 = A22·T4
//	P5 = S1·T1     P6 = S2·T2     P7 = S3·T3
//
//	S1 = A21 + A22   S2 = S1 - A11   S3 = A11 - A21   S4 = A12 - S2
//	T1 = B12 - B11   T2 = B22 - T1   T3 = B22 - B12   T4 = T2 - B21
//
//	C11 = P1 + P2            C12 = P1 + P6 + P5 + P3
//	C21 = P1 + P6 + P7 - P4  C22 = P1 + P6 + P7 + P5
//
// The weights are fixed, so their combinations are computed when they are
// packed, at 7/4 of the memory. The sums S combine upper and lower rows, so the
// bits of a result depend on which two rows form a pair, and on nothing else:
// the caller pairs rows that belong together. All seven products of one tile of
// 12 pairs and 32 + 32 columns are computed one after the other, so that shared
// data stay in the registers and the level-1 cache.
//
// strassentile.go computes such a tile, strassengroup.go is the loop over all
// tiles.

const (
	// strassenColumns is the width of a panel: the columns of a tile.
	strassenColumns = tileWidth
	// strassenInputs is the maximum number of inputs that are multiplied at
	// once. More are divided into blocks, which are added to a result one after
	// another: the sums S and the seven panels of a tile stay in the level-2
	// cache.
	strassenInputs = 384
	// strassenPairs is the number of pairs of rows that are multiplied with all
	// panels before the next pairs: their left factors and the panels of two
	// tiles take 600 KiB of the level-2 cache.
	strassenPairs = 48
)

// PackedStrassen holds weights W [out, in] as the seven right factors of
// quarters, in the order of their use. It is immutable and may be shared.
type PackedStrassen struct {
	out, in int
	block   int       // inputs multiplied at once; divides in
	data    []float32 // [in/block, out/64, 7, block/2, 32]
}

// strassenBlock returns the number of inputs multiplied at once, or 0 if a
// matrix [out, in] cannot be packed this way.
func strassenBlock(out, in int) int {
	if out == 0 || in == 0 || out%(2*strassenColumns) != 0 {
		return 0
	}
	for n := (in + strassenInputs - 1) / strassenInputs; n*32 <= in; n++ {
		if in%(32*n) == 0 {
			return in / n
		}
	}
	return 0
}

// StrassenFits reports whether [Memory.PackStrassen] can pack a matrix
// [out, in]: out must be a multiple of 64 and in one of 32.
func StrassenFits(out, in int) bool { return strassenBlock(out, in) != 0 }

// StrassenPays reports whether GemmStrassen is faster than [Gemm] at the active
// level. With AVX2's tiles of 6 rows and 16 columns the panels pass through the
// level-1 cache four times as often, which cancels the savings, and two
// multiply-add units a core (AVX512X2) outrun the cache.
func StrassenPays() bool { return active == AVX512 }

// PackStrassen packs w [out, in]; see StrassenFits for the supported shapes.
func (m *Memory) PackStrassen(w Matrix) *PackedStrassen {
	out, in := w.Rows, w.Cols
	w.check("w", out, in)
	p := &PackedStrassen{out: out, in: in, block: strassenBlock(out, in)}
	if p.block == 0 {
		panic(fmt.Sprintf("kernel: no Strassen packing of [%d, %d]", out, in))
	}
	p.data = m.Floats(7 * out * in / 4)
	half := p.block / 2
	var quarters [2][2][]float32 // of B: by rows (inputs) and columns, [2, half, 16]
	for i := range quarters {
		for j := range quarters[i] {
			quarters[i][j] = make([]float32, half*strassenColumns)
		}
	}
	for k := 0; k < in; k += p.block {
		for j := 0; j < out/2; j += strassenColumns {
			for lower := range 2 {
				for right := range 2 {
					q := quarters[lower][right]
					for c := 0; c < strassenColumns; c += panelWidth {
						from, input := j+c+right*out/2, k+lower*half
						packPanel(q[c*half:(c+panelWidth)*half], w.Slice(from, from+panelWidth, input, input+half))
					}
				}
			}
			combineQuarters(p.panels(k, j), &quarters, half)
		}
	}
	return p
}

// The right factors by their position among the panels of a tile.
const (
	factorB11 = iota
	factorB21
	factorT2
	factorT3
	factorMinusT4
	factorT1
	factorB22
	factors
)

// combineQuarters writes the seven panels [half, 32] of a tile.
func combineQuarters(panels []float32, quarters *[2][2][]float32, half int) {
	plane := half * strassenColumns
	for c := 0; c < strassenColumns; c += panelWidth {
		q := func(lower, right int) []float32 { return quarters[lower][right][c*half:][:panelWidth*half] }
		strassenCombine(panels[c:factors*plane], plane, q(0, 0), q(0, 1), q(1, 0), q(1, 1), half)
	}
}

// strassenCombineGeneric writes 16 columns of the right factors, which are plane
// elements apart with rows of 32, from those of the quarters [half, 16].
func strassenCombineGeneric(f []float32, plane int, b11, b12, b21, b22 []float32, half int) {
	for k := range half {
		for c := range panelWidth {
			from, to := k*panelWidth+c, f[k*strassenColumns+c:]
			t1 := b12[from] - b11[from]
			t2 := b22[from] - t1
			to[factorB11*plane], to[factorB21*plane], to[factorB22*plane] = b11[from], b21[from], b22[from]
			to[factorT1*plane], to[factorT2*plane] = t1, t2
			to[factorT3*plane], to[factorMinusT4*plane] = b22[from]-b12[from], b21[from]-t2
		}
	}
}

// panels returns the panels of the tiles, starting at input k and column j.
func (p *PackedStrassen) panels(k, j int) []float32 {
	size := factors * p.block / 2 * strassenColumns
	n := k/p.block*(p.out/2/strassenColumns) + j/strassenColumns
	return p.data[n*size : (n+1)*size]
}

// Out returns the number of rows of W, the columns of a product.
func (p *PackedStrassen) Out() int { return p.out }

// In returns the number of columns of W, the length of each dot product.
func (p *PackedStrassen) In() int { return p.in }

// Bytes returns the memory that the panels take.
func (p *PackedStrassen) Bytes() int { return 4 * len(p.data) }

// PairedRows says which rows of a product are multiplied together: row Upper[i]
// with row Lower[i]. Rows in Alone have no partner and cost a seventh more
// each. Every row occurs exactly once.
type PairedRows struct {
	Upper, Lower []int32 // [pairs]
	Alone        []int32
}

// Len returns the number of rows.
func (p *PairedRows) Len() int { return len(p.Upper) + len(p.Lower) + len(p.Alone) }

// check panics unless p names m rows, all below m.
func (p *PairedRows) check(m int) {
	if len(p.Upper) != len(p.Lower) || p.Len() != m {
		panic(fmt.Sprintf("kernel: %d upper, %d lower and %d rows alone, want %d in all", len(p.Upper), len(p.Lower), len(p.Alone), m))
	}
	for _, rows := range [...][]int32{p.Upper, p.Lower, p.Alone} {
		for _, r := range rows {
			if r < 0 || int(r) >= m {
				panic(fmt.Sprintf("kernel: row %d of %d", r, m))
			}
		}
	}
}

// GemmStrassen computes dst = A·Wᵀ for A [m, in] with the epilogue applied,
// like [Gemm]; dst is [m, out]. An element's bits depend only on its row and
// that row's partner. dst may be the same memory as the residual, but not
// overlap A.
//
// Errors are relative to the largest elements of a pair of rows, not of each
// row (Higham, Accuracy and Stability of Numerical Algorithms, 23.2.2).
func GemmStrassen(dst, a Matrix, rows PairedRows, w *PackedStrassen, ep Epilogue, s *Scratch) {
	a.check("a", a.Rows, w.in)
	ep.check(dst, a.Rows, w.out)
	rows.check(a.Rows)
	// Blocks of pairs, each with its share of the rows without partners: whole
	// tiles of them, since a tile of few rows takes almost as long as a full
	// one.
	pairs, alone := len(rows.Upper), len(rows.Alone)
	blocks := max(1, (pairs+strassenPairs-1)/strassenPairs, (alone+2*strassenPairs-1)/(2*strassenPairs))
	tall, _ := strassenTileShape()
	tiles := (alone + tall - 1) / tall
	g := strassenGroup{w: w, ep: ep, dst: dst, a: a}
	for b := range blocks {
		from, to := pairs*b/blocks, pairs*(b+1)/blocks
		g.upper, g.lower = rows.Upper[from:to], rows.Lower[from:to]
		g.alone = rows.Alone[min(alone, tiles*b/blocks*tall):min(alone, tiles*(b+1)/blocks*tall)]
		g.multiply(&s.strassen)
	}
	ep.Norm.apply(dst)
}

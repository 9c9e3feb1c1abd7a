package kernel

// strassenScratch is working memory of [GemmStrassen].
type strassenScratch struct {
	left  []float32                                // the left factors of a block of rows
	tiles [strassenTiles][strassenTileSize]float32 // sums of products of one tile
	rows  []int                                    // offsets of rows: upper, lower and without partners
}

const (
	// strassenTileSize is the size of a tile [12, 32] of scratch memory.
	strassenTileSize = 12 * strassenColumns
	strassenTiles    = 3
)

// strassenZeros is used in place of missing addends, strassenNowhere for the
// offsets of its rows.
var (
	strassenZeros   [strassenTileSize]float32
	strassenNowhere [12]int
)

// strassenStep is one product of a tile and the use of its sum:
//
//	sum = (start, or the sum of the step before) + a·panel
//	dst = sum                       without bias: scratch memory, ld 32
//	dst = sum + bias + more + prev  with it; then sum = sum + also
//
// The assembly knows the offsets of the fields.
type strassenStep struct {
	a        []float32 // [rows, in]
	panel    []float32 // [in, cols], ld 32
	start    []float32 // [rows, cols], ld 32, or nil
	dst      []float32 // [rows, cols]
	dstRows  []int     // [rows] offset of each row in dst
	bias     []float32 // [cols], or nil
	prev     []float32 // [rows, cols]; may be dst itself
	prevRows []int     // [rows] offset of each row in prev
	more     []float32 // [rows, cols], ld 32
	also     []float32 // [rows, cols], ld 32, or nil
	adds     addend    // the kind of prev
}

// addend is what is added to a result besides the bias.
type addend int

const (
	addsNothing addend = iota
	addsDst
	addsResidual
)

// runStrassenGeneric applies the steps to a tile [rows, cols], each over in
// inputs, in portable Go.
func runStrassenGeneric(steps []strassenStep, rows, cols, in int) {
	var sum [strassenTileSize]float32 // ld 32
	each := func(f func(r, c int, sum *float32)) {
		for r := range rows {
			for c := range cols {
				f(r, c, &sum[r*strassenColumns+c])
			}
		}
	}
	for _, s := range steps {
		if s.start != nil {
			copy(sum[:], s.start[:(rows-1)*strassenColumns+cols])
		}
		for r := range rows {
			acc := sum[r*strassenColumns:][:cols]
			for k, x := range s.a[r*in:][:in] {
				for c, y := range s.panel[k*strassenColumns:][:len(acc)] {
					acc[c] += x * y
				}
			}
		}
		if s.bias == nil {
			copy(s.dst, sum[:(rows-1)*strassenColumns+cols])
			continue
		}
		each(func(r, c int, sum *float32) {
			s.dst[s.dstRows[r]+c] = *sum + s.bias[c] + s.more[r*strassenColumns+c] + s.prev[s.prevRows[r]+c]
		})
		if s.also != nil {
			each(func(r, c int, sum *float32) { *sum += s.also[r*strassenColumns+c] })
		}
	}
}

// strassenFactorsGeneric writes a pair's row of each of the seven left factors,
// which are plane elements apart, from its two rows [2·half].
func strassenFactorsGeneric(f []float32, plane int, upper, lower []float32, half int) {
	for i, a11 := range upper[:half] {
		a12, a21, a22 := upper[half+i], lower[i], lower[half+i]
		s1 := a21 + a22
		s2 := s1 - a11
		f := f[i:]
		f[factorB11*plane], f[factorB21*plane], f[factorMinusT4*plane] = a11, a12, a22
		f[factorT1*plane], f[factorT2*plane], f[factorT3*plane], f[factorB22*plane] = s1, s2, a11-a21, a12-s2
	}
}

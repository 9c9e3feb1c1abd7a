package kernel

// strassenGroup is a block of rows that is multiplied with all panels.
type strassenGroup struct {
	w            *PackedStrassen
	ep           Epilogue
	dst          Matrix  // [m, out]
	a            Matrix  // [m, in]
	upper, lower []int32 // the rows of the pairs
	alone        []int32
}

// place holds the offsets of the rows of a run of tiles.
type place struct{ dst, residual []int }

// places fills buf with the rows' offsets and returns the rest of buf.
func (g *strassenGroup) places(rows []int32, buf []int) (place, []int) {
	n := len(rows)
	p := place{dst: buf[:n], residual: buf[n : 2*n]}
	for i, r := range rows {
		p.dst[i], p.residual[i] = int(r)*g.dst.Stride, int(r)*g.ep.Residual.Stride
	}
	return p, buf[2*n:]
}

// multiply computes the group's rows of dst.
func (g *strassenGroup) multiply(s *strassenScratch) {
	w, half, pairs := g.w, g.w.block/2, len(g.upper)
	tall, wide := strassenTileShape()
	if need := (factors*pairs + 2*len(g.alone)) * half; cap(s.left) < need {
		s.left = make([]float32, max(need, factors*strassenPairs*half))
	}
	if need := 2 * (2*pairs + len(g.alone)); cap(s.rows) < need {
		s.rows = make([]int, max(need, 8*strassenPairs))
	}
	rows := s.rows[:cap(s.rows)]
	upper, rows := g.places(g.upper, rows)
	lower, rows := g.places(g.lower, rows)
	alone, _ := g.places(g.alone, rows)

	// The part that the steps of all tiles have in common; the part that
	// depends on the column and on the rows of a tile is set as these change.
	p1, u2, u3 := s.tiles[0][:], s.tiles[1][:], s.tiles[2][:]
	pair := [factors]strassenStep{
		factorB11: {start: strassenZeros[:], dst: p1},
		factorT2:  {start: p1, dst: u2},
		factorT3:  {dst: u3},
		factorT1:  {start: strassenZeros[:], also: u2},
	}
	single := [4]strassenStep{0: {start: strassenZeros[:], dst: p1}, 2: {start: p1, dst: u2}}
	for k := 0; k < w.in; k += w.block {
		left, leftAlone := s.left[:factors*pairs*half], s.left[factors*pairs*half:]
		g.factor(left, leftAlone, k, tall)
		for j := 0; j < w.out/2; j += strassenColumns {
			panels := w.panels(k, j)
			for c := 0; c < strassenColumns; c += wide {
				if pairs > 0 {
					g.pairColumns(&pair, panels[c:], j+c, k)
					pair[factorT1].more = u3
				}
				for i := 0; i < pairs; {
					n := split(pairs-i, tall)
					pairRows(&pair, left[factors*i*half:], n*half, &upper, &lower, i)
					runStrassen(pair[:], n, wide, half)
					i += n
				}
				if len(g.alone) > 0 {
					g.singleColumns(&single, panels[c:], j+c, k)
				}
				for i := 0; i < len(g.alone); {
					n := split(len(g.alone)-i, tall)
					singleRows(&single, leftAlone[2*i*half:], n*half, &alone, i)
					runStrassen(single[:], n, wide, half)
					i += n
				}
			}
		}
	}
	for _, rows := range [...][]int32{g.upper, g.lower, g.alone} {
		g.finish(rows)
	}
}

// row returns row r of a, starting at input k.
func (g *strassenGroup) row(r int32, k int) []float32 {
	return g.a.Row(int(r))[k : k+g.w.block]
}

// factor computes the left factors of the inputs, starting at k: for each tile
// of pairs its seven [rows, half] in the order of their use, for each tile of
// rows without partners both halves.
func (g *strassenGroup) factor(left, leftAlone []float32, k, tall int) {
	half := g.w.block / 2
	for i := 0; i < len(g.upper); {
		n := split(len(g.upper)-i, tall)
		for r := range n {
			next := min(i+r+1, len(g.upper)-1)
			strassenFactors(left[(factors*i+r)*half:], n*half, g.row(g.upper[i+r], k), g.row(g.lower[i+r], k), g.row(g.upper[next], k), g.row(g.lower[next], k), half)
		}
		i += n
	}
	for i := 0; i < len(g.alone); {
		n := split(len(g.alone)-i, tall)
		for r := range n {
			row, to := g.row(g.alone[i+r], k), leftAlone[2*i*half:]
			copy(to[r*half:(r+1)*half], row)
			copy(to[(n+r)*half:(n+r+1)*half], row[half:])
		}
		i += n
	}
}

// pairColumns prepares the seven products of tiles of pairs at column j and
// input k.
func (g *strassenGroup) pairColumns(steps *[factors]strassenStep, panels []float32, j, k int) {
	plane, right := g.w.block/2*strassenColumns, j+g.w.out/2
	for f := range steps {
		steps[f].panel = panels[f*plane:]
	}
	g.result(&steps[factorB21], j, k)
	g.result(&steps[factorMinusT4], j, k)
	g.result(&steps[factorT1], right, k)
	g.result(&steps[factorB22], right, k)
}

// pairRows sets the steps to the tile that begins with pair i; left holds its
// factors, which are plane elements long.
func pairRows(steps *[factors]strassenStep, left []float32, plane int, upper, lower *place, i int) {
	for f := range steps {
		steps[f].a = left[f*plane:]
	}
	steps[factorB21].into(upper, i)
	steps[factorMinusT4].into(lower, i)
	steps[factorT1].into(lower, i)
	steps[factorB22].into(upper, i)
}

// singleColumns prepares the four products of rows without partners:
// C1 = A1·B11 + A2·B21 and C2 = A1·B11 + A1·T1 + A2·B22.
func (g *strassenGroup) singleColumns(steps *[4]strassenStep, panels []float32, j, k int) {
	plane := g.w.block / 2 * strassenColumns
	for i, f := range [...]int{factorB11, factorB21, factorT1, factorB22} {
		steps[i].panel = panels[f*plane:]
	}
	g.result(&steps[1], j, k)
	g.result(&steps[3], j+g.w.out/2, k)
}

// singleRows is pairRows for the rows without partners, starting at i.
func singleRows(steps *[4]strassenStep, left []float32, plane int, rows *place, i int) {
	for f := range steps {
		steps[f].a = left[f%2*plane:]
	}
	steps[1].into(rows, i)
	steps[3].into(rows, i)
}

// into sets the offsets of a result's rows, starting at row i of a run.
func (st *strassenStep) into(rows *place, i int) {
	st.dstRows, st.prevRows = rows.dst[i:], strassenNowhere[:]
	switch st.adds {
	case addsDst:
		st.prevRows = rows.dst[i:]
	case addsResidual:
		st.prevRows = rows.residual[i:]
	}
}

// result makes the step's sum a result, stored to dst starting at column col,
// with everything that is added before the activation: at the first input bias
// and residual, at later ones the contents of dst.
func (g *strassenGroup) result(st *strassenStep, col, k int) {
	st.dst = g.dst.Data[col:]
	st.more, st.bias = strassenZeros[:], strassenZeros[:strassenColumns]
	if k == 0 && g.ep.Bias != nil {
		st.bias = g.ep.Bias[col:]
	}
	switch {
	case k > 0 || g.ep.Accumulate:
		st.prev, st.adds = st.dst, addsDst
	case g.ep.Residual.Data != nil && g.ep.Act == None:
		st.prev, st.adds = g.ep.Residual.Data[col:], addsResidual
	default:
		st.prev, st.adds = strassenZeros[:], addsNothing
	}
}

// finish applies the rest of the epilogue to rows.
func (g *strassenGroup) finish(rows []int32) {
	if g.ep.Act == None && !g.ep.Accumulate {
		return
	}
	for _, r := range rows {
		d := g.dst.Row(int(r))
		Activate(g.ep.Act, d)
		if g.ep.Residual.Data != nil {
			Add(d, g.ep.Residual.Row(int(r)))
		}
	}
}

package kernel

import "math"

// queryLanes is the number of queries in the lanes of a block: two panels.
const queryLanes = tileWidth

// copyKeys is the number of keys beyond which they and the values are copied
// together: rows 3·hidden apart take a page each, and that would be more pages
// than the first-level translation buffer holds.
const copyKeys = 64

// transposes reports whether transposed can compute the attention: there is
// assembly, heads are a multiple of 32 wide, and there is no bias.
func (in *AttentionInput) transposes() bool {
	return has(opMix) && has(opSoftmaxColumns) && has(opGatherRows) && has(opTranspose8) &&
		in.Bias == nil && in.dim()%tileWidth == 0 && in.K.Rows > 0
}

// transposed is [Attention] with queries transposed, 32 at a time, and keys and
// values read in place: scores are computed as Sᵀ [keys, queries], so that
// softmax runs down the lanes and the weights of a key are adjacent for the
// sums of values.
func (in *AttentionInput) transposed(dst Matrix, s *Scratch) {
	queries, keys, dim := in.Q.Rows, in.K.Rows, in.dim()
	copied := 0
	if keys > copyKeys && queries > 1 {
		copied = keys * dim
	}
	buf := s.floats(queryLanes*dim + keys*queryLanes + 2*queryLanes + 2*copied)
	panel, buf := buf[:queryLanes*dim], buf[queryLanes*dim:] // [2, dim, 16]
	sums, buf := buf[:keys*queryLanes], buf[keys*queryLanes:]
	peak, buf := buf[:queryLanes], buf[queryLanes:]
	inv, buf := buf[:queryLanes], buf[queryLanes:]
	for h := range in.Heads {
		q, k, v, d := in.head(in.Q, h), in.head(in.K, h), in.head(in.V, h), in.head(dst, h)
		if copied > 0 {
			k, v = gatherRows(buf[:copied], k), gatherRows(buf[copied:], v)
		}
		for i := 0; i < queries; i += queryLanes {
			n := min(queryLanes, queries-i)
			cols := panels(n) * panelWidth
			packLanes(panel, q.rows(i, n), cols)
			Scale(panel[:cols*dim], in.Scale*math.Log2E)
			scores := RowMajor(sums, keys, cols)
			if has(opScores) {
				scoreKeys(scores, k, panel, peak)
			} else {
				gemmBlock(scores, k, &Packed{out: cols, in: dim, data: panel[:cols*dim]}, &Epilogue{})
			}
			softmaxColumnsAsm(&scores.Data[0], cols, keys, cols, &peak[0], &inv[0])
			mix(d.rows(i, n), scores, v, inv)
		}
	}
}

// gatherRows copies x to buf, with adjacent rows.
func gatherRows(buf []float32, x Matrix) Matrix {
	gatherRowsAsm(&buf[0], &x.Data[0], x.Stride, x.Rows, x.Cols)
	return RowMajor(buf, x.Rows, x.Cols)
}

// packLanes transposes x [rows, dim] into cols/16 panels [dim, 16]. Lanes from
// rows on get copies of the last row, whose results are not used.
func packLanes(panel []float32, x Matrix, cols int) {
	for c := 0; c < cols; c += 8 {
		r := min(c, x.Rows-1)
		transpose8Asm(&panel[c/panelWidth*panelWidth*x.Cols+c%panelWidth], &x.Data[r*x.Stride], x.Stride, x.Rows-r, x.Cols/8)
	}
}

// scoreKeys computes scores [keys, cols] = k [keys, dim]·panel, cols 16 or 32,
// and the maximum of each column.
func scoreKeys(scores, k Matrix, panel, peak []float32) {
	for i := range peak {
		peak[i] = float32(math.Inf(-1))
	}
	set := chosen[opScores]
	tall, _ := scoresTile(set)
	tiles := (k.Rows + tall - 1) / tall
	n, larger := k.Rows/tiles, k.Rows%tiles // that many tiles have an extra row
	if larger > 0 {
		scoresAsm(set, n+1, scores.Cols, &scores.Data[0], &k.Data[0], k.Stride, &panel[0], k.Cols, larger, &peak[0])
	}
	if i := (n + 1) * larger; i < k.Rows {
		scoresAsm(set, n, scores.Cols, &scores.Data[i*scores.Stride], &k.Data[i*k.Stride], k.Stride, &panel[0], k.Cols, tiles-larger, &peak[0])
	}
}

// mix computes dst [queries, dim] as the sums of v [keys, dim] weighted by
// p [keys, queries], times inv [queries].
func mix(dst, p, v Matrix, inv []float32) {
	set := chosen[opMix]
	tall, wide := mixTile(set)
	for i := 0; i < dst.Rows; {
		n := split(dst.Rows-i, tall)
		for j := 0; j < v.Cols; j += wide {
			mixAsm(set, n, wide, &dst.Data[i*dst.Stride+j], dst.Stride, &p.Data[i], p.Stride, &v.Data[j], v.Stride, v.Rows, &inv[i])
		}
		i += n
	}
}

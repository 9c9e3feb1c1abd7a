package kernel

import "math"

// blockLanes is how many queries attentionBlocks has in the lanes of a block:
// two panels.
const blockLanes = tileWidth

// farKeys is the number of keys beyond which they and the values are copied
// together: rows of 3·hidden apart take a page each, and more pages than the
// first-level translation buffer holds.
const farKeys = 64

// attentionBlocks is [Attention] for head sizes that are a multiple of 32,
// without a bias. It returns false, having done nothing, where it does not
// serve.
//
// Queries are transposed, 32 at a time, and keys and values read where they
// lie: scores are computed as Sᵀ [keys, queries], so that softmax runs down the
// lanes and the weights of a key are next to each other for the sums of values.
func attentionBlocks(dst []float32, ldd int, in *AttentionInput, s *Scratch) bool {
	dim := in.HeadDim
	if !has(opMix) || !has(opSoftmaxColumns) || in.Bias != nil || dim%tileWidth != 0 || in.Keys == 0 {
		return false
	}
	far := 0
	if in.Keys > farKeys && in.Queries > 1 {
		far = in.Keys * dim
	}
	buf := s.floats(blockLanes*dim + in.Keys*blockLanes + 2*blockLanes + 2*far)
	panel, buf := buf[:blockLanes*dim], buf[blockLanes*dim:]          // [2, dim, 16]
	scores, buf := buf[:in.Keys*blockLanes], buf[in.Keys*blockLanes:] // [keys, cols]
	peak, buf := buf[:blockLanes], buf[blockLanes:]                   // [32]
	inv, buf := buf[:blockLanes], buf[blockLanes:]                    // [32]
	for h := range in.Heads {
		col := h * dim
		k, ldk, v, ldv := in.K[col:], in.LDK, in.V[col:], in.LDV
		if far > 0 {
			gatherRowsAsm(&buf[0], &k[0], ldk, in.Keys, dim)
			gatherRowsAsm(&buf[far], &v[0], ldv, in.Keys, dim)
			k, ldk, v, ldv = buf[:far], dim, buf[far:], dim
		}
		for i := 0; i < in.Queries; i += blockLanes {
			n := min(blockLanes, in.Queries-i)
			cols := panels(n) * panelWidth
			packLanes(panel, in.Q[i*in.LDQ+col:], n, cols, dim, in.LDQ)
			Scale(panel[:cols*dim], in.Scale*math.Log2E)
			if has(opScores) {
				scoreKeys(scores, cols, k, ldk, panel, in.Keys, dim, peak)
			} else {
				t := tile{
					dst: scores, ldd: cols, a: k, lda: ldk, panel: panel[:cols*dim],
					rows: in.Keys, cols: cols, in: dim,
				}
				t.multiply()
			}
			softmaxColumnsAsm(&scores[0], cols, in.Keys, cols, &peak[0], &inv[0])
			mix(dst[i*ldd+col:], ldd, scores, cols, v, ldv, n, in.Keys, dim, inv)
		}
	}
	return true
}

// packLanes transposes x [rows, dim] into cols/16 panels [dim, 16]. Lanes from
// rows on get copies of the last row, whose results nobody reads.
func packLanes(panel, x []float32, rows, cols, dim, ldx int) {
	for c := 0; c < cols; c += 8 {
		r := min(c, rows-1)
		transpose8Asm(&panel[c/panelWidth*panelWidth*dim+c%panelWidth], &x[r*ldx], ldx, rows-r, dim/8)
	}
}

// scoreKeys computes scores [keys, cols] = k [keys, dim]·panel, cols 16 or 32,
// and the maximum of each column.
func scoreKeys(scores []float32, cols int, k []float32, ldk int, panel []float32, keys, dim int, peak []float32) {
	for i := range peak {
		peak[i] = float32(math.Inf(-1))
	}
	set := chosen[opScores]
	tall, _ := scoresTile(set)
	tiles := (keys + tall - 1) / tall
	n, larger := keys/tiles, keys%tiles // that many tiles have a row more
	if larger > 0 {
		scoresAsm(set, n+1, cols, &scores[0], &k[0], ldk, &panel[0], dim, larger, &peak[0])
	}
	if i := (n + 1) * larger; i < keys {
		scoresAsm(set, n, cols, &scores[i*cols], &k[i*ldk], ldk, &panel[0], dim, tiles-larger, &peak[0])
	}
}

// mix computes dst [queries, dim] as the sums of v [keys, dim] weighted by
// p [keys, queries], times inv [queries].
func mix(dst []float32, ldd int, p []float32, ldp int, v []float32, ldv, queries, keys, dim int, inv []float32) {
	set := chosen[opMix]
	tall, wide := mixTile(set)
	for i := 0; i < queries; {
		n := split(queries-i, tall)
		for j := 0; j < dim; j += wide {
			mixAsm(set, n, wide, &dst[i*ldd+j], ldd, &p[i], ldp, &v[j], ldv, keys, &inv[i])
		}
		i += n
	}
}

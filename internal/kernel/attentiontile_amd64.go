//go:build !purego

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
	if active == Generic || in.Bias != nil || dim%tileWidth != 0 || in.Keys == 0 {
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
			gatherRowsAVX2(&buf[0], &k[0], ldk, in.Keys, dim)
			gatherRowsAVX2(&buf[far], &v[0], ldv, in.Keys, dim)
			k, ldk, v, ldv = buf[:far], dim, buf[far:], dim
		}
		for i := 0; i < in.Queries; i += blockLanes {
			n := min(blockLanes, in.Queries-i)
			cols := panels(n) * panelWidth
			packLanes(panel, in.Q[i*in.LDQ+col:], n, cols, dim, in.LDQ)
			Scale(panel[:cols*dim], in.Scale*math.Log2E)
			if active == AVX512 {
				scoresAVX512(scores, cols, k, ldk, panel, in.Keys, dim, peak)
				softmaxColumnsAVX512(&scores[0], cols, in.Keys, cols, &peak[0], &inv[0])
			} else {
				t := tile{
					dst: scores, ldd: cols, a: k, lda: ldk, panel: panel[:cols*dim],
					rows: in.Keys, cols: cols, in: dim,
				}
				t.multiply()
				softmaxColumnsAVX2(&scores[0], cols, in.Keys, cols, &inv[0])
			}
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
		transpose8AVX2(&panel[c/panelWidth*panelWidth*dim+c%panelWidth], &x[r*ldx], ldx, rows-r, dim/8)
	}
}

// scoresAVX512 computes scores [keys, cols] = k [keys, dim]·panel, cols 16 or 32,
// and the maximum of each column.
func scoresAVX512(scores []float32, cols int, k []float32, ldk int, panel []float32, keys, dim int, peak []float32) {
	for i := range peak {
		peak[i] = float32(math.Inf(-1))
	}
	tiles := (keys + 11) / 12
	n, larger := keys/tiles, keys%tiles // that many tiles have a row more
	if larger > 0 {
		scoreTiles(n+1, larger, &scores[0], cols, &k[0], ldk, &panel[0], dim, &peak[0])
	}
	if i := (n + 1) * larger; i < keys {
		scoreTiles(n, tiles-larger, &scores[i*cols], cols, &k[i*ldk], ldk, &panel[0], dim, &peak[0])
	}
}

// scoreTiles runs the kernel for n rows over tiles of them.
func scoreTiles(n, tiles int, d *float32, cols int, k *float32, ldk int, panel *float32, dim int, peak *float32) {
	if cols == panelWidth {
		switch n {
		case 12:
			scores12x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 11:
			scores11x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 10:
			scores10x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 9:
			scores9x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 8:
			scores8x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 7:
			scores7x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 6:
			scores6x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 5:
			scores5x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 4:
			scores4x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 3:
			scores3x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 2:
			scores2x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		case 1:
			scores1x16AVX512(d, k, ldk, panel, dim, tiles, peak)
		}
		return
	}
	switch n {
	case 12:
		scores12x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 11:
		scores11x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 10:
		scores10x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 9:
		scores9x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 8:
		scores8x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 7:
		scores7x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 6:
		scores6x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 5:
		scores5x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 4:
		scores4x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 3:
		scores3x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 2:
		scores2x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	case 1:
		scores1x32AVX512(d, k, ldk, panel, dim, tiles, peak)
	}
}

// mix computes dst [queries, dim] as the sums of v [keys, dim] weighted by
// p [keys, queries], times inv [queries].
func mix(dst []float32, ldd int, p []float32, ldp int, v []float32, ldv, queries, keys, dim int, inv []float32) {
	most, wide := 12, tileWidth
	if active == AVX2 {
		most, wide = 6, panelWidth
	}
	for i := 0; i < queries; {
		n := split(queries-i, most)
		for j := 0; j < dim; j += wide {
			d, pi, vj, f := &dst[i*ldd+j], &p[i], &v[j], &inv[i]
			if active == AVX2 {
				mixAVX2(n, d, ldd, pi, ldp, vj, ldv, keys, f)
			} else {
				mixAVX512(n, d, ldd, pi, ldp, vj, ldv, keys, f)
			}
		}
		i += n
	}
}

func mixAVX512(n int, d *float32, ldd int, p *float32, ldp int, v *float32, ldv, keys int, inv *float32) {
	switch n {
	case 12:
		mix12x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 11:
		mix11x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 10:
		mix10x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 9:
		mix9x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 8:
		mix8x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 7:
		mix7x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 6:
		mix6x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 5:
		mix5x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 4:
		mix4x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 3:
		mix3x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 2:
		mix2x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	case 1:
		mix1x32AVX512(d, ldd, p, ldp, v, ldv, keys, inv)
	}
}

func mixAVX2(n int, d *float32, ldd int, p *float32, ldp int, v *float32, ldv, keys int, inv *float32) {
	switch n {
	case 6:
		mix6x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	case 5:
		mix5x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	case 4:
		mix4x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	case 3:
		mix3x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	case 2:
		mix2x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	case 1:
		mix1x16AVX2(d, ldd, p, ldp, v, ldv, keys, inv)
	}
}

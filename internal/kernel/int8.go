package kernel

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// groupInt8 is how many consecutive inputs of a row the int8 product takes in
// one 32-bit lane (VPDPBUSD).
const groupInt8 = 4

// PackedInt8 holds weights W [out, in] quantised to int8, symmetric with one
// scale for each output channel: W[j, i] ≈ Scale[j]·q[j, i], |q| <= 127. Panels
// have 16 channels, each [in/4, 16, 4] bytes, so that four inputs of a channel
// lie in one 32-bit lane. A PackedInt8 is immutable and may be shared.
type PackedInt8 struct {
	out, in int
	groups  int       // ceil(in/4)
	data    []int8    // [panels, groups, 16, 4]
	scale   []float32 // [panels·16]
	sums    []int32   // [panels·16], Σ_i q[j, i]
	pairs   []int32   // [panels·16], -sums in two halves: see zeroPair; nil if they do not fit
}

// PackInt8 quantises and packs w [out, in] with leading dimension ldw. A
// channel of zeros, or one with a NaN or Inf, has no useful scale: the first
// stays zero, the second becomes NaN.
func PackInt8(w []float32, out, in, ldw int) *PackedInt8 {
	return (*Memory)(nil).PackInt8(w, out, in, ldw)
}

func packInt8(data []int8, w []float32, out, in, ldw int) *PackedInt8 {
	groups := Int8LD(in) / groupInt8
	wide := panels(out) * panelWidth
	p := &PackedInt8{out: out, in: in, groups: groups, data: data, scale: make([]float32, wide), sums: make([]int32, wide)}
	if in == 0 {
		return p
	}
	if in <= maxPairs {
		p.pairs = make([]int32, wide)
	}
	rows := make([]int8, panelWidth*groups*groupInt8) // [16, groups, 4] of one panel
	for j := 0; j < out; j += panelWidth {
		n := min(panelWidth, out-j)
		for r := range n {
			q := rows[r*groups*groupInt8:][:groups*groupInt8]
			p.scale[j+r] = quantizeSymmetric(q[:in], w[(j+r)*ldw:][:in])
			p.sums[j+r] = sumInt8(q[:in])
			if p.pairs != nil {
				p.pairs[j+r] = sumPair(p.sums[j+r])
			}
			clear(q[in:])
		}
		clear(rows[n*groups*groupInt8:])
		packGroups(p.panel(j/panelWidth, 1), rows, groups)
	}
	return p
}

// maxPairs is the greatest number of inputs whose sum of weights fits a pair.
const maxPairs = 1 << 22 / 127

// sumPair returns -sum as two 16-bit halves, -sum = low + 128·high, and
// zeroPair a zero point as zero and 128·zero: the instruction that adds the
// products of such pairs (VPDPWSSD) then takes zero·sum off a product.
func sumPair(sum int32) int32 { return -sum&127 | -sum>>7<<16 }

func zeroPair(zero int32) int32 { return zero | zero<<7<<16 }

// packGroups turns rows [16, groups] of four bytes into a panel [groups, 16].
func packGroups(panel, rows []int8, groups int) {
	// The same move as that of float32 weights, whatever the bits mean.
	p := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(panel))), groups*panelWidth)
	w := unsafe.Slice((*float32)(unsafe.Pointer(unsafe.SliceData(rows))), groups*panelWidth)
	packPanel(p, w, panelWidth, groups, groups)
}

// sumInt8 returns the sum of x.
func sumInt8(x []int8) int32 {
	var sum int32
	for _, v := range x {
		sum += int32(v)
	}
	return sum
}

// panel returns count panels from panel n on, each [groups, 16, 4].
func (p *PackedInt8) panel(n, count int) []int8 {
	size := p.groups * panelWidth * groupInt8
	return p.data[n*size : (n+count)*size]
}

// Out returns the number of output channels.
func (p *PackedInt8) Out() int { return p.out }

// In returns the number of inputs of each channel.
func (p *PackedInt8) In() int { return p.in }

// Bytes returns the memory that the weights, scales and sums take.
func (p *PackedInt8) Bytes() int { return len(p.data) + 4*(len(p.scale)+len(p.sums)+len(p.pairs)) }

// quantizeSymmetric writes round(x/scale) to q and returns scale = max|x|/127:
// 0 if all of x is 0 or too small to have steps, NaN if any of it is not finite;
// q is then 0.
func quantizeSymmetric(q []int8, x []float32) (scale float32) {
	var limits [1]rowRange
	rangeRows(limits[:], x, len(x), len(x))
	peak := max(-limits[0].lo, limits[0].hi) // NaN stays
	inv := 127 / peak
	switch {
	case math.IsNaN(float64(peak)) || math.IsInf(float64(peak), 0):
		clear(q)
		return float32(math.NaN())
	case peak == 0 || math.IsInf(float64(inv), 0):
		clear(q)
		return 0
	}
	// As uint8 around 128, then with the top bit turned.
	const zero = 128
	bytes := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(q))), len(q))
	step := [1]rowStep{{inv, zero}}
	quantizeRows(bytes, len(q), step[:], x, len(x), len(x))
	i := 0
	for ; i+8 <= len(bytes); i += 8 {
		binary.NativeEndian.PutUint64(bytes[i:], binary.NativeEndian.Uint64(bytes[i:])^0x8080808080808080)
	}
	for ; i < len(bytes); i++ {
		bytes[i] ^= zero
	}
	return peak / 127
}

// GemmInt8 computes dst = act(X·Wᵀ + bias) + residual from quantised rows X
// [m, in] (q and params as [QuantizeRows] wrote them) and weights W [out, in].
// Products accumulate exactly in int32, which holds in up to 66,000; one
// multiplication by the two scales follows. dst is [m, out].
func GemmInt8(dst []float32, ldd int, q []uint8, ldq int, params []QuantRow, m int, w *PackedInt8, ep Epilogue) {
	checkMatrix("dst", dst, m, w.out, ldd)
	checkMatrix("q", q, m, w.groups*groupInt8, ldq)
	checkLen("params", params, m)
	ep.check(m, w.out)
	for i := 0; i < m; i += rowBlock {
		gemmInt8Block(dst, ldd, q, ldq, params, i, min(rowBlock, m-i), w, &ep)
	}
}

// GemmInt8LayerNorm is [GemmInt8] followed by [LayerNorm] on the finished rows.
func GemmInt8LayerNorm(dst []float32, ldd int, q []uint8, ldq int, params []QuantRow, m int, w *PackedInt8, ep Epilogue, gamma, beta []float32, eps float32) {
	checkMatrix("dst", dst, m, w.out, ldd)
	checkMatrix("q", q, m, w.groups*groupInt8, ldq)
	checkLen("params", params, m)
	ep.check(m, w.out)
	for i := 0; i < m; i += rowBlock {
		rows := min(rowBlock, m-i)
		gemmInt8Block(dst, ldd, q, ldq, params, i, rows, w, &ep)
		if w.out > 0 {
			LayerNorm(dst[i*ldd:], ldd, dst[i*ldd:], ldd, rows, w.out, gamma, beta, eps)
		}
	}
}

// gemmInt8Block computes rows i to i+rows of dst.
func gemmInt8Block(dst []float32, ldd int, q []uint8, ldq int, params []QuantRow, i, rows int, w *PackedInt8, ep *Epilogue) {
	var qblock []uint8
	if w.groups > 0 {
		qblock = q[i*ldq:]
	}
	var zeros [rowBlock]QuantRow
	if w.pairs != nil {
		for r, p := range params[i : i+rows] {
			zeros[r] = QuantRow{Scale: p.Scale, Zero: zeroPair(p.Zero)}
		}
	}
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		t := int8Tile{
			dst: dst[i*ldd+j:], ldd: ldd,
			q: qblock, ldq: ldq, params: params[i : i+rows],
			panel: w.panel(j/panelWidth, panels(cols)),
			scale: w.scale[j:], sums: w.sums[j:],
			rows: rows, cols: cols, groups: w.groups,
		}
		if w.pairs != nil {
			t.zeros, t.pairs = zeros[:rows], w.pairs[j:]
		}
		if ep.Bias != nil {
			t.bias = ep.Bias[j : j+cols]
		}
		residual := ep.Residual
		if ep.Accumulate {
			t.add, t.ldadd = t.dst, ldd
		} else if residual != nil && ep.Act == None {
			t.add, t.ldadd = residual[i*ep.LDR+j:], ep.LDR
			residual = nil
		}
		t.multiply()
		activateRows(ep.Act, t.dst, ldd, rows, cols)
		if residual != nil {
			addRows(t.dst, ldd, residual[i*ep.LDR+j:], ep.LDR, rows, cols)
		}
	}
}

// int8Tile is one quantised product of some rows with one panel or two:
// dst = ((Q - zero)·panel·scales + bias) + add.
type int8Tile struct {
	dst                []float32  // [rows, cols]
	q                  []uint8    // [rows, 4·groups]
	params             []QuantRow // [rows]
	panel              []int8     // [panels(cols), groups, 16, 4]
	scale              []float32  // [16·panels(cols)]
	sums               []int32    // [16·panels(cols)]
	zeros              []QuantRow // [rows], Zero being pairs; nil if pairs is
	pairs              []int32    // [16·panels(cols)], or nil
	bias               []float32  // [cols], or nil
	add                []float32  // [rows, cols], or nil; may be dst itself
	ldd, ldq, ldadd    int
	rows, cols, groups int
}

// multiplyGeneric computes the tile in portable Go.
func (t *int8Tile) multiplyGeneric() {
	size := t.groups * panelWidth * groupInt8
	for r := range t.rows {
		var q []uint8
		if t.groups > 0 {
			q = t.q[r*t.ldq:][:t.groups*groupInt8]
		}
		p := t.params[r]
		row := t.dst[r*t.ldd:][:t.cols]
		for c := range row {
			panel := t.panel[c/panelWidth*size:]
			var acc int32
			for k := 0; k+groupInt8 <= len(q); k += groupInt8 {
				w := panel[k*panelWidth+c%panelWidth*groupInt8:][:groupInt8]
				x := q[k:][:groupInt8]
				acc += int32(x[0])*int32(w[0]) + int32(x[1])*int32(w[1]) + int32(x[2])*int32(w[2]) + int32(x[3])*int32(w[3])
			}
			v := float32(acc-p.Zero*t.sums[c]) * (p.Scale * t.scale[c])
			if t.bias != nil {
				v += t.bias[c]
			}
			if t.add != nil {
				v += t.add[r*t.ldadd+c]
			}
			row[c] = v
		}
	}
}

package kernel

import "math"

// groupInt8 is how many consecutive inputs of a row the int8 product takes in
// one 32-bit lane (VPDPBUSD).
const groupInt8 = 4

// PackedInt8 holds weights W [out, in] quantised to int8, symmetric with one
// scale for each output channel: W[j, i] ≈ Scale[j]·q[j, i], |q| <= 127. Panels
// have 32 channels, each [in/4, 32, 4] bytes, so that four inputs of a channel
// lie in one 32-bit lane. A PackedInt8 is immutable and may be shared.
type PackedInt8 struct {
	out, in int
	groups  int       // ceil(in/4)
	data    []int8    // [panels, groups, 32, 4]
	scale   []float32 // [panels·32]
	sums    []int32   // [panels·32], Σ_i q[j, i]
}

// PackInt8 quantises and packs w [out, in] with leading dimension ldw. A
// channel of zeros, or one with a NaN or Inf, has no useful scale: the first
// stays zero, the second becomes NaN.
func PackInt8(w []float32, out, in, ldw int) *PackedInt8 {
	checkMatrix("w", w, out, in, ldw)
	groups := (in + groupInt8 - 1) / groupInt8
	wide := (out + tileWidth - 1) / tileWidth * tileWidth
	p := &PackedInt8{
		out: out, in: in, groups: groups,
		data:  make([]int8, wide*groups*groupInt8),
		scale: make([]float32, wide),
		sums:  make([]int32, wide),
	}
	q := make([]int8, in)
	for j := range out {
		if in > 0 {
			p.scale[j] = quantizeSymmetric(q, w[j*ldw:][:in])
		}
		panel := p.panel(j / tileWidth)
		for i, v := range q {
			panel[(i/groupInt8*tileWidth+j%tileWidth)*groupInt8+i%groupInt8] = v
			p.sums[j] += int32(v)
		}
	}
	return p
}

// panel returns panel n, [groups, 32, 4].
func (p *PackedInt8) panel(n int) []int8 {
	size := p.groups * tileWidth * groupInt8
	return p.data[n*size : (n+1)*size]
}

// Out returns the number of output channels.
func (p *PackedInt8) Out() int { return p.out }

// In returns the number of inputs of each channel.
func (p *PackedInt8) In() int { return p.in }

// Bytes returns the memory that the weights, scales and sums take.
func (p *PackedInt8) Bytes() int { return len(p.data) + 4*len(p.scale) + 4*len(p.sums) }

// quantizeSymmetric writes round(x/scale) to q and returns scale = max|x|/127.
func quantizeSymmetric(q []int8, x []float32) (scale float32) {
	var peak float32
	for _, v := range x {
		peak = max(peak, float32(math.Abs(float64(v)))) // NaN stays
	}
	if peak == 0 {
		clear(q)
		return 0
	}
	if math.IsNaN(float64(peak)) || math.IsInf(float64(peak), 0) {
		clear(q)
		return float32(math.NaN())
	}
	inv := 127 / float64(peak)
	for i, v := range x {
		q[i] = int8(math.RoundToEven(float64(v) * inv))
	}
	return float32(float64(peak) / 127)
}

// QuantRow says how a row of activations was quantised:
// x[i] ≈ Scale·(q[i] − Zero), q being uint8.
type QuantRow struct {
	Scale float32
	Zero  int32
}

// Int8LD returns the leading dimension, in bytes, that rows of n quantised
// activations have: n rounded up to a multiple of 4.
func Int8LD(n int) int { return (n + groupInt8 - 1) / groupInt8 * groupInt8 }

// QuantizeRows quantises each row of x [rows, cols] to uint8 with its own scale
// and zero point (dynamic asymmetric quantisation): the range from the least to
// the greatest element, widened to hold 0, is divided into 255 steps. Row i of
// q starts at q[i*ldq], ldq being at least Int8LD(cols); the bytes from cols to
// Int8LD(cols) are set to 0. A row with a NaN or Inf gets the scale NaN.
func QuantizeRows(q []uint8, ldq int, params []QuantRow, x []float32, ldx, rows, cols int) {
	checkMatrix("q", q, rows, Int8LD(cols), ldq)
	checkLen("params", params, rows)
	checkMatrix("x", x, rows, cols, ldx)
	for i := range rows {
		if cols == 0 {
			params[i] = QuantRow{}
			continue
		}
		params[i] = quantizeRowGeneric(q[i*ldq:][:Int8LD(cols)], x[i*ldx:][:cols])
	}
}

func quantizeRowGeneric(q []uint8, x []float32) QuantRow {
	var lo, hi float32
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	r := quantRange(lo, hi)
	clear(q[len(x):])
	if !(r.Scale > 0) { // all zero, or not finite
		clear(q)
		return r
	}
	inv := 1 / r.Scale
	for i, v := range x {
		n := int32(math.RoundToEven(float64(v*inv))) + r.Zero
		q[i] = uint8(min(max(n, 0), 255))
	}
	return r
}

// quantRange returns the parameters of a row whose elements span lo <= 0 to hi >= 0.
func quantRange(lo, hi float32) QuantRow {
	scale := (hi - lo) / 255
	switch {
	case scale == 0:
		// All zero, or so small that the steps would vanish.
		return QuantRow{}
	case math.IsNaN(float64(scale)) || math.IsInf(float64(scale), 0):
		return QuantRow{Scale: float32(math.NaN())}
	}
	inv := 1 / scale
	if math.IsInf(float64(inv), 0) {
		return QuantRow{}
	}
	return QuantRow{Scale: scale, Zero: int32(min(max(math.RoundToEven(float64(-lo*inv)), 0), 255))}
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
	for j := 0; j < w.out; j += tileWidth {
		cols := min(tileWidth, w.out-j)
		d := dst[i*ldd+j:]
		for r := range rows {
			var qr []uint8
			if w.groups > 0 {
				qr = q[(i+r)*ldq:][:w.groups*groupInt8]
			}
			row := d[r*ldd:][:cols]
			p := params[i+r]
			panel := w.panel(j / tileWidth)
			for c := range row {
				var acc int32
				for k, x := range qr {
					acc += int32(x) * int32(panel[(k/groupInt8*tileWidth+c)*groupInt8+k%groupInt8])
				}
				v := float32(acc-p.Zero*w.sums[j+c]) * (p.Scale * w.scale[j+c])
				if ep.Bias != nil {
					v += ep.Bias[j+c]
				}
				if ep.Accumulate {
					v += row[c]
				}
				row[c] = v
			}
		}
		activateRows(ep.Act, d, ldd, rows, cols)
		if ep.Residual != nil {
			addRows(d, ldd, ep.Residual[i*ep.LDR+j:], ep.LDR, rows, cols)
		}
	}
}

package kernel

import (
	"encoding/binary"
	"math"
	"unsafe"
)

// groupInt8 is the number of consecutive inputs of a row that the int8 product
// processes in one 32-bit lane (VPDPBUSD).
const groupInt8 = 4

// PackedInt8 holds weights W [out, in] quantised to int8, symmetrically, with
// one scale per output channel: W[j, i] ≈ Scale[j]·q[j, i], |q| <= 127. Panels
// have 16 channels each. A PackedInt8 is immutable and may be shared.
type PackedInt8 struct {
	out, in int
	groups  int // QuantStride(in)/4
	layout  int8Layout
	data    []int8    // [panels, groups·64] in the order of layout
	scale   []float32 // [panels·16]
	sums    []int32   // [panels·16], Σ_i q[j, i]
	pairs   []int32   // [panels·16], -sums in two halves: see zeroPair; nil if they do not fit
	norms   []float32 // for int8Biased: see narrowNormsAVX2
}

// PackInt8 quantises and packs w [out, in]. A channel of zeros, or one with a
// NaN or Inf, has no useful scale: the former stays zero, the latter becomes
// NaN.
func PackInt8(w Matrix) *PackedInt8 { return (*Memory)(nil).PackInt8(w) }

func packInt8(data []int8, w Matrix) *PackedInt8 {
	out, in := w.Rows, w.Cols
	groups := QuantStride(in) / groupInt8
	wide := panels(out) * panelWidth
	p := &PackedInt8{
		out: out, in: in, groups: groups, layout: int8LayoutOf(in),
		data: data, scale: make([]float32, wide), sums: make([]int32, wide),
	}
	if in == 0 {
		return p
	}
	if in <= maxPairs {
		p.pairs = make([]int32, wide)
	}
	if p.layout == int8Biased {
		p.norms = make([]float32, (in+narrowBlock-1)/narrowBlock*narrowNorms)
	}
	// [16, groups, 4] of one panel, and what is read beyond the last row.
	rows := make([]int8, panelWidth*groups*groupInt8, panelWidth*groups*groupInt8+narrowBlock)
	for j := 0; j < out; j += panelWidth {
		n := min(panelWidth, out-j)
		for r := range n {
			q := rows[r*groups*groupInt8:][:groups*groupInt8]
			p.scale[j+r] = quantizeSymmetric(q[:in], w.Row(j+r))
			p.sums[j+r] = sumInt8(q[:in])
			if p.pairs != nil {
				p.pairs[j+r] = sumPair(p.sums[j+r])
			}
			clear(q[in:])
		}
		clear(rows[n*groups*groupInt8:])
		if p.layout == int8Biased {
			narrowNormsAsm(&p.norms[0], &rows[0], groups*groupInt8, len(p.norms)/narrowNorms)
		}
		p.layout.pack(p.panel(j/panelWidth, 1), rows, groups)
	}
	return p
}

// maxPairs is the greatest number of inputs whose sum of weights fits a pair.
const maxPairs = 1 << 22 / 127

// sumPair returns -sum as two 16-bit halves, -sum = low + 128·high, and
// zeroPair a zero point as zero and 128·zero: the instruction that adds the
// products of such pairs (VPDPWSSD) then subtracts zero·sum from a product.
func sumPair(sum int32) int32 { return -sum&127 | -sum>>7<<16 }

func zeroPair(zero int32) int32 { return zero | zero<<7<<16 }

// sumInt8 returns the sum of x.
func sumInt8(x []int8) int32 {
	var sum int32
	for _, v := range x {
		sum += int32(v)
	}
	return sum
}

// panel returns count panels, starting at panel n.
func (p *PackedInt8) panel(n, count int) []int8 {
	size := p.groups * panelWidth * groupInt8
	return p.data[n*size : (n+count)*size]
}

// Out returns the number of output channels.
func (p *PackedInt8) Out() int { return p.out }

// In returns the number of inputs of each channel.
func (p *PackedInt8) In() int { return p.in }

// Bytes returns the memory that the weights, scales and sums take.
func (p *PackedInt8) Bytes() int {
	return len(p.data) + 4*(len(p.scale)+len(p.sums)+len(p.pairs)+len(p.norms))
}

// quantizeSymmetric writes round(x/scale) to q and returns scale = max|x|/127.
// The scale is 0 if all of x is 0 or too small to have steps, and NaN if any
// element is not finite; q is then 0.
func quantizeSymmetric(q []int8, x []float32) (scale float32) {
	var limits [1]rowRange
	row := RowMajor(x, 1, len(x))
	rangeRows(limits[:], row)
	peak := max(-limits[0].lo, limits[0].hi) // NaN propagates
	inv := 127 / peak
	switch {
	case math.IsNaN(float64(peak)) || math.IsInf(float64(peak), 0):
		clear(q)
		return float32(math.NaN())
	case peak == 0 || math.IsInf(float64(inv), 0):
		clear(q)
		return 0
	}
	// As uint8 around 128, then with the top bit flipped.
	const zero = 128
	bytes := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(q))), len(q))
	step := [1]rowStep{{inv, zero}}
	quantizeRows(bytes, len(q), step[:], row)
	flipSigns(q)
	return peak / 127
}

// flipSigns flips the top bit of each byte, which converts between int8 and
// uint8 with an offset of 128.
func flipSigns(q []int8) {
	bytes := unsafe.Slice((*uint8)(unsafe.Pointer(unsafe.SliceData(q))), len(q))
	i := 0
	for ; i+8 <= len(bytes); i += 8 {
		binary.NativeEndian.PutUint64(bytes[i:], binary.NativeEndian.Uint64(bytes[i:])^0x8080808080808080)
	}
	for ; i < len(bytes); i++ {
		bytes[i] ^= 0x80
	}
}

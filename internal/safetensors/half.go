package safetensors

import (
	"encoding/binary"
	"math"
)

// Float16 returns the value of an IEEE 754 binary16 number, exactly. A NaN
// keeps its sign and payload, and becomes quiet, as in the processor's
// conversion.
func Float16(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	// Shifted into place, a number is too small by 2^112, the difference of the
	// exponent biases; multiplication corrects that, also for subnormals.
	const rebias = 0x1p112
	u := math.Float32bits(math.Float32frombits(uint32(h&0x7fff)<<13) * rebias)
	if h&0x7c00 == 0x7c00 { // Inf or NaN
		u = 0x7f800000 | uint32(h&0x03ff)<<13
		if h&0x03ff != 0 {
			u |= 0x00400000
		}
	}
	return math.Float32frombits(sign | u)
}

// Float16Bits rounds f to the nearest binary16 number, ties to even. Values of
// 65520 and above, half a step beyond 65504, become infinite.
func Float16Bits(f float32) uint16 {
	u := math.Float32bits(f)
	sign := uint16(u >> 16 & 0x8000)
	u &= 0x7fffffff
	switch {
	case u > 0x7f800000: // NaN: quiet, upper payload bits kept
		return sign | 0x7e00 | uint16(u>>13&0x03ff)
	case u >= 0x477ff000: // 65520 and above, the middle between 65504 and 2^16
		return sign | 0x7c00
	case u < 0x38800000: // below 2^-14: a subnormal, in steps of 2^-24
		// Adding 0.5 leaves exactly those steps in the mantissa, rounded.
		return sign | uint16(math.Float32bits(math.Float32frombits(u)+0.5)-math.Float32bits(0.5))
	}
	u += 0x0fff + u>>13&1 // ties to even
	return sign | uint16((u-112<<23)>>13)
}

// BFloat16Bits rounds f to the nearest bfloat16 number, ties to even.
func BFloat16Bits(f float32) uint16 {
	u := math.Float32bits(f)
	if u&0x7fffffff > 0x7f800000 {
		return uint16(u>>16) | 0x0040
	}
	return uint16((u + 0x7fff + u>>16&1) >> 16)
}

// float16ToFloat32Generic converts len(dst) little-endian binary16 numbers.
func float16ToFloat32Generic(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	for i := range dst {
		dst[i] = Float16(binary.LittleEndian.Uint16(src[2*i:]))
	}
}

// bfloat16ToFloat32 converts len(dst) little-endian bfloat16 numbers.
func bfloat16ToFloat32(dst []float32, src []byte) {
	src = src[:2*len(dst)]
	for len(dst) >= 4 {
		w := binary.LittleEndian.Uint64(src)
		dst[0] = math.Float32frombits(uint32(w) << 16)
		dst[1] = math.Float32frombits(uint32(w) & 0xffff0000)
		dst[2] = math.Float32frombits(uint32(w>>32) << 16)
		dst[3] = math.Float32frombits(uint32(w>>32) & 0xffff0000)
		dst, src = dst[4:], src[8:]
	}
	for i := range dst {
		dst[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(src[2*i:])) << 16)
	}
}

// float8e4m3 returns the value of an E4M3FN number: bias 7, no infinities, NaN
// is 0x7f (Micikevicius et al. 2022, arXiv:2209.05433).
func float8e4m3(b byte) float32 {
	sign := uint32(b&0x80) << 24
	if b&0x7f == 0x7f {
		return math.Float32frombits(sign | 0x7fc00000)
	}
	const rebias = 0x1p120 // 2^(127-7)
	u := math.Float32bits(math.Float32frombits(uint32(b&0x7f)<<20) * rebias)
	return math.Float32frombits(sign | u)
}

package quantize

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Float16 returns the values of x [n, dim] in row-major order as the bits of
// IEEE 754 binary16 numbers, rounded to nearest with ties to even. Values
// beyond 65504 become infinities; components of unit vectors never do.
func Float16(x mat.Matrix) ([]uint16, error) {
	rows, err := finite(x)
	if err != nil {
		return nil, err
	}
	out := make([]uint16, 0, rows.Len*rows.Dim)
	for i := range rows.Len {
		for _, v := range rows.Row(i) {
			out = append(out, half(v))
		}
	}
	return out, nil
}

// half rounds f to binary16.
func half(f float32) uint16 {
	bits := math.Float32bits(f)
	sign := uint16(bits >> 16 & 0x8000)
	exponent := int(bits>>23&0xff) - 127 + 15
	fraction := bits & 0x7fffff
	switch {
	case exponent >= 31:
		return sign | 0x7c00
	case exponent <= -11: // less than half of the smallest subnormal
		return sign
	case exponent <= 0: // subnormal: the leading bit becomes part of the fraction
		fraction |= 0x800000
		shift := uint(14 - exponent)
		return sign + uint16(nearest(fraction, shift))
	}
	// A carry out of the fraction correctly increments the exponent.
	return sign + uint16(nearest(uint32(exponent)<<23|fraction, 13))
}

// nearest returns v / 2^shift rounded to nearest, with ties to even.
func nearest(v uint32, shift uint) uint32 {
	q, rest, tie := v>>shift, v&(1<<shift-1), uint32(1)<<(shift-1)
	if rest > tie || rest == tie && q&1 == 1 {
		q++
	}
	return q
}

// Package int8dot multiplies rows of bytes by a query, exactly, and computes
// how far the bytes are from the vectors they stand for. The inequality
//
//	|q·x - q'·x'| <= |q-q'| |x| + |q'| |x-x'|
//
// then bounds a product by that of the bytes.
package int8dot

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

const (
	// Step is the number of bytes that a step of the products processes.
	Step = 32
	// MaxDim is the number of features up to which sums of products do not
	// overflow.
	MaxDim = 1 << 16
)

// Stride returns the number of bytes in a row of d features.
func Stride(d int) int { return (d + Step - 1) / Step * Step }

// even, added to a float64 below 1<<51 and subtracted again, rounds it to the
// nearest integer, to the even one of two.
const even = 3 << 51

// Quantize writes x, finite, as multiples of scale, -127 to 127, to dst, and
// returns the distance between them and x.
func Quantize(dst []int8, x []float32) (scale, away float32) {
	top := uint32(0) // bits of the largest magnitude, which order as magnitudes do
	for _, v := range x {
		top = max(top, math.Float32bits(v)&^(1<<31))
	}
	scale = math.Float32frombits(top) / 127
	if scale == 0 || 1/scale > math.MaxFloat32 { // too small to be quantized
		clear(dst)
		return 0, float32(math.Sqrt(kernel.Dot64(x, x)) * (1 + 1e-6))
	}
	inverse, step, sum := 1/float64(scale), float64(scale), 0.0
	dst, rest := dst[:len(x)], dst[len(x):]
	for j, v := range x {
		c := float64(float64(v)*inverse) + even - even // at most 127, rounding of scale included; not fused
		dst[j] = int8(int32(c))
		e := float64(v) - c*step
		sum += e * e
	}
	clear(rest)
	return scale, float32(math.Sqrt(sum) * (1 + 1e-6))
}

// Codes are the bytes of a query.
type Codes struct {
	bytes []int8  // [stride] -127 to 127
	wide  []int16 // [stride] the same, for processors that multiply these
}

// Query returns x [d] as the codes that Dots multiplies rows by, the value of
// one step of them, and the distance between them and x.
func Query(x []float32) (q Codes, scale, away float32) {
	bytes := make([]int8, Stride(len(x)))
	scale, away = Quantize(bytes, x)
	return newCodes(bytes), scale, away
}

func newCodes(bytes []int8) Codes {
	wide := make([]int16, len(bytes))
	for j, v := range bytes {
		wide[j] = int16(v)
	}
	return Codes{bytes, wide}
}

// dotsGeneric writes the product of each row [n, stride] with q to dst [n].
func dotsGeneric(dst []int32, rows []int8, q Codes) {
	for i := range dst {
		row, sum := rows[i*len(q.wide):][:len(q.wide)], int32(0)
		for j, v := range row {
			sum += int32(v) * int32(q.wide[j])
		}
		dst[i] = sum
	}
}

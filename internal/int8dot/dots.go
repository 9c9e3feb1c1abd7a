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

// Quantize writes x as multiples of scale, -127 to 127, to dst, and returns the
// distance between them and x.
func Quantize(dst []int8, x []float32) (scale, away float32) {
	peak := float32(0)
	for _, v := range x {
		peak = max(peak, v, -v)
	}
	scale = peak / 127
	if scale == 0 || 1/scale > math.MaxFloat32 { // too small to be quantized
		clear(dst)
		return 0, float32(math.Sqrt(kernel.Dot64(x, x)) * (1 + 1e-6))
	}
	inverse, sum := 1/float64(scale), 0.0
	for j, v := range x {
		c := math.RoundToEven(float64(v) * inverse)
		dst[j] = int8(max(-127, min(127, c)))
		e := float64(v) - float64(dst[j])*float64(scale)
		sum += e * e
	}
	clear(dst[len(x):])
	return scale, float32(math.Sqrt(sum) * (1 + 1e-6))
}

// Query returns x as bytes, each in 16 bits, for use with Dots.
func Query(x []float32) (q []int16, scale, away float32) {
	bytes := make([]int8, Stride(len(x)))
	scale, away = Quantize(bytes, x)
	q = make([]int16, len(bytes))
	for j, v := range bytes {
		q[j] = int16(v)
	}
	return q, scale, away
}

// dotsGeneric writes the product of each row [n, len(q)] with q to dst [n].
func dotsGeneric(dst []int32, rows []int8, q []int16) {
	for i := range dst {
		row, sum := rows[i*len(q):][:len(q)], int32(0)
		for j, v := range row {
			sum += int32(v) * int32(q[j])
		}
		dst[i] = sum
	}
}

package dense

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Magnitudes of a row's largest value outside of which NarrowRow scales it. They
// are so far within float32's range that products of two rows are in it as well.
const (
	least = 0x1p-50
	most  = 0x1p50
)

// LeastNormal is the least magnitude that float32 has all of its digits for.
const LeastNormal = 0x1p-126

// Single returns v as a float32, rounded to nearest, but never to 0 if v is not 0,
// so that its sign is kept.
func Single(v float64) float32 {
	f := float32(v)
	if f == 0 && v != 0 {
		return float32(math.Copysign(math.SmallestNonzeroFloat32, v))
	}
	return f
}

// NarrowRow writes row i of x [n, d] to dst [d] as float32 numbers, times a power
// of two that keeps them in range if the row is very long or very short: it has
// the same direction and signs. NaN and infinities stay what they are.
func NarrowRow(dst []float32, x mat.Matrix, i int) {
	largest := 0.0
	for j := range dst {
		largest = max(largest, math.Abs(x.At(i, j)))
	}
	exp := 0
	if largest != 0 && (largest < least || largest > most) && largest-largest == 0 {
		_, exp = math.Frexp(largest)
	}
	for j := range dst {
		dst[j] = Single(math.Ldexp(x.At(i, j), -exp))
	}
}

// NarrowScaled is Narrow, with each row as NarrowRow has it: for what depends on
// the directions of rows, not on their lengths.
func NarrowScaled(x mat.Matrix) Rows[float32] {
	n, d := x.Dims()
	out := New[float32](n, d)
	for i := range n {
		NarrowRow(out.Row(i), x, i)
	}
	return out
}

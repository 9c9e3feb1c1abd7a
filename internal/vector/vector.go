// Package vector computes with vectors of float32 numbers in float64.
package vector

import (
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/fault"
)

// Unit sets dst [d] to v [d] scaled to length 1; a zero vector stays zero. dst
// and v may be the same slice. The error is a fault.ErrNotFinite.
func Unit(dst, v []float32) error {
	if len(v) != len(dst) {
		return fmt.Errorf("cohort: the model gave a vector of %d numbers, want %d", len(v), len(dst))
	}
	n := Norm(v)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return fmt.Errorf("cohort: vector: %w", fault.ErrNotFinite)
	}
	if n == 0 {
		clear(dst)
		return nil
	}
	for i, x := range v {
		dst[i] = float32(float64(x) / n)
	}
	return nil
}

// Norm returns the Euclidean length of v.
func Norm(v []float32) float64 {
	var s float64
	for _, x := range v {
		s += float64(x) * float64(x)
	}
	return math.Sqrt(s)
}

// Distance returns the Euclidean distance of a [d] and b [d].
func Distance(a, b []float32) float64 {
	var s float64
	for i, x := range a {
		d := float64(x) - float64(b[i])
		s += d * d
	}
	return math.Sqrt(s)
}

// Cosine returns the cosine of the angle between a [d] and b [d], 0 if either
// is zero.
func Cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		y := float64(b[i])
		ab += float64(x) * y
		aa += float64(x) * float64(x)
		bb += y * y
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

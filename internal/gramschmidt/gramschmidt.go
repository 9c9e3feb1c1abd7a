// Package gramschmidt makes vectors orthonormal.
package gramschmidt

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Orthonormalize removes the components along the rows of basis [l, d], which are
// orthonormal, from row [d] and scales it to length 1. It does so twice, which is
// enough (Giraud & Langou 2002), and reports whether anything but rounding errors
// remained.
func Orthonormalize(row []float64, basis dense.Rows[float64]) bool {
	for range 2 {
		before := math.Sqrt(kernel.DotF64(row, row))
		for i := range basis.Len {
			b := basis.Row(i)
			kernel.AxpyF64(-kernel.DotF64(row, b), b, row)
		}
		after := math.Sqrt(kernel.DotF64(row, row))
		if after <= 1e-12*before || after == 0 {
			return false
		}
		for j := range row {
			row[j] /= after
		}
	}
	return true
}

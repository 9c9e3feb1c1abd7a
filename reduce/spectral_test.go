package reduce

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestOrthogonalize takes vectors of which much, little and next to nothing is
// new.
func TestOrthogonalize(t *testing.T) {
	const k, n = 12, 1100
	r := rand.New(rand.NewPCG(6, 6))
	basis := dense.New[float64](k, n)
	for i := range basis.Data {
		basis.Data[i] = r.NormFloat64()
	}
	orthonormal(basis)
	for _, part := range []float64{1, 0.3, 1e-4, 1e-9} {
		x := make([]float64, n)
		for i := range x {
			x[i] = part * r.NormFloat64() / math.Sqrt(n)
		}
		for i := range k {
			kernel.AxpyF64(r.NormFloat64(), basis.Row(i), x)
		}
		if err := orthogonalize(t.Context(), x, basis, 2); err != nil {
			t.Fatal(err)
		}
		length := math.Sqrt(kernel.DotF64(x, x))
		if math.Abs(length-part) > 0.1*part {
			t.Errorf("of a part of %v, %v is left", part, length)
		}
		for i := range k {
			if c := kernel.DotF64(x, basis.Row(i)) / length; math.Abs(c) > 1e-14 {
				t.Errorf("a part of %v keeps %.2g of row %d", part, c, i)
			}
		}
	}
}

package gramschmidt

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Rows become orthonormal even where they are nearly the same; those that depend on
// the rows before are told.
func TestOrthonormalize(t *testing.T) {
	t.Parallel()
	const l, d = 6, 20
	r := rand.New(rand.NewPCG(1, 2))
	m := dense.New[float64](l, d)
	for i := range m.Data {
		m.Data[i] = 1 + 1e-7*r.NormFloat64()
	}
	for i := range l {
		if !Orthonormalize(m.Row(i), m.Slice(0, i)) {
			t.Fatalf("row %d depends on the others", i)
		}
	}
	for i := range l {
		for j := range l {
			want := 0.0
			if i == j {
				want = 1
			}
			if v := kernel.DotF64(m.Row(i), m.Row(j)); !(math.Abs(v-want) < 1e-14) {
				t.Errorf("rows %d and %d: product %g", i, j, v)
			}
		}
	}
	sum := make([]float64, d)
	for i := range l {
		kernel.AxpyF64(float64(i+1), m.Row(i), sum)
	}
	if Orthonormalize(sum, m) {
		t.Error("a sum of the rows is said to be independent")
	}
	if Orthonormalize(make([]float64, d), m.Slice(0, 0)) {
		t.Error("zeros are said to have a direction")
	}
}

package dense

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestNarrowScaled: rows of any length keep their directions and signs, and those
// of usual lengths all of their values.
func TestNarrowScaled(t *testing.T) {
	t.Parallel()
	tiny, inf := float32(math.SmallestNonzeroFloat32), float32(math.Inf(1))
	for _, c := range []struct {
		row  []float64
		want []float32
	}{
		{[]float64{0, 0}, []float32{0, 0}},
		{[]float64{3, -0.1}, []float32{3, -0.1}},
		{[]float64{0x1p50, 1}, []float32{0x1p50, 1}},
		{[]float64{0x3p-60, -0x1p-60}, []float32{0.75, -0.25}},
		{[]float64{0x3p-1074, -0x1p-1074}, []float32{0.75, -0.25}},
		{[]float64{0x1p1023, -0x1p1022}, []float32{0.5, -0.25}},
		{[]float64{1, -1e-300}, []float32{1, -tiny}},
		{[]float64{1e300, 1}, []float32{float32(math.Ldexp(1e300, -997)), tiny}},
		{[]float64{math.Inf(1), 1e-300}, []float32{inf, tiny}},
	} {
		got := NarrowScaled(mat.NewDense(1, 2, c.row))
		if !slices.Equal(got.Row(0), c.want) {
			t.Errorf("%g: %g, want %g", c.row, got.Row(0), c.want)
		}
	}
	if got := NarrowScaled(mat.NewDense(1, 2, []float64{math.NaN(), 1e-300})).Row(0); got[0] == got[0] || got[1] != tiny {
		t.Errorf("NaN: %g", got)
	}
}

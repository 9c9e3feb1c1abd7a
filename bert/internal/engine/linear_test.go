package engine

import (
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/bert/internal/activation"
)

// A layer's activations against the functions in float64: kernels and those
// without one.
func TestLinearActivations(t *testing.T) {
	t.Parallel()
	for _, name := range activation.Names() {
		f, _ := activation.ByName(name)
		// One input and one output: the layer is its activation.
		l := NewLinear(LinearWeights{Weight: []float32{1}, Bias: []float32{0}, Out: 1, In: 1}, name)
		worst := 0.0
		for i := -200; i <= 200; i++ {
			x := float64(i) / 16
			got := []float32{0}
			l.Apply(new(Scratch), got, 1, []float32{float32(x)}, 1, 1)
			worst = max(worst, math.Abs(float64(got[0])-f.Value(x))/max(1, math.Abs(f.Value(x))))
		}
		if worst > 1e-6 {
			t.Errorf("%s: relative error %g", name, worst)
		}
	}
}

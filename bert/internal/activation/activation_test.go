package activation

import (
	"math"
	"testing"
)

// Every derivative against a central difference.
func TestDerivatives(t *testing.T) {
	for _, name := range Names() {
		f, ok := ByName(name)
		if !ok {
			t.Fatalf("no function %s", name)
		}
		for i := -200; i <= 200; i++ {
			x := float64(i) / 16
			if i == 0 || name == "relu6" && i == 96 {
				continue // kinks
			}
			const h = 1e-5
			if d := (f.Value(x+h) - f.Value(x-h)) / (2 * h); math.Abs(d-f.Derivative(x)) > 1e-6 {
				t.Errorf("%s'(%g) is %g, by differences %g", name, x, f.Derivative(x), d)
			}
		}
	}
	if _, ok := ByName("gelu_new2"); ok {
		t.Error("an unknown name has a function")
	}
}

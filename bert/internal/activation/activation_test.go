package activation

import (
	"math"
	"slices"
	"testing"
)

// kinks are where functions have no derivative.
var kinks = map[string][]float64{
	"relu": {0}, "relu6": {0, 6}, "relu2": {0}, "leaky_relu": {0}, "elu": {0}, "selu": {0}, "gelu_10": {10},
	"softsign": {0}, "hardtanh": {-1, 1}, "hardsigmoid": {-3, 3}, "hardswish": {-3, 3},
}

// Every derivative against a central difference.
func TestDerivatives(t *testing.T) {
	for _, name := range Names() {
		f, ok := ByName(name)
		if !ok {
			t.Fatalf("no function %s", name)
		}
		for i := -200; i <= 200; i++ {
			x := float64(i) / 16
			if slices.Contains(kinks[name], x) {
				continue
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

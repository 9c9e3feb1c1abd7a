package activation

import (
	"math"
	"slices"
	"testing"
)

// kinks are where functions have no derivative.
var kinks = map[string][]float64{
	"relu": {0}, "relu6": {0, 6}, "relu2": {0}, "leaky_relu": {0}, "elu": {0}, "selu": {0}, "gelu_10": {10},
	"softsign": {0}, "hardtanh": {-1, 1}, "hardsigmoid": {-3, 3}, "hardswish": {-3, 3}, "softshrink": {-0.5, 0.5}, "hardshrink": {-0.5, 0.5},
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

// values are those of the functions' definitions at points, computed in Python.
var (
	points = []float64{-3, -1.25, -0.5, 0.75, 2, 11}
	values = map[string][]float64{
		"elu":         {-0.950212931632, -0.71349520314, -0.393469340287, 0.75, 2.0, 11.0},
		"gelu":        {-0.00404969409489, -0.132062217084, -0.154268769363, 0.580029485717, 1.9544997361, 11.0},
		"gelu_10":     {-0.00404969409489, -0.132062217084, -0.154268769363, 0.580029485717, 1.9544997361, 10.0},
		"gelu_new":    {-0.00363739208177, -0.13228579703, -0.154285990175, 0.579960555166, 1.95459769409, 11.0},
		"hardshrink":  {-3.0, -1.25, 0.0, 0.75, 2.0, 11.0},
		"softshrink":  {-2.5, -0.75, 0.0, 0.25, 1.5, 10.5},
		"hardsigmoid": {0.0, 0.291666666667, 0.416666666667, 0.625, 0.833333333333, 1.0},
		"hardswish":   {0.0, -0.364583333333, -0.208333333333, 0.46875, 1.66666666667, 11.0},
		"hardtanh":    {-1.0, -1.0, -0.5, 0.75, 1.0, 1.0},
		"laplace":     {0.0, 1.99185112848e-12, 9.38338116768e-06, 0.560426886531, 0.999997710245, 1.0},
		"leaky_relu":  {-0.03, -0.0125, -0.005, 0.75, 2.0, 11.0},
		"linear":      {-3.0, -1.25, -0.5, 0.75, 2.0, 11.0},
		"log_sigmoid": {-3.04858735157, -1.50192908135, -0.97407698418, -0.386871006115, -0.126928011043, -1.67015613183e-05},
		"mish":        {-0.145647461276, -0.308413961142, -0.220743774652, 0.610018335218, 1.94395895953, 10.9999999939},
		"quick_gelu":  {-0.0180713097078, -0.133065698557, -0.149611563394, 0.586390057535, 1.93565862314, 10.9999999186},
		"relu":        {0.0, 0.0, 0.0, 0.75, 2.0, 11.0},
		"relu2":       {0.0, 0.0, 0.0, 0.5625, 4.0, 121.0},
		"relu6":       {0.0, 0.0, 0.0, 0.75, 2.0, 6.0},
		"selu":        {-1.67056872877, -1.25439544634, -0.691758187803, 0.788025740517, 2.10140197471, 11.5577108609},
		"sigmoid":     {0.0474258731776, 0.222700138825, 0.377540668798, 0.679178699175, 0.880797077978, 0.999983298578},
		"silu":        {-0.142277619533, -0.278375173532, -0.188770334399, 0.509384024382, 1.76159415596, 10.9998162844},
		"softplus":    {0.0485873515737, 0.251929081345, 0.47407698418, 1.13687100611, 2.12692801104, 11.0000167016},
		"softsign":    {-0.75, -0.555555555556, -0.333333333333, 0.428571428571, 0.666666666667, 0.916666666667},
		"tanh":        {-0.995054753687, -0.848283639958, -0.46211715726, 0.635148952387, 0.964027580076, 0.999999999442},
		"tanhshrink":  {-2.00494524631, -0.401716360042, -0.03788284274, 0.114851047613, 1.03597241992, 10.0000000006},
	}
	// otherNames are further names of transformers for the same functions.
	otherNames = map[string]string{"gelu_accurate": "gelu_new", "gelu_fast": "gelu_new", "gelu_python": "gelu", "gelu_python_tanh": "gelu_new", "gelu_pytorch_tanh": "gelu_new", "swish": "silu"}
)

func TestValues(t *testing.T) {
	for _, name := range Names() {
		want, ok := values[name]
		if !ok {
			want, ok = values[otherNames[name]]
		}
		if !ok {
			t.Errorf("no values of %s", name)
			continue
		}
		f, _ := ByName(name)
		for i, x := range points {
			if got := f.Value(x); math.Abs(got-want[i]) > 1e-10*max(1, math.Abs(want[i])) {
				t.Errorf("%s(%g) is %g, want %g", name, x, got, want[i])
			}
		}
	}
	for name := range values {
		if _, ok := ByName(name); !ok {
			t.Errorf("no function %s", name)
		}
	}
}

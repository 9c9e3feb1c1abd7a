// Package activation has the element-wise functions that model configurations
// name, and their derivatives.
package activation

import (
	"maps"
	"math"
	"slices"
)

// Function is an element-wise function and its derivative, in float64. The
// inference pass uses vectorised kernels for the same functions where there are
// any.
type Function struct {
	Value      func(x float64) float64
	Derivative func(x float64) float64
}

// functions are the names that config.json's hidden_act may have.
var functions = map[string]Function{
	"gelu":              {gelu, geluGrad}, // exact, with erf: Hendrycks and Gimpel, arXiv:1606.08415
	"gelu_python":       {gelu, geluGrad},
	"gelu_new":          {geluTanh, geluTanhGrad}, // the same paper's tanh approximation
	"gelu_pytorch_tanh": {geluTanh, geluTanhGrad},
	"gelu_fast":         {geluTanh, geluTanhGrad}, // the same formula, factored otherwise
	"gelu_accurate":     {geluTanh, geluTanhGrad},
	"quick_gelu":        {quickGELU, quickGELUGrad},
	"relu":              {relu, reluGrad},
	"relu6":             {relu6, relu6Grad},
	"silu":              {silu, siluGrad},
	"swish":             {silu, siluGrad},
	"mish":              {mish, mishGrad},
	"tanh":              {math.Tanh, func(x float64) float64 { t := math.Tanh(x); return 1 - t*t }},
	"sigmoid":           {Sigmoid, func(x float64) float64 { s := Sigmoid(x); return s * (1 - s) }},
	"linear":            {func(x float64) float64 { return x }, func(float64) float64 { return 1 }},
}

// ByName returns the function of that name in config.json's hidden_act.
func ByName(name string) (f Function, ok bool) {
	f, ok = functions[name]
	return f, ok
}

// Names returns the names that ByName knows, in order.
func Names() []string { return slices.Sorted(maps.Keys(functions)) }

// gelu is x·Φ(x), Φ the normal distribution function. Erfc keeps the small
// values of the left tail, where 1+erf would cancel.
func gelu(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }

func geluGrad(x float64) float64 {
	density := math.Exp(-0.5*x*x) / math.Sqrt(2*math.Pi)
	return 0.5*math.Erfc(-x/math.Sqrt2) + x*density
}

const (
	geluTanhScale = 0.7978845608028654 // sqrt(2/π)
	geluTanhCubic = 0.044715
)

func geluTanh(x float64) float64 {
	return 0.5 * x * (1 + math.Tanh(geluTanhScale*(x+geluTanhCubic*x*x*x)))
}

func geluTanhGrad(x float64) float64 {
	t := math.Tanh(geluTanhScale * (x + geluTanhCubic*x*x*x))
	return 0.5*(1+t) + 0.5*x*(1-t*t)*geluTanhScale*(1+3*geluTanhCubic*x*x)
}

// Sigmoid is the logistic function.
func Sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func silu(x float64) float64 { return x * Sigmoid(x) }

func siluGrad(x float64) float64 {
	s := Sigmoid(x)
	return s + x*s*(1-s)
}

func quickGELU(x float64) float64 { return x * Sigmoid(1.702*x) }

func quickGELUGrad(x float64) float64 {
	s := Sigmoid(1.702 * x)
	return s + 1.702*x*s*(1-s)
}

func relu(x float64) float64 { return max(x, 0) }

func reluGrad(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

func relu6(x float64) float64 { return min(max(x, 0), 6) }

func relu6Grad(x float64) float64 {
	if x > 0 && x < 6 {
		return 1
	}
	return 0
}

// softplus is log(1+exp(x)), without overflow.
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

func mish(x float64) float64 { return x * math.Tanh(softplus(x)) }

func mishGrad(x float64) float64 {
	t := math.Tanh(softplus(x))
	return t + x*(1-t*t)*Sigmoid(x)
}

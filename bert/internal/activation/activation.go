// Package activation has the element-wise functions named in model
// configurations, and their derivatives.
package activation

import (
	"maps"
	"math"
	"slices"
)

// Function is an element-wise function and its derivative, in float64. The
// inference pass uses vectorised kernels for the same functions where they
// exist.
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
	"gelu_10":           {gelu10, gelu10Grad},
	"gelu_python_tanh":  {geluTanh, geluTanhGrad},
	"relu2":             {func(x float64) float64 { return relu(x) * relu(x) }, func(x float64) float64 { return 2 * relu(x) }},
	"leaky_relu":        {leakyReLU, leakyReLUGrad},
	"elu":               {elu, eluGrad},
	"selu":              {selu, seluGrad},
	"softplus":          {softplus, Sigmoid},
	"log_sigmoid":       {func(x float64) float64 { return -softplus(-x) }, func(x float64) float64 { return Sigmoid(-x) }},
	"softsign":          {func(x float64) float64 { return x / (1 + math.Abs(x)) }, func(x float64) float64 { return 1 / ((1 + math.Abs(x)) * (1 + math.Abs(x))) }},
	"hardtanh":          {func(x float64) float64 { return min(max(x, -1), 1) }, func(x float64) float64 { return inside(x, 1) }},
	"hardsigmoid":       {hardSigmoid, func(x float64) float64 { return inside(x, 3) / 6 }},
	"hardswish":         {func(x float64) float64 { return x * hardSigmoid(x) }, func(x float64) float64 { return hardSigmoid(x) + x*inside(x, 3)/6 }},
	"tanhshrink":        {func(x float64) float64 { return x - math.Tanh(x) }, func(x float64) float64 { t := math.Tanh(x); return t * t }},
	"softshrink":        {func(x float64) float64 { return x - min(max(x, -shrink), shrink) }, func(x float64) float64 { return 1 - inside(x, shrink) }},
	"hardshrink":        {hardShrink, func(x float64) float64 { return 1 - inside(x, shrink) }},
	"laplace":           {laplace, laplaceGrad},
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

// gelu10 is GELU clipped at ±10, as in models trained for int8.
func gelu10(x float64) float64 { return min(max(gelu(x), -10), 10) }

func gelu10Grad(x float64) float64 {
	if gelu(x) > 10 {
		return 0
	}
	return geluGrad(x)
}

const leak = 0.01 // PyTorch's default negative_slope

func leakyReLU(x float64) float64 { return max(x, 0) + leak*min(x, 0) }

func leakyReLUGrad(x float64) float64 {
	if x > 0 {
		return 1
	}
	return leak
}

func elu(x float64) float64 { return max(x, 0) + math.Expm1(min(x, 0)) }

func eluGrad(x float64) float64 { return math.Exp(min(x, 0)) }

// SELU: Klambauer et al. 2017, arXiv:1706.02515.
const (
	seluAlpha = 1.6732632423543772848170429916717
	seluScale = 1.0507009873554804934193349852946
)

func selu(x float64) float64 { return seluScale * (max(x, 0) + seluAlpha*math.Expm1(min(x, 0))) }

func seluGrad(x float64) float64 {
	if x > 0 {
		return seluScale
	}
	return seluScale * seluAlpha * math.Exp(x)
}

func hardSigmoid(x float64) float64 { return min(max(x+3, 0), 6) / 6 }

// hardShrink is 0 from -shrink to shrink, and x elsewhere.
func hardShrink(x float64) float64 {
	if math.Abs(x) <= shrink {
		return 0
	}
	return x
}

const shrink = 0.5 // PyTorch's default lambd

// inside is 1 between -limit and limit, 0 elsewhere.
func inside(x, limit float64) float64 {
	if math.Abs(x) < limit {
		return 1
	}
	return 0
}

// laplace is the distribution function of a normal distribution that stands for
// the squared ReLU in MEGA (Ma et al. 2022, arXiv:2209.10655).
func laplace(x float64) float64 {
	return 0.5 * math.Erfc(-(x-laplaceMean)/(laplaceDeviation*math.Sqrt2))
}

const (
	laplaceMean      = 0.707107
	laplaceDeviation = 0.282095
)

func laplaceGrad(x float64) float64 {
	z := (x - laplaceMean) / laplaceDeviation
	return math.Exp(-0.5*z*z) / (laplaceDeviation * math.Sqrt(2*math.Pi))
}

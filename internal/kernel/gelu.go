package kernel

import "math"

// activateGeneric applies act to x in place, element by element in float64
// rounded once. The vector kernels are tested against it.
func activateGeneric(act Activation, x []float32) {
	switch act {
	case None:
	case GELU, GELUCoarse:
		for i, v := range x {
			x[i] = gelu(v)
		}
	case GELUTanh:
		for i, v := range x {
			x[i] = geluTanh(v)
		}
	case ReLU:
		for i, v := range x {
			if v < 0 { // keeps NaN
				x[i] = 0
			}
		}
	case SiLU:
		for i, v := range x {
			x[i] = float32(float64(v) / (1 + math.Exp(-float64(v))))
		}
	case Tanh:
		for i, v := range x {
			x[i] = float32(math.Tanh(float64(v)))
		}
	}
}

// gelu returns x·Φ(x) = x/2·erfc(-x/√2); erfc keeps the digits that 1+erf
// would cancel for negative x.
func gelu(x float32) float32 {
	return float32(0.5 * float64(x) * math.Erfc(-float64(x)*(math.Sqrt2/2)))
}

// geluTanh returns x/2·(1+tanh(√(2/π)(x+0.044715x³))), written as
// x/(1+exp(-2t)) for the same reason.
func geluTanh(x float32) float32 {
	v := float64(x)
	t := math.Sqrt(2/math.Pi) * (v + 0.044715*v*v*v)
	return float32(v / (1 + math.Exp(-2*t)))
}

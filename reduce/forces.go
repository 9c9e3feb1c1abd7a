package reduce

import "math"

// forces are the factors of the gradients as functions of the squared distance,
// for the similarity curve 1/(1+a d^2b).
type forces struct {
	pull *force // between two neighbours
	push *force // between two other points
}

func newForces(a, b float64) forces {
	return forces{
		pull: newForce(func(d2 float64) float64 {
			p := math.Pow(d2, b)
			return -2 * a * b * p / d2 / (1 + a*p)
		}),
		push: newForce(func(d2 float64) float64 {
			return 2 * b / ((0.001 + d2) * (1 + a*math.Pow(d2, b)))
		}),
	}
}

// A force is tabulated between squared distances 2^forceMin and 2^forceMax, at
// 1<<forceBits equal steps per power of two, because computing a power takes
// longer than the rest of a move. Linear interpolation is within a relative
// error of 1.5e-3 of the curve. Outside the table the force is computed.
const (
	forceBits = 5
	forceMin  = -30
	forceMax  = 20
)

type force struct {
	exact func(d2 float64) float64
	table [(forceMax-forceMin)<<forceBits + 1]float64
}

func newForce(exact func(d2 float64) float64) *force {
	f := &force{exact: exact}
	for i := range f.table {
		step := float64(i&(1<<forceBits-1)) / (1 << forceBits)
		f.table[i] = exact(math.Ldexp(1+step, forceMin+i>>forceBits))
	}
	return f
}

// at returns the factor at squared distance d2, and 0 for d2 = 0.
func (f *force) at(d2 float64) float64 {
	// The bits of a float64, from the top, are its exponent and then the steps.
	const fraction = 52 - forceBits
	bits := math.Float64bits(d2)
	i := int(bits>>fraction) - (1023+forceMin)<<forceBits
	if uint(i) >= uint(len(f.table)-1) {
		if d2 <= 0 {
			return 0
		}
		return f.exact(d2)
	}
	part := float64(bits&(1<<fraction-1)) * (1.0 / (1 << fraction))
	lo := f.table[i]
	return lo + part*(f.table[i+1]-lo)
}

package reduce

import "math"

// forces are the gradients' factors as functions of the squared distance, for
// the similarity curve 1/(1+a d^2b).
type forces struct {
	pull *force // between two neighbours
	push *force // between two others
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
// 1<<forceBits equal steps from one power of two to the next: a power costs
// more than all the rest of a move. Straight lines between the entries are
// within 1.5e-3 of the curve, relative; beside the table it is computed.
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

// at returns the factor at squared distance d2, 0 at none.
func (f *force) at(d2 float64) float64 {
	// The bits of a float64 in order are its exponent and then its steps.
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

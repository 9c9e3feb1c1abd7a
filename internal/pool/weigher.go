package pool

import (
	"math"
	"time"
)

// Weigher determines a text's weight relative to its user's latest text.
type Weigher struct {
	// HalfLife is the age at which a text counts half; 0: age has no effect.
	HalfLife time.Duration
}

// decay returns 2^-(age/halfLife), the factor for a weight of this age.
func (w Weigher) decay(age time.Duration) float64 {
	return math.Exp2(-float64(age) / float64(w.HalfLife))
}

// Weight returns the weight of a text with weight own and time t for a user
// whose latest text was written at latest.
func (w Weigher) Weight(own float64, t, latest time.Time) float64 {
	if w.HalfLife == 0 || t.IsZero() || latest.IsZero() || !t.Before(latest) {
		return own
	}
	return own * w.decay(latest.Sub(t))
}

// Sum is the running weighted sum of one user's vectors.
type Sum struct {
	Length float64   // of the sum, set after the first reading
	Latest time.Time // of the texts; the zero time without Weigher.HalfLife
	Texts  int

	// The sum [dim], relative to Latest: one is the only vector, with weight 1, and
	// wide the sum of several, which must have more digits than they, so that its
	// rounded value does not depend on the order in which they are added. Last bits
	// are enough to move users and to choose another number of segments. Both are
	// nil after the first reading.
	one    []float32
	wide   []float64
	weight float64 // sum of weights, relative to Latest
	hash   uint64  // sum of the hashes of the texts
}

// Vector returns the sum [dim], nil if there is none.
func (s *Sum) Vector() []float32 {
	if s.wide == nil {
		return s.one
	}
	v := make([]float32, len(s.wide))
	_, exp := math.Frexp(s.weight)
	for i, x := range s.wide {
		// In units of 2^-44 of the weight: what is left of terms that cancel out is
		// noise.
		v[i] = float32(math.Ldexp(math.RoundToEven(math.Ldexp(x, 44-exp)), exp-44))
	}
	return v
}

// Add adds the vector v [dim] of a text. If the text is later than those
// before, their sum is scaled down, not v scaled up, so that nothing can
// overflow.
func (s *Sum) Add(w Weigher, v []float32, own float64, t time.Time) {
	f := 1.0 // by which the earlier texts have aged
	if w.HalfLife != 0 && t.After(s.Latest) {
		if !s.Latest.IsZero() {
			f = w.decay(t.Sub(s.Latest))
		}
		s.Latest = t
	}
	x := w.Weight(own, t, s.Latest)
	if s.Texts == 0 && x == 1 {
		s.one = append(s.one, v...)
	} else {
		s.widen(len(v))
		for i, y := range v {
			s.wide[i] = s.wide[i]*f + x*float64(y)
		}
	}
	s.weight = s.weight*f + x
	s.Texts++
}

// widen makes wide the sum, of dim numbers.
func (s *Sum) widen(dim int) {
	if s.wide != nil {
		return
	}
	s.wide = make([]float64, dim)
	for i, x := range s.one {
		s.wide[i] = float64(x)
	}
	s.one = nil
}

// Without sets dst [dim] to the direction of a user's vector v [dim], of length
// 1, less the vector text [dim] of one of their texts with this weight. It
// returns false if nothing is left.
func (s *Sum) Without(dst, v, text []float32, weight float64) bool {
	for j, x := range v {
		dst[j] = float32(s.Length*float64(x) - weight*float64(text[j]))
	}
	return Direction(dst, dst)
}

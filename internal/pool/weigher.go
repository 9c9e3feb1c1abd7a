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
	Vector []float32 // [dim], relative to Latest; nil after the first reading
	Length float64   // of Vector, set if that is nil
	Latest time.Time // of the texts; the zero time without Weigher.HalfLife
	Texts  int

	weight float64 // sum of weights, relative to Latest
	hash   uint64  // sum of the hashes of the texts
}

// Add adds the vector v [dim] of a text. If the text is later than those
// before, their sum is scaled down, not v scaled up, so that nothing can
// overflow.
func (s *Sum) Add(w Weigher, v []float32, own float64, t time.Time) {
	if w.HalfLife != 0 && t.After(s.Latest) {
		if !s.Latest.IsZero() {
			f := w.decay(t.Sub(s.Latest))
			for i := range s.Vector {
				s.Vector[i] = float32(float64(s.Vector[i]) * f)
			}
			s.weight *= f
		}
		s.Latest = t
	}
	x := w.Weight(own, t, s.Latest)
	for i, y := range v {
		s.Vector[i] += float32(x * float64(y))
	}
	s.weight += x
	s.Texts++
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

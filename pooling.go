package cohort

import (
	"fmt"
	"math"
	"time"
)

// Pooling is how a user's vector is made of his texts' vectors.
type Pooling uint8

const (
	// PoolMean is the weighted mean, scaled to length 1.
	PoolMean Pooling = iota
	// PoolRecency is the mean with a text's weight halved for every
	// Options.HalfLife that it is older than the user's latest text. Only how
	// the texts of one user compare matters, so nobody is penalised for
	// having written long ago. Texts without a time count as the latest.
	PoolRecency
	// PoolMixture clusters the texts rather than the users; a user belongs to
	// the segment that most of his texts, by weight, fall into, and
	// User.Mixture holds the shares. For users that speak of several things
	// the mean would lie between all of them.
	PoolMixture
)

var poolingNames = [...]string{PoolMean: "mean", PoolRecency: "recency", PoolMixture: "mixture"}

// String returns the name of the pooling, as in command lines.
func (p Pooling) String() string {
	if int(p) < len(poolingNames) {
		return poolingNames[p]
	}
	return fmt.Sprintf("Pooling(%d)", uint8(p))
}

// ParsePooling returns the pooling called name.
func ParsePooling(name string) (Pooling, error) {
	for i, n := range poolingNames {
		if n == name {
			return Pooling(i), nil
		}
	}
	return 0, fmt.Errorf("%w: unknown pooling %q, want one of %q", ErrOptions, name, poolingNames[:])
}

// DefaultHalfLife is Options.HalfLife where it is 0.
const DefaultHalfLife = 90 * 24 * time.Hour

// weigher gives a text's weight relative to the user's latest text.
type weigher struct {
	pooling  Pooling
	halfLife time.Duration
}

// decay returns 2^-(age/halfLife): what is left of a weight after age.
func (w weigher) decay(age time.Duration) float64 {
	return math.Exp2(-float64(age) / float64(w.halfLife))
}

// weight returns the weight of a text with its own weight own and time t for a
// user whose latest text was written at latest.
func (w weigher) weight(own float64, t, latest time.Time) float64 {
	if w.pooling != PoolRecency || t.IsZero() || latest.IsZero() || !t.Before(latest) {
		return own
	}
	return own * w.decay(latest.Sub(t))
}

// pool is the running weighted sum of one user's vectors.
type pool struct {
	sum    []float32 // [dim], relative to latest; nil after the first reading
	length float64   // of sum
	weight float64   // sum of weights, relative to latest
	latest time.Time
	texts  int
}

// add counts the vector v [dim] of a text in. When a later text comes, what
// was summed so far has aged: it is scaled down rather than v scaled up, so
// that nothing can overflow.
func (p *pool) add(w weigher, v []float32, own float64, t time.Time) {
	if w.pooling == PoolRecency && t.After(p.latest) {
		if !p.latest.IsZero() {
			f := w.decay(t.Sub(p.latest))
			for i := range p.sum {
				p.sum[i] = float32(float64(p.sum[i]) * f)
			}
			p.weight *= f
		}
		p.latest = t
	}
	x := w.weight(own, t, p.latest)
	for i, y := range v {
		p.sum[i] += float32(x * float64(y))
	}
	p.weight += x
	p.texts++
}

package cohort

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/internal/pool"
)

// Pooling is how a user's vector is made of their texts' vectors.
type Pooling uint8

const (
	// PoolMean is the weighted mean, scaled to length 1.
	PoolMean Pooling = iota
	// PoolRecency is the mean with a text's weight halved for every
	// Options.HalfLife that it is older than the user's latest text. Only how
	// the texts of one user compare matters, so nobody is penalised for
	// having written long ago. Texts without a time are refused.
	PoolRecency
	// PoolMixture clusters the texts rather than the users; a user belongs to
	// the segment that most of their texts, by weight, fall into, and
	// User.Mixture holds the shares. For users that speak of several things
	// the mean would lie between all of them.
	PoolMixture
)

// DefaultHalfLife is Options.HalfLife where it is 0.
const DefaultHalfLife = 90 * 24 * time.Hour

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
	if i := slices.Index(poolingNames[:], name); i >= 0 {
		return Pooling(i), nil
	}
	return 0, fmt.Errorf("%w: unknown pooling %q, want one of %q", ErrOptions, name, poolingNames[:])
}

// weigher is what weighs a user's texts.
func (p Pooling) weigher(halfLife time.Duration) pool.Weigher {
	if p != PoolRecency {
		return pool.Weigher{}
	}
	return pool.Weigher{HalfLife: halfLife}
}

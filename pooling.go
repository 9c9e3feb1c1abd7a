package cohort

import (
	"fmt"
	"slices"
	"time"

	"github.com/seed-56ee9438/cohort/internal/pool"
)

// Pooling is the way in which a user's vector is made from their texts'
// vectors.
type Pooling uint8

// The values of Pooling.
const (
	// PoolMean is the weighted mean, scaled to length 1.
	PoolMean Pooling = iota
	// PoolRecency is the mean with a text's weight halved for every
	// Options.HalfLife that it is older than the user's latest text. Only the
	// ages of one user's texts relative to each other matter: users who wrote
	// long ago are not penalised. Texts without a time are an error.
	PoolRecency
	// PoolMixture clusters the texts instead of the users. A user belongs to the
	// segment that most of their texts, by weight, fall into, and User.Mixture
	// holds the shares. It suits users who write about several subjects, whose
	// mean would lie between all of them.
	PoolMixture
)

// DefaultHalfLife is the default of Options.HalfLife.
const DefaultHalfLife = 90 * 24 * time.Hour

var poolingNames = [...]string{PoolMean: "mean", PoolRecency: "recency", PoolMixture: "mixture"}

// String returns the name of the pooling, as in command lines.
func (p Pooling) String() string {
	if int(p) < len(poolingNames) {
		return poolingNames[p]
	}
	return fmt.Sprintf("Pooling(%d)", uint8(p))
}

// ParsePooling returns the pooling called name: mean, recency or mixture. Any
// other name is an ErrOptions.
func ParsePooling(name string) (Pooling, error) {
	if i := slices.Index(poolingNames[:], name); i >= 0 {
		return Pooling(i), nil
	}
	return 0, fmt.Errorf("%w: unknown pooling %q, want one of %q", ErrOptions, name, poolingNames[:])
}

// weigher returns the Weigher for a user's texts.
func (p Pooling) weigher(halfLife time.Duration) pool.Weigher {
	if p != PoolRecency {
		return pool.Weigher{}
	}
	return pool.Weigher{HalfLife: halfLife}
}

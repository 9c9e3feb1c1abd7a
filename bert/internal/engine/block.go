package engine

import "math"

// Block describes a layer as data. The weights it is built from determine which
// norms it has, whether its feed-forward block is gated, and which parts have
// biases.
type Block struct {
	Heads         int // of queries
	KeyValueHeads int // divides Heads: the number of heads of keys and values, shared by the queries' heads
	HeadDim       int // features of a head
	Intermediate  int // features inside the feed-forward block

	Activation string  // a name in package activation
	Scale      float64 // multiplies the products of queries and keys; 0: 1/sqrt(HeadDim)

	// Window is the number of tokens on either side that a token attends to; 0:
	// all; Itself: none.
	Window int
	Causal bool // a token does not attend to later ones
	// Rotary rotates queries and keys by their positions; nil: no rotation.
	Rotary *Rotary
	// RotaryValues rotates values, too.
	RotaryValues bool
	// ValueNorm, if not 0, is what is added to the mean square of each head's
	// values before they are divided by its root.
	ValueNorm float64
	// Slopes, [heads], lower the scores in proportion to the distance (ALiBi:
	// Press et al. 2021, arXiv:2108.12409, in both directions); nil: they do not.
	Slopes []float64
	// Relative adds the relative bias by distance to the scores.
	Relative bool
	// Disentangled adds terms for contents and relative positions; nil: none.
	Disentangled *Disentangled
}

// Itself is a window of the token alone.
const Itself = -1

// queries returns the width of all query heads, keyValues that of keys.
func (b *Block) queries() int   { return b.Heads * b.HeadDim }
func (b *Block) keyValues() int { return b.KeyValueHeads * b.HeadDim }

// width returns the number of features of queries, keys and values together.
func (b *Block) width() int { return b.queries() + 2*b.keyValues() }

func (b *Block) scale() float64 {
	if b.Scale != 0 {
		return b.Scale
	}
	return 1 / math.Sqrt(float64(b.HeadDim))
}

// reach is the number of tokens on either side that a window has.
func (b *Block) reach() int { return max(b.Window, 0) }

// masks reports whether some tokens of a text of that length do not attend to
// others.
func (b *Block) masks(tokens int) bool {
	return b.Causal && tokens > 1 || b.Window != 0 && b.reach() < tokens-1
}

// distanceBias returns the term added to the score of a key that lies distance
// tokens after its query: 0, or masked if the query does not attend to it.
func (b *Block) distanceBias(distance int) float32 {
	if b.Causal && distance > 0 || b.Window != 0 && (distance > b.reach() || -distance > b.reach()) {
		return masked
	}
	return 0
}

// masked is added to the scores of keys that are not attended to: their weights
// are less than anything float32 adds to a sum.
const masked = -1e4

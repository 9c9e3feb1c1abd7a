package engine

import "math"

// Block describes a layer by data. The weights it is built from determine which
// norms it has, whether its feed-forward block is gated and what has biases.
type Block struct {
	Heads         int // of queries
	KeyValueHeads int // divides Heads: so many queries' heads share keys and values
	HeadDim       int // features of a head
	Intermediate  int // features inside the feed-forward block

	Activation string  // by its name in package activation
	Scale      float64 // multiplies the products of queries and keys; 0: 1/sqrt(HeadDim)

	// Window is how many tokens to either side a token sees; 0: all.
	Window int
	Causal bool // a token sees none after it
	// Rotary turns queries and keys by their positions; nil: not.
	Rotary *Rotary
	// Relative adds the relative bias by distance to the scores.
	Relative bool
	// Disentangled adds terms of contents and relative positions; nil: none.
	Disentangled *Disentangled
}

// queries returns the width of all heads of queries, keyValues that of keys.
func (b *Block) queries() int   { return b.Heads * b.HeadDim }
func (b *Block) keyValues() int { return b.KeyValueHeads * b.HeadDim }

// width returns the features of queries, keys and values together.
func (b *Block) width() int { return b.queries() + 2*b.keyValues() }

func (b *Block) scale() float64 {
	if b.Scale != 0 {
		return b.Scale
	}
	return 1 / math.Sqrt(float64(b.HeadDim))
}

// masks tells whether some tokens of a text of that length do not see others.
func (b *Block) masks(tokens int) bool {
	return b.Causal && tokens > 1 || b.Window > 0 && b.Window < tokens-1
}

// distanceBias returns what is added to the score of a key that lies distance
// tokens after its query: 0, or masked if the query does not see it.
func (b *Block) distanceBias(distance int) float32 {
	if b.Causal && distance > 0 || b.Window > 0 && (distance > b.Window || -distance > b.Window) {
		return masked
	}
	return 0
}

// masked is added to scores of keys that are not seen: their weights are less
// than anything float32 adds to a sum.
const masked = -1e4

package engine

import (
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// queryRows is the number of queries of a text that are processed together if
// not all keys are visible. Scores are computed for the keys that any of them
// attends to, so that the cost of layers with windows depends on the window and
// not on the text.
const queryRows = 48

// attendBlock computes the heads from (inclusive) to to (exclusive) of one text of
// a block: dst [tokens, queries] from qkv [tokens, width]. Tokens attend to the
// first keys of them.
func (e *Encoder) attendBlock(s *Scratch, l *blockLayer, dst, qkv kernel.Matrix, keys, from, to int) {
	b := l.block
	tokens, dim := qkv.Rows, b.HeadDim
	columns := func(m kernel.Matrix, at, heads int) kernel.Matrix { return m.Slice(0, tokens, at, at+heads*dim) }
	q, k, v := columns(qkv, 0, b.Heads), columns(qkv, b.queries(), b.KeyValueHeads), columns(qkv, b.queries()+b.keyValues(), b.KeyValueHeads)
	k, v = k.Slice(0, keys, 0, k.Cols), v.Slice(0, keys, 0, v.Cols)
	scale := float32(b.scale())
	byDistance := b.Relative || b.Slopes != nil || b.masks(tokens)
	if !byDistance && l.positions == nil && b.KeyValueHeads == b.Heads {
		kernel.Attention(dst.Slice(0, tokens, from*dim, to*dim), kernel.AttentionInput{
			Q: q.Slice(0, tokens, from*dim, to*dim), K: k.Slice(0, keys, from*dim, to*dim), V: v.Slice(0, keys, from*dim, to*dim),
			Heads: to - from, Scale: scale,
		}, &s.kernel)
		return
	}
	group := b.Heads / b.KeyValueHeads
	step := tokens
	if byDistance && l.positions == nil { // the terms for positions cover all keys
		step = queryRows
	}
	// attend computes one head for the queries from first on. If bias is not nil,
	// it is added to the scores.
	attend := func(h, first int, bias []float32) {
		last, at := min(first+step, tokens), h/group*dim
		lo, hi := b.seen(first, last, keys)
		in := kernel.AttentionInput{
			Q: q.Slice(first, last, h*dim, (h+1)*dim), K: k.Slice(lo, hi, at, at+dim), V: v.Slice(lo, hi, at, at+dim),
			Heads: 1, Scale: scale, Bias: bias,
		}
		if bias == nil && (byDistance || l.positions != nil) {
			in.Bias = e.scoreBias(s, l, h, in.Q, in.K, first, lo)
		}
		kernel.Attention(dst.Slice(first, last, h*dim, (h+1)*dim), in, &s.kernel)
	}
	if b.Window != 0 && !b.Relative && b.Slopes == nil && l.positions == nil {
		// All heads have the same window, whose keys and values are few enough to
		// stay in cache from one head to the next.
		for first := 0; first < tokens; first += step {
			last := min(first+step, tokens)
			lo, hi := b.seen(first, last, keys)
			bias := e.scoreBias(s, l, 0, q.Slice(first, last, 0, dim), k.Slice(lo, hi, 0, dim), first, lo)
			for h := from; h < to; h++ {
				attend(h, first, bias)
			}
		}
		return
	}
	for h := from; h < to; h++ {
		for first := 0; first < tokens; first += step {
			attend(h, first, nil)
		}
	}
}

// seen returns the keys, lo (inclusive) to hi (exclusive), that any of the
// queries first to last attends to.
func (b *Block) seen(first, last, keys int) (lo, hi int) {
	lo, hi = 0, keys
	if b.Window != 0 {
		lo, hi = max(0, first-b.reach()), min(keys, last+b.reach())
	}
	if b.Causal {
		hi = min(hi, last)
	}
	return min(lo, max(hi-1, 0)), hi // queries beyond the keys see one at least
}

// scoreBias returns the terms added to the scores [queries, keys] of a head,
// for queries q [queries, dim] starting at token first and keys k [keys, dim]
// starting at token lo.
func (e *Encoder) scoreBias(s *Scratch, l *blockLayer, head int, q, k kernel.Matrix, first, lo int) []float32 {
	b, queries, keys := l.block, q.Rows, k.Rows
	// Distances, key minus query, from the last query and the first key on.
	least := lo - (first + queries - 1)
	s.distances = Grow(s.distances, queries+keys-1)
	for i := range s.distances {
		bias := b.distanceBias(least + i)
		if b.Relative && bias == 0 {
			bucket := RelativeBucket(least+i, e.spec.RelativeBuckets, e.spec.relativeMax())
			bias = e.relativeBias[bucket*b.Heads+head]
		}
		if b.Slopes != nil {
			bias -= float32(b.Slopes[head] * math.Abs(float64(least+i)))
		}
		s.distances[i] = bias
	}
	s.bias = Grow(s.bias, queries*keys)
	for i := range queries {
		copy(s.bias[i*keys:(i+1)*keys], s.distances[queries-1-i:])
	}
	if l.positions != nil {
		l.positions.add(s, s.bias, head, q, k, first, lo)
	}
	return s.bias
}

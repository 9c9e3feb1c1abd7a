package bert

import (
	"math"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Pooling is how the hidden states of a text's tokens become one vector.
// Several may be combined with |; their vectors are then concatenated in the
// order of the constants, as sentence-transformers does.
type Pooling uint8

// The pooling modes of sentence-transformers (its models/Pooling), and the
// pooler of the original BERT.
const (
	PoolCLS          Pooling = 1 << iota // the first token
	PoolMax                              // the greatest of each feature
	PoolMean                             // the mean
	PoolMeanSqrtLen                      // the sum over the square root of the number of tokens
	PoolWeightedMean                     // the mean weighted by position, 1 for the first token
	PoolLastToken                        // the last token
	PoolPooler                           // the first token through the model's pooler layer
)

var poolingNames = []string{"cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken", "pooler"}

// String returns the names of the modes that p combines, joined by "+".
func (p Pooling) String() string {
	var names []string
	for i, n := range poolingNames {
		if p&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, "+")
}

// parts returns how many vectors are concatenated.
func (p Pooling) parts() int {
	n := 0
	for ; p != 0; p &= p - 1 {
		n++
	}
	return n
}

// firstOnly tells whether nothing but the first token is looked at.
func (p Pooling) firstOnly() bool { return p&^(PoolCLS|PoolPooler) == 0 }

// pool writes the vector of one text to dst [parts·hidden] from the hidden
// states x [tokens, hidden] of its tokens; sums [hidden] is working memory.
// Sums are taken in float64, in the order of the tokens. A text without tokens
// becomes zero.
func (p Pooling) pool(dst, x []float32, hidden int, sums []float64) {
	tokens := len(x) / hidden
	row := func(i int) []float32 { return x[i*hidden : (i+1)*hidden] }
	for bit := PoolCLS; bit < PoolPooler; bit <<= 1 {
		if p&bit == 0 {
			continue
		}
		out := dst[:hidden]
		dst = dst[hidden:]
		if tokens == 0 {
			clear(out)
			continue
		}
		switch bit {
		case PoolCLS:
			copy(out, row(0))
		case PoolLastToken:
			copy(out, row(tokens-1))
		case PoolMax:
			copy(out, row(0))
			for i := 1; i < tokens; i++ {
				for j, v := range row(i) {
					out[j] = max(out[j], v)
				}
			}
		case PoolMean, PoolMeanSqrtLen:
			clear(sums)
			for i := range tokens {
				kernel.AddTo(sums, row(i))
			}
			over := float64(tokens)
			if bit == PoolMeanSqrtLen {
				over = math.Sqrt(over)
			}
			store(out, sums, over)
		case PoolWeightedMean:
			clear(sums)
			for i := range tokens {
				kernel.AddScaledTo(sums, float64(i+1), row(i))
			}
			store(out, sums, float64(tokens)*float64(tokens+1)/2)
		}
	}
}

func store(dst []float32, sums []float64, over float64) {
	for j, v := range sums {
		dst[j] = float32(v / over)
	}
}

// normalise scales x to unit length; zero stays zero.
func normalise(x []float32) {
	length := max(math.Sqrt(kernel.Dot64(x, x)), 1e-12)
	for i, v := range x {
		x[i] = float32(float64(v) / length)
	}
}

// pool takes a batch's hidden states through the pooling and the modules after
// it, and writes the vectors to their texts' rows of dst [.., dim]. skip leading
// tokens are left out of the pooling.
func (m *Model) pool(a *engine.Arena, b *engine.Batch, hidden []float32, skip int, dst []float32) {
	width, size, texts := m.pipeline.width, m.config.HiddenSize, b.Texts()
	first := m.pipeline.pooling.firstOnly()
	a.Pooled = engine.Grow(a.Pooled, texts*width)
	a.Sums = engine.Grow(a.Sums, size)
	for t := range texts {
		x := hidden[t*size : (t+1)*size] // [1, hidden]
		if !first {
			from, to := b.Span(t)
			from = min(from+skip, to)
			x = hidden[from*size : to*size] // [tokens, hidden]
		}
		m.pipeline.pooling.pool(a.Pooled[t*width:(t+1)*width], x, size, a.Sums)
	}
	if m.pipeline.pooling&PoolPooler != 0 {
		m.applyPooler(a, b, hidden, first)
	}
	x, y := a.Pooled, a.Next
	for _, s := range m.pipeline.steps {
		out := s.width(width)
		y = engine.Grow(y, texts*out)
		s.apply(&a.Scratch, y, x, texts, width)
		x, y, width = y, x, out
	}
	a.Pooled, a.Next = x, y
	for t := range texts {
		i := b.Index[t]
		row := dst[i*m.dim : (i+1)*m.dim]
		copy(row, x[t*width:(t+1)*width])
		if m.dim < width && m.pipeline.normalised {
			normalise(row)
		}
	}
}

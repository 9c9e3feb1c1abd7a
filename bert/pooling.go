package bert

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// Pooling is how the hidden states of a text's tokens become one vector. Modes
// may be combined with |; their vectors are then concatenated in the order of
// the constants, as in sentence-transformers.
type Pooling uint8

// The pooling modes of sentence-transformers (its models/Pooling), and the
// pooler of the original BERT.
const (
	PoolCLS          Pooling = 1 << iota // the first token
	PoolMax                              // the maximum of each feature
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

// ParsePooling returns the pooling of that name, or of several joined by "+", as
// Pooling.String writes it.
func ParsePooling(s string) (Pooling, error) {
	var p Pooling
	for _, name := range strings.Split(s, "+") {
		i := slices.Index(poolingNames, name)
		if i < 0 {
			return 0, fmt.Errorf("%w: pooling %.40q, want one of %s, or several joined by +", ErrInput, name, strings.Join(poolingNames, ", "))
		}
		p |= 1 << i
	}
	return p, nil
}

// modes returns the modes that p combines, in the order of the constants.
func (p Pooling) modes() []Pooling {
	var modes []Pooling
	for mode := PoolCLS; mode <= PoolPooler; mode <<= 1 {
		if p&mode != 0 {
			modes = append(modes, mode)
		}
	}
	return modes
}

// firstOnly reports whether pooling uses only the first token of a text. If a
// prompt is left out, that token is another one.
func (p *pipeline) firstOnly(skip int) bool {
	return p.pooling()&^(PoolCLS|PoolPooler) == 0 && skip == 0 && p.layers == nil
}

// pool writes one mode's vector of a text to dst [hidden] from the hidden
// states x [tokens, hidden] of its tokens, leaving out the first skip; sums
// [hidden] is working memory. Sums are taken in float64, in the order of the
// tokens. Weights by position count the tokens that are left out. If no tokens
// are left the vector is zero, except that PoolCLS takes the first token.
func (p Pooling) pool(dst, x []float32, skip int, sums []float64) {
	hidden := len(dst)
	tokens := len(x) / hidden
	row := func(i int) []float32 { return x[i*hidden : (i+1)*hidden] }
	if p == PoolCLS && skip >= tokens {
		skip = 0
	}
	if skip >= tokens {
		clear(dst)
		return
	}
	switch p {
	case PoolCLS:
		copy(dst, row(skip))
	case PoolLastToken:
		copy(dst, row(tokens-1))
	case PoolMax:
		copy(dst, row(skip))
		for i := skip + 1; i < tokens; i++ {
			for j, v := range row(i) {
				dst[j] = max(dst[j], v)
			}
		}
	case PoolMean, PoolMeanSqrtLen:
		clear(sums)
		for i := skip; i < tokens; i++ {
			kernel.AddTo(sums, row(i))
		}
		over := float64(tokens - skip)
		if p == PoolMeanSqrtLen {
			over = math.Sqrt(over)
		}
		store(dst, sums, over)
	case PoolWeightedMean:
		clear(sums)
		weights := 0.0
		for i := skip; i < tokens; i++ {
			kernel.AddScaledTo(sums, float64(i+1), row(i))
			weights += float64(i + 1)
		}
		store(dst, sums, weights)
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

// pool applies the pooling and the modules after it to a batch's hidden states,
// and writes the vectors to their texts' rows of dst [.., dim]. Pooling leaves
// out the first skip tokens.
func (m *Model) pool(a *engine.Arena, b *engine.Batch, hidden []float32, skip int, dst []float32) {
	m.poolFrom(a, b, hidden, m.pipeline.firstOnly(skip), skip, dst)
}

// poolAll is pool for hidden states of all tokens, whatever the pooling needs.
func (m *Model) poolAll(a *engine.Arena, b *engine.Batch, hidden []float32, dst []float32) {
	m.poolFrom(a, b, hidden, false, 0, dst)
}

// poolFrom is pool with an argument that says whether hidden holds only first
// tokens.
func (m *Model) poolFrom(a *engine.Arena, b *engine.Batch, hidden []float32, first bool, skip int, dst []float32) {
	p := m.pipeline
	width, size, texts := p.width, m.config.width(), b.Texts()
	hidden, size = p.tokenVectors(a, hidden, size)
	a.Pooled = engine.Grow(a.Pooled, texts*width)
	a.Sums = engine.Grow(a.Sums, size)
	for t := range texts {
		from, to := b.Span(t)
		if first {
			from, to = t, t+1
		}
		x := hidden[from*size : to*size] // [tokens, hidden], or [1, hidden]
		for i, mode := range p.modes {
			if mode != PoolPooler {
				mode.pool(a.Pooled[t*width+i*size:t*width+(i+1)*size], x, skip, a.Sums)
			}
		}
	}
	if i := slices.Index(p.modes, PoolPooler); i >= 0 {
		m.applyPooler(a, b, hidden, first, i*size)
	}
	x, width := applySteps(a, p.steps, texts, width)
	for t := range texts {
		i := b.Index[t]
		m.cutRow(dst[i*m.dim:(i+1)*m.dim], x[t*width:(t+1)*width])
	}
}

// tokenVectors returns what is pooled of hidden states [rows, size]: the output
// of the modules before the pooling, if there are any, [rows, out].
func (p *pipeline) tokenVectors(a *engine.Arena, hidden []float32, size int) (x []float32, out int) {
	if len(p.tokenSteps) == 0 {
		return hidden, size
	}
	rows := len(hidden) / size
	a.Pooled = append(a.Pooled[:0], hidden...)
	x, out = applySteps(a, p.tokenSteps, rows, size)
	return slices.Clone(x[:rows*out]), out // applySteps' memory is used again after the pooling
}

// applySteps applies modules to a.Pooled [rows, width] and returns their result
// [rows, out], which lies in a.
func applySteps(a *engine.Arena, steps []step, rows, width int) (x []float32, out int) {
	x, y := a.Pooled, a.Next
	for _, s := range steps {
		out := s.width(width)
		y = engine.Grow(y, rows*out)
		s.apply(&a.Scratch, y, x, rows, width)
		x, y, width = y, x, out
	}
	a.Pooled, a.Next = x, y
	return x, width
}

// cutRow copies the features of x that are kept to row [dim].
func (m *Model) cutRow(row, x []float32) {
	copy(row, x)
	if m.options.Dim != 0 && m.dim < len(x) && m.pipeline.normalised {
		normalise(row)
	}
}

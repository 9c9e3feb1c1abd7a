package bert

import (
	"errors"
	"math"
	"path/filepath"
	"testing"

	"github.com/nlpodyssey/spago/mat"

	"github.com/seed-56ee9438/cohort/internal/autograd"
)

// WeightGradients are the central differences of the score by the weights of
// tokens, for models that pool by the mean and by the first token.
func TestWeightGradients(t *testing.T) {
	t.Parallel()
	const text = "the phone is broken and the answer was slow"
	for _, dir := range []string{"bert", "bert-sequence-classification"} {
		for _, pooling := range []Pooling{PoolMean, PoolCLS} {
			m, err := Load(filepath.Join("testdata/models", dir), Options{Pooling: pooling})
			if err != nil {
				t.Fatal(err)
			}
			weigh := func(v, g []float32) (sum float64) {
				for j, x := range v {
					w := math.Cos(float64(3 * j))
					sum += w * float64(x)
					if g != nil {
						g[j] = float32(w)
					}
				}
				return sum
			}
			value, tokens, spans, err := m.WeightGradients(t.Context(), text, weigh)
			if err != nil {
				t.Fatal(err)
			}
			e, err := m.Embed(t.Context(), []string{text})
			if err != nil {
				t.Fatal(err)
			}
			if want := weigh(e.Row(0), nil); math.Abs(value-want) > 1e-4 {
				t.Errorf("%s: the score is %g, want %g", dir, value, want)
			}
			p, err := m.embeddedText("", text)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := m.Encoder()
			if err != nil {
				t.Fatal(err)
			}
			b, err := tree.config.checkedBatch([]Input{p.input})
			if err != nil {
				t.Fatal(err)
			}
			n, compared := len(p.input.IDs), 0.0
			weighted := func(at int, weight float64) float64 { // the score if token at has a weight
				logs := make([]float32, n)
				logs[at] = float32(math.Log(weight))
				f := &forward{Pass: autograd.Pass{}, config: tree.config, offsets: b.Offsets, keys: mat.NewDense[float32](mat.WithShape(n, 1), mat.WithBacking(logs))}
				s := f.states(tree, f.LookupSum(tree.tables(b)...))
				if pooling == PoolMean {
					h := mat.Data[float32](s.Hidden.Value())
					width := len(h) / n
					for j := range width { // moved, so that the plain mean is the weighted one
						mean, total := 0.0, 0.0
						for i := range n {
							w := 1.0
							if i == at {
								w = weight
							}
							mean, total = mean+w*float64(h[i*width+j]), total+w
						}
						for i := range n {
							h[i*width+j] = float32(mean / total)
						}
					}
				}
				return weigh(mat.Data[float32](m.pooled(s).Value()), nil)
			}
			for i, got := range tokens {
				if !p.moves[i] {
					if got != 0 || spans[i] != [2]int{} {
						t.Errorf("%s: special token %d has %g, %v", dir, i, got, spans[i])
					}
					continue
				}
				const h = 0.05
				want := (weighted(i, 1+h) - weighted(i, 1-h)) / (2 * h)
				if math.Abs(got-want) > 1e-3+0.01*math.Abs(want) {
					t.Errorf("%s, %v: token %d has %g, by differences %g", dir, pooling, i, got, want)
				}
				compared += math.Abs(want)
			}
			if compared < 1e-2 {
				t.Errorf("%s, %v: all differences together are %g", dir, pooling, compared)
			}
			if err := m.Close(); err != nil {
				t.Error(err)
			}
			if _, _, _, err := m.WeightGradients(t.Context(), text, weigh); !errors.Is(err, ErrClosed) {
				t.Errorf("%s, closed: %v", dir, err)
			}
		}
	}
}

package keyword

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/text"
)

// topics is an Embed whose dimensions are subjects: a text's vector counts its
// words of each, and a little of the words themselves.
func topics(_ context.Context, texts []string) ([][]float32, error) {
	subjects := []string{"battery charge charger power dead life", "lens sharp picture photo camera zoom", "box delivery courier parcel"}
	rows := make([][]float32, len(texts))
	for i, s := range texts {
		rows[i] = make([]float32, len(subjects)+8)
		for _, w := range text.Words(s, text.English) {
			for d, words := range subjects {
				if slices.Contains(strings.Fields(words), w) {
					rows[i][d]++
				}
			}
			h := fnv.New32a()
			h.Write([]byte(w))
			rows[i][len(subjects)+int(h.Sum32()%8)] += 0.2
		}
	}
	return rows, nil
}

func TestByEmbedding(t *testing.T) {
	t.Parallel()
	texts := append(slices.Clone(sample), "The parcel came by courier on a rainy Tuesday morning")
	labels := append(slices.Clone(sampleLabels), 2)
	got, err := ByEmbedding(context.Background(), texts, labels, topics, Options{}, Query{Top: 3})
	if err != nil {
		t.Fatal(err)
	}
	for s, want := range []string{"battery", "lens", "courier"} {
		if len(got[s]) == 0 || !strings.Contains(got[s][0].Text, want) {
			t.Errorf("segment %d: %v, want %q first", s, got[s], want)
		}
		for _, k := range got[s] {
			if k.Score < -1.0001 || k.Score > 1.0001 {
				t.Errorf("score %v is no cosine", k.Score)
			}
		}
	}
	// segment 2 has one text: phrases said once count there
	if !slices.ContainsFunc(got[2], func(k Keyword) bool { return strings.Contains(k.Text, " ") }) {
		t.Errorf("no phrase in %v", got[2])
	}
	again, err := ByEmbedding(context.Background(), texts, labels, topics, Options{}, Query{Top: 3})
	if err != nil || !reflect.DeepEqual(got, again) {
		t.Errorf("second run %v, %v", again, err)
	}
}

// TestByEmbeddingMMR checks the choice against maximal marginal relevance
// worked out plainly.
func TestByEmbeddingMMR(t *testing.T) {
	t.Parallel()
	angle := map[string]float64{"alpha": 0, "bravo": 0.1, "charlie": 0.9, "delta": -1.2, "echo": 2}
	embed := func(_ context.Context, texts []string) ([][]float32, error) {
		rows := make([][]float32, len(texts))
		for i, s := range texts {
			rows[i] = []float32{float32(3 * math.Cos(angle[s])), float32(3 * math.Sin(angle[s]))}
		}
		return rows, nil
	}
	c := NewCounter(1, Options{MaxWords: 1, Stop: text.NewSet("the")})
	c.Add(0, 0, "alpha bravo charlie delta echo")
	got, err := c.ByEmbedding(context.Background(), [][]float32{{5, 0}}, embed, Query{Top: 3, Diversity: 0.6})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, k := range got[0] {
		words = append(words, k.Text)
		if math.Abs(k.Score-math.Cos(angle[k.Text])) > 1e-6 {
			t.Errorf("%s scores %v, want %v", k.Text, k.Score, math.Cos(angle[k.Text]))
		}
	}
	chosen := []string{"alpha"}
	for len(chosen) < 3 {
		best, value := "", math.Inf(-1)
		for _, w := range []string{"alpha", "bravo", "charlie", "delta", "echo"} {
			if slices.Contains(chosen, w) {
				continue
			}
			near := -1.0
			for _, o := range chosen {
				near = max(near, math.Cos(angle[w]-angle[o]))
			}
			if v := 0.4*math.Cos(angle[w]) - 0.6*max(near, 0); v > value {
				best, value = w, v
			}
		}
		chosen = append(chosen, best)
	}
	if !slices.Equal(words, chosen) {
		t.Errorf("chose %q, want %q", words, chosen)
	}
}

func TestByEmbeddingErrors(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	broken := errors.New("broken")
	nan := float32(math.NaN())
	for name, c := range map[string]struct {
		rows [][]float32
		err  error
		want error
	}{
		"too few":    {[][]float32{{1}}, nil, ErrVectors},
		"uneven":     {[][]float32{{1}, {1, 2}}, nil, ErrVectors},
		"not finite": {[][]float32{{1}, {nan}}, nil, ErrVectors},
		"its own":    {nil, broken, broken},
	} {
		embed := func(context.Context, []string) ([][]float32, error) { return c.rows, c.err }
		if _, err := ByEmbedding(ctx, []string{"sharp lens", "blunt knife"}, []int{0, 1}, embed, Options{}, Query{}); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := ByEmbedding(ctx, sample, []int{1}, topics, Options{}, Query{}); !errors.Is(err, ErrShape) {
		t.Errorf("got %v, want ErrShape", err)
	}
	stopped, stop := context.WithCancel(ctx)
	stop()
	if _, err := ByEmbedding(stopped, sample, sampleLabels, topics, Options{}, Query{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	c := NewCounter(1, Options{})
	c.Add(0, 0, "sharp lens")
	if _, err := c.ByEmbedding(ctx, nil, topics, Query{}); !errors.Is(err, ErrShape) {
		t.Errorf("got %v, want ErrShape", err)
	}
	if _, err := c.ByEmbedding(ctx, [][]float32{{1}}, topics, Query{}); !errors.Is(err, ErrVectors) {
		t.Errorf("got %v, want ErrVectors", err)
	}
	if got, err := ByEmbedding(ctx, nil, nil, topics, Options{}, Query{}); err != nil || len(got) != 0 {
		t.Errorf("no texts: %v, %v", got, err)
	}
	if got, err := ByEmbedding(ctx, []string{"", "the of", "lens"}, []int{1, -1, 3}, topics, Options{}, Query{}); err != nil || len(got) != 4 || len(got[3]) != 1 {
		t.Errorf("empty segments: %v, %v", got, err)
	}
}

func BenchmarkExtract(b *testing.B) {
	var texts []string
	var labels []int
	n := 0
	for i := range 600 {
		texts = append(texts, sample[i%len(sample)]+" "+sample[(i*7+1)%len(sample)])
		labels = append(labels, i%5)
		n += len(texts[i])
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		if _, err := Extract(context.Background(), texts, labels, Options{}, Query{}); err != nil {
			b.Fatal(err)
		}
	}
}

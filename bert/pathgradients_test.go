package bert

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// alongVector is the score of testdata/integrated/make.py for vectors.
func alongVector(vector, gradient []float32) float64 {
	var sum float64
	for i, v := range vector {
		w := math.Sin(float64(i*i%101 + 1))
		sum += w * float64(v)
		gradient[i] = float32(w)
	}
	return sum
}

// Integrated gradients, of vectors and of classes, are those that PyTorch's
// outputs in float64 give by central differences, at every level of the kernels.
func TestIntegratedGradientsEqualDifferences(t *testing.T) {
	raw, err := os.ReadFile("testdata/integrated/integrated.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]struct {
		Text            string
		Baseline, Score float64
		Values          []float64
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for name, texts := range all {
		for _, level := range kernel.Supported() {
			t.Run(name+"/"+level.String(), func(t *testing.T) {
				defer kernel.Force(level)()
				m, err := Load(filepath.Join("testdata/models", name), Options{Threads: 2})
				if err != nil {
					t.Fatal(err)
				}
				defer m.Close()
				for _, want := range texts {
					f := func(ctx context.Context, at []float64) ([]float64, [][]float64, [][2]int, error) {
						if m.heads.sequence != nil {
							return m.ClassPathGradients(ctx, want.Text, at, 2)
						}
						return m.PathGradients(ctx, want.Text, at, alongVector)
					}
					got, err := attribution.Integrated(t.Context(), f, attribution.Options{Tolerance: 1e-4, MaxPoints: 17})
					if err != nil {
						t.Fatal(err)
					}
					if math.Abs(got.Score-want.Score) > 1e-5 || math.Abs(got.Baseline-want.Baseline) > 1e-5 {
						t.Errorf("%q: scores %g and %g, want %g and %g", want.Text, got.Baseline, got.Score, want.Baseline, want.Score)
					}
					if len(got.Values) != len(want.Values) {
						t.Fatalf("%q: %d tokens, want %d", want.Text, len(got.Values), len(want.Values))
					}
					for i, v := range want.Values {
						if math.Abs(got.Values[i]-v) > 2e-5 {
							t.Errorf("%q: token %d has %g, want %g", want.Text, i, got.Values[i], v)
						}
					}
				}
			})
		}
	}
}

// The score at the end of the path is that of the text as Embed and Classify
// read it, its tokens' spans lie in the text, and special tokens have no part.
func TestPathEndsAtTheText(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	for _, s := range []string{"the phone screen is broken", "naïve 北京 Ünited", "good " + string(make([]byte, 3)), someTexts(40, 300)[39]} {
		e, err := m.Embed(t.Context(), []string{s})
		if err != nil {
			t.Fatal(err)
		}
		want := alongVector(e.Row(0), make([]float32, m.Dim()))
		scores, tokens, spans, err := m.PathGradients(t.Context(), s, []float64{1, 0.5, 1}, alongVector)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(scores[0]-want) > 1e-5 || scores[2] != scores[0] || len(tokens) != 3 {
			t.Errorf("%q: scores %v, want %v first and last", s, scores, want)
		}
		for i, span := range spans {
			if span[0] > span[1] || span[1] > len(s) {
				t.Errorf("%q: token %d has the span %v", s, i, span)
			}
			if ends := i == 0 || i == len(spans)-1; ends != (span == [2]int{}) || ends && tokens[1][i] != 0 {
				t.Errorf("%q: token %d of %d has the span %v and the value %g", s, i, len(spans), span, tokens[1][i])
			}
		}
	}
}

// What has no gradients is refused, and a trained tree's parameters get none.
func TestPathGradientsRefuse(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	if _, _, _, err := m.ClassPathGradients(t.Context(), "good", []float64{1}, 0); !errors.Is(err, ErrNoHead) {
		t.Errorf("no head: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, _, err := m.PathGradients(ctx, "good", []float64{1}, alongVector); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	trained := tree.Trainable()
	n, err := m.WithEncoder(trained)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := n.PathGradients(t.Context(), "good", []float64{1}, alongVector); err != nil {
		t.Fatal(err)
	}
	if trained.Layers[0].FeedForward.Up.Weight.HasGrad() || trained.Embeddings.Tokens.HasGrad() {
		t.Error("the path left gradients in the model's parameters")
	}
	c, err := Load("testdata/models/bert-sequence-classification", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, class := range []int{-1, 3} {
		if _, _, _, err := c.ClassPathGradients(t.Context(), "good", []float64{1}, class); !errors.Is(err, ErrInput) {
			t.Errorf("class %d: %v", class, err)
		}
	}
	c.Close()
	if _, _, _, err := c.ClassPathGradients(t.Context(), "good", []float64{1}, 0); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

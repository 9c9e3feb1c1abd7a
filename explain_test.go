package cohort

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/attribution"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/reduce"
)

// pathBag is a bag whose baseline is an eighth of each word's direction plus the
// direction of "baseline", so that its path is linear.
type pathBag struct{ bag.Model }

func (m *pathBag) vector(ctx context.Context, s string) []float64 {
	for v, err := range m.EmbedSeq(ctx, func(yield func(string) bool) { yield(s) }) {
		if err != nil {
			panic(err)
		}
		out := make([]float64, len(v))
		for j, x := range v {
			out[j] = float64(x)
		}
		return out
	}
	return nil
}

func (m *pathBag) PathGradients(ctx context.Context, s string, at []float64, score func(vector, gradient []float32) float64) (scores []float64, tokens [][]float64, spans [][2]int, err error) {
	words := strings.Fields(s)
	base := m.vector(ctx, "baseline")
	from := 0
	for _, w := range words {
		start := from + strings.Index(s[from:], w)
		from = start + len(w)
		spans = append(spans, [2]int{start, from})
	}
	for _, a := range at {
		v, g := make([]float32, m.Dim()), make([]float32, m.Dim())
		for j := range v {
			v[j] = float32((1 - a) * base[j])
		}
		for _, w := range words {
			for j, x := range m.vector(ctx, w) {
				v[j] += float32((1./8 + a*7/8) * x)
			}
		}
		scores = append(scores, score(v, g))
		each := make([]float64, len(words))
		for i, w := range words {
			for j, x := range m.vector(ctx, w) {
				each[i] += float64(g[j]) * (x*7/8 - base[j]/float64(len(words)))
			}
		}
		tokens = append(tokens, each)
	}
	return scores, tokens, spans, nil
}

// TestExplainAddsUp checks the gradient through the reduction and the scaling to
// unit length: only a right one adds up to the difference of the margins.
func TestExplainAddsUp(t *testing.T) {
	t.Parallel()
	texts := []Text{{User: "a", Text: "camera lens  zoom plug"}, {User: "a", Text: "battery charge parcel"}, {User: "b"}}
	for _, o := range []Options{
		{K: 3}, {K: 3, Reduce: reduce.PCA{Components: 4}}, {K: 3, Reduce: reduce.RandomProjection{Components: 8}}, {K: 3, Pooling: PoolMixture},
	} {
		o.Bootstrap = -1
		m := fit(t, bag.Texts(6, 2), o)
		n := 0
		for x, err := range m.Explain(t.Context(), Slice(texts), Options{Model: &pathBag{}}, ExplainOptions{Integrals: attribution.Options{Tolerance: 1e-3}}) {
			if err != nil {
				t.Fatal(err)
			}
			placed, err := m.Assign(t.Context(), Slice([]Text{{User: "a", Text: texts[n].Text}}), Options{Model: &bag.Model{}})
			if err != nil {
				t.Fatal(err)
			}
			if a := placed[0]; x.Text != n+1 || x.Segment != a.Segment || x.RunnerUp != a.RunnerUp || math.Abs(x.Margin-a.Margin) > 1e-5 {
				t.Errorf("%v: explained %+v, assigned %+v", o.Reduce, x, a)
			}
			sum := 0.0
			for _, w := range x.Words {
				sum += w.Value
				if texts[n].Text[w.Start:w.End] != w.Word {
					t.Errorf("%+v is not in %q", w, texts[n].Text)
				}
			}
			if whole := x.Margin - *x.Baseline; !x.Complete || x.Rest != 0 || math.Abs(whole-sum) > 1e-3*math.Abs(whole) || len(x.Words) != len(strings.Fields(texts[n].Text)) {
				t.Errorf("%v: %+v adds up to %g, want %g", o.Reduce, x, sum, whole)
			}
			n++
		}
		if n != 2 {
			t.Errorf("%d explained, want 2", n)
		}
	}
}

func TestExplainErrors(t *testing.T) {
	t.Parallel()
	texts := bag.Texts(6, 2)
	plain, umap := fit(t, texts, Options{K: 3, Bootstrap: -1}), fit(t, texts, Options{K: 3, Reduce: reducers["umap"], Bootstrap: -1})
	beside := fit(t, buyers(16), Options{K: 2, Bootstrap: -1, Features: &features.Options{Columns: features.Named("age", "plan")}})
	for _, c := range []struct {
		name string
		m    *Segmenter
		o    Options
		e    ExplainOptions
		want error
	}{
		{"no gradients", plain, Options{Model: &bag.Model{}}, ExplainOptions{}, ErrNoGradient},
		{"UMAP", umap, Options{Model: &pathBag{}}, ExplainOptions{}, ErrNoGradient},
		{"features", beside, Options{Model: &pathBag{}}, ExplainOptions{}, ErrNoGradient},
		{"another model", plain, Options{Model: &pathBag{bag.Model{Version: "2"}}}, ExplainOptions{}, ErrModel},
		{"no model", plain, Options{}, ExplainOptions{}, ErrNoModel},
		{"no segments", &Segmenter{}, Options{Model: &pathBag{}}, ExplainOptions{}, ErrSegmenter},
		{"nil", nil, Options{Model: &pathBag{}}, ExplainOptions{}, ErrSegmenter},
		{"points", plain, Options{Model: &pathBag{}}, ExplainOptions{Integrals: attribution.Options{MaxPoints: 1}}, attribution.ErrOptions},
		{"not a number", plain, Options{Model: &pathBag{bag.Model{NaN: "camera"}}}, ExplainOptions{}, ErrNotFinite},
	} {
		n := 0
		for x, err := range c.m.Explain(t.Context(), Slice(texts), c.o, c.e) {
			if n++; x != nil || !errors.Is(err, c.want) {
				t.Errorf("%s: %+v, %v, want %v", c.name, x, err, c.want)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d results, want an error", c.name, n)
		}
	}
}

package train

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// The gradient, by the vectors, is that of central differences.
func TestGradientOfDistillation(t *testing.T) {
	t.Parallel()
	const dim = 4
	r := rand.New(rand.NewPCG(1, 1))
	normal := func(n int) (x []float32) {
		for range n {
			x = append(x, float32(r.NormFloat64()))
		}
		return x
	}
	b := &batch[Pair]{
		examples: make([]Pair, 3), first: []int{0, 2, 4, 6}, texts: make([]string, 6), dim: dim,
		vectors: normal(6 * dim), wanted: normal(3 * dim), gradient: make([]float32, 6*dim),
	}
	l := &Distill{}
	if v := l.value(b); !(v > 0.1) {
		t.Fatalf("the loss is %g", v)
	}
	gradient := slices.Clone(b.gradient)
	for i, was := range b.vectors {
		const h = 1e-3
		b.vectors[i] = was + h
		above := l.value(b)
		b.vectors[i] = was - h
		below := l.value(b)
		b.vectors[i] = was
		if want, got := (above-below)/(2*h), float64(gradient[i]); math.Abs(got-want) > 1e-3*(1+math.Abs(want)) {
			t.Errorf("element %d: gradient %g, by differences %g", i, got, want)
		}
	}
	for i := range b.texts { // the vectors that are wanted
		copy(b.vector(i), b.wanted[i/2*dim:(i/2+1)*dim])
	}
	clear(b.gradient)
	if v := l.value(b); v != 0 || slices.ContainsFunc(b.gradient, func(g float32) bool { return g != 0 }) {
		t.Errorf("the loss is %g, want 0: nothing differs", v)
	}
}

// Before the training, loss and score are what the model's own vectors say.
func TestDistillLooksAtTheModel(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, _ := topics(8)
	r, err := newRun(t.Context(), m, all(pairs), &Distill{}, Options{NoDropout: true})
	if err != nil {
		t.Fatal(err)
	}
	loss, err := r.backward(t.Context(), pairs, 1)
	if err != nil {
		t.Fatal(err)
	}
	score, err := Agreement(m, pairs)(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	var apart, size, cosines float64
	for _, p := range pairs {
		e, err := m.Embed(t.Context(), []string{p.Anchor, p.Positive})
		if err != nil {
			t.Fatal(err)
		}
		a, b := e.Row(0), e.Row(1)
		var aa, bb, ab float64
		for i, v := range a {
			x, y := float64(v), float64(b[i])
			aa, bb, ab = aa+x*x, bb+y*y, ab+x*y
		}
		apart += aa + bb - 2*ab
		size += 2 * aa // the anchor and its own vector are not apart
		cosines += (1 + ab/math.Sqrt(aa*bb)) / 2
	}
	if want := apart / size; math.Abs(loss-want) > 1e-4*want || !(want > 0) {
		t.Errorf("the loss is %g, want %g", loss, want)
	}
	if want := cosines / float64(len(pairs)); math.Abs(score-want) > 1e-6 {
		t.Errorf("the score is %g, want %g", score, want)
	}
}

// An encoder learns to read texts with errors, unseen ones too, and clean ones keep
// their vectors; how much they keep without clean texts among the examples is less.
func TestRobustLearns(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	texts, more := sentences(96, 1), sentences(24, 2)
	n := Noise{Spaces: 1}
	r := rand.New(rand.NewPCG(9, 9))
	var noisy, clean []Pair
	for _, s := range more {
		x, err := n.Apply(s, r)
		if err != nil {
			t.Fatal(err)
		}
		noisy, clean = append(noisy, Pair{Anchor: s, Positive: x}), append(clean, Pair{Anchor: s, Positive: s})
	}
	// The tiny model's vectors point nearly all the same way, so distances say more.
	away := func(of *bert.Model, pairs []Pair) (sum float64) {
		for _, p := range pairs {
			was, err := m.Embed(t.Context(), []string{p.Anchor})
			if err != nil {
				t.Fatal(err)
			}
			is, err := of.Embed(t.Context(), []string{p.Positive})
			if err != nil {
				t.Fatal(err)
			}
			for j, v := range is.Row(0) {
				sum += math.Pow(float64(v-was.Row(0)[j]), 2)
			}
		}
		return sum
	}
	o := Options{Epochs: 8, BatchSize: 16, LearningRate: 3e-3, NoDropout: true, Seed: 2, Score: Agreement(m, noisy)}
	got := mustRun(t, m, texts, &Robust{Noise: n}, o)
	before, after, kept := away(m, noisy), away(got.Model, noisy), away(got.Model, clean)
	t.Logf("losses %.4f, scores %.5f to %.5f, noisy texts %.3f and then %.3f away, clean ones %.3f", got.Losses, got.Scores[0].Score, got.Best.Score, before, after, kept)
	if !(got.Best.Score > got.Scores[0].Score && after < 0.7*before && kept < 0.3*before) {
		t.Error("it did not learn")
	}
}

// sentences are texts of the tiny model's words.
func sentences(n int, seed uint64) (out []string) {
	words := strings.Fields("the phone screen is broken and slow a hotel in paris was best battery of this answer")
	r := rand.New(rand.NewPCG(seed, seed))
	for range n {
		var s []string
		for range 3 + r.IntN(5) {
			s = append(s, words[r.IntN(len(words))])
		}
		out = append(out, strings.Join(s, " "))
	}
	return out
}

// Runs of both losses that are interrupted and resumed end in the same bits as
// others, in chunks and with adapters too, and another noise is another run.
func TestRobustResumes(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	texts := sentences(30, 3)
	pairs, _ := topics(30)
	o := Options{Epochs: 2, BatchSize: 10, Chunk: 4, LearningRate: 1e-3, Seed: 4, Adapters: &bert.AdapterOptions{Rank: 2}}
	robust := func() *Robust { return &Robust{Noise: Noise{Typing: 0.3}} }
	want := [2][]float32{weights(t, mustRun(t, m, texts, robust(), o)), weights(t, mustRun(t, m, pairs, &Distill{}, o))}
	if slices.Equal(want[0], weights(t, mustRun(t, m, texts, &Robust{Noise: Noise{Typing: 0.3}, Clean: -1}, o))) {
		t.Error("the share of clean texts changes nothing")
	}
	for k, run := range []func(ctx context.Context, o Options) (*Result, error){
		func(ctx context.Context, o Options) (*Result, error) { return Run(ctx, m, all(texts), robust(), o) },
		func(ctx context.Context, o Options) (*Result, error) {
			return Run(ctx, m, all(pairs), &Distill{}, o)
		},
	} {
		o := o
		o.Checkpoint = t.TempDir()
		ctx, cancel := context.WithCancelCause(t.Context())
		stop := errors.New("stopped")
		o.Progress = func(p Progress) {
			if p.Step == 4 {
				cancel(stop)
			}
		}
		if _, err := run(ctx, o); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		o.Progress = nil
		got, err := run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(weights(t, got), want[k]) {
			t.Errorf("loss %d: other weights after an interruption", k)
		}
		if k == 0 {
			if _, err := Run(t.Context(), m, all(texts), &Robust{Noise: Noise{Typing: 0.2}}, o); !errors.Is(err, ErrCheckpoint) {
				t.Errorf("the checkpoint of another noise: %v", err)
			}
		}
	}
}

func TestRobustRefused(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	for _, l := range []*Robust{{Clean: 1}, {Clean: math.NaN()}, {Noise: Noise{Typing: -0.1}}, {Noise: Noise{Spaces: 1.5}}, {Noise: Noise{LookAlikes: math.NaN()}}, {Noise: Noise{Homophones: math.Inf(1)}}} {
		if _, err := Run(t.Context(), m, all([]string{"a text"}), l, Options{}); !errors.Is(err, ErrOptions) {
			t.Errorf("%+v: %v", l, err)
		}
	}
}

// Whatever the numbers, a run ends, or an error says which is wrong.
func TestHostileNoise(t *testing.T) {
	t.Parallel()
	testdir.HostileNumbers(t, Noise{Typing: 0.2}, func(_ context.Context, n Noise) error {
		_, err := n.Apply("the hotel in paris", rand.New(rand.NewPCG(1, 1)))
		return err
	}, ErrOptions)
}

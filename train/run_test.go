package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert"
)

// topics are pairs of texts about the same of a few things.
func topics(n int) (pairs []Pair, labelled []Labelled) {
	words := [][]string{{"phone", "screen", "battery"}, {"hotel", "paris", "best"}, {"slow", "broken", "answer"}}
	for i := range n {
		w := words[i%len(words)]
		text := func(k int) string { return fmt.Sprintf("the %s is %s and %d %s", w[k%3], w[(k+1)%3], k%7, w[k%2]) }
		pairs = append(pairs, Pair{Anchor: text(i), Positive: text(i + 4)})
		labelled = append(labelled, Labelled{text(i), fmt.Sprint(i % len(words))})
	}
	return pairs, labelled
}

// weights returns all parameters of a result.
func weights(t *testing.T, r *Result) (flat []float32) {
	t.Helper()
	e, err := r.Model.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	nn.ForEachParam(e, func(p *nn.Param) { flat = append(flat, mat.Data[float32](p.Matrix)...) })
	return flat
}

func mustRun[E any](t *testing.T, m *bert.Model, examples []E, loss Loss[E], o Options) *Result {
	t.Helper()
	r, err := Run(t.Context(), m, all(examples), loss, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every loss falls within a few epochs on data that it can learn.
func TestLossesFall(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, labelled := topics(24)
	var triplets []Triplet
	var scored []Scored
	var texts []string
	for i, p := range pairs {
		triplets = append(triplets, Triplet{p.Anchor, p.Positive, pairs[(i+1)%len(pairs)].Anchor})
		scored = append(scored, Scored{p.Anchor, p.Positive, 1}, Scored{p.Anchor, pairs[(i+1)%len(pairs)].Anchor, 0})
		texts = append(texts, p.Anchor)
	}
	o := Options{Epochs: 6, BatchSize: 12, LearningRate: 3e-3, NoDropout: true}
	falls := func(name string, r *Result) {
		t.Helper()
		first, last := r.Losses[0], r.Losses[len(r.Losses)-1]
		t.Logf("%s: loss %.4f to %.4f", name, first, last)
		if len(r.Losses) != o.Epochs || !(last < 0.9*first) {
			t.Errorf("%s: losses %v", name, r.Losses)
		}
	}
	falls("negatives", mustRun(t, m, pairs, &MultipleNegatives{Symmetric: true}, o))
	falls("triplet", mustRun(t, m, triplets, &TripletMargin{Margin: 0.5}, o))
	falls("cosine", mustRun(t, m, scored, &CosineRegression{}, o))
	falls("cosent", mustRun(t, m, scored, &CoSENT{}, o))
	falls("denoise", mustRun(t, m, texts, &Denoise{Delete: 0.3}, o))
	classes := &Classes{}
	o.LearningRate, o.Epochs = 1e-2, 10
	falls("classes", mustRun(t, m, labelled, classes, o))
	if got := classes.Labels(); !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Errorf("labels %v", got)
	}
	o.LearningRate, o.NoDropout = 3e-3, false
	falls("twice", mustRun(t, m, texts, &Twice{}, o))
}

// The score of unseen texts rises, the model with the best is returned, and
// training stops when it does not rise any more.
func TestScore(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	_, labelled := topics(60)
	_, more := topics(120)
	o := Options{Epochs: 40, BatchSize: 20, LearningRate: 2e-3, Score: NeighborAccuracy(more[60:]), Patience: 3}
	r := mustRun(t, m, labelled, &Classes{}, o)
	t.Logf("scores %v, steps %d", r.Scores, r.Steps)
	if !r.Stopped || r.Steps >= 40*3 || r.Best.Score < r.Scores[0].Score || len(r.Scores) < 4 {
		t.Fatalf("stopped %v after %d steps, best %v", r.Stopped, r.Steps, r.Best)
	}
	again, err := o.Score(t.Context(), r.Model)
	if err != nil || again != r.Best.Score {
		t.Errorf("the model scores %g (%v), the best was %g", again, err, r.Best.Score)
	}
}

// Chunks give the gradient of the whole batch.
func TestChunks(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, _ := topics(12)
	gradients := func(chunk int) (flat []float32) {
		r, err := newRun(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{BatchSize: 12, Chunk: chunk, NoDropout: true})
		if err != nil {
			t.Fatal(err)
		}
		r.collectParameters()
		if _, err := r.backward(t.Context(), pairs, 1); err != nil {
			t.Fatal(err)
		}
		for _, p := range r.params {
			flat = append(flat, p.gradient()...)
		}
		return flat
	}
	whole, chunked := gradients(0), gradients(5)
	var apart, size float64
	for i, v := range whole {
		apart = max(apart, math.Abs(float64(v-chunked[i])))
		size = max(size, math.Abs(float64(v)))
	}
	if apart > 1e-5*size {
		t.Errorf("gradients are up to %g apart, the largest is %g", apart, size)
	}
}

// The same seed gives the same bits, whatever the threads and chunks of memory;
// another seed gives others.
func TestSeeds(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, _ := topics(20)
	run := func(o Options) []float32 {
		o.Epochs, o.BatchSize, o.Accumulate = 2, 8, 2
		return weights(t, mustRun(t, m, pairs, &MultipleNegatives{}, o))
	}
	want := run(Options{Seed: 1, Threads: 1})
	if !slices.Equal(run(Options{Seed: 1, Threads: 3}), want) {
		t.Error("three threads give other weights than one")
	}
	if slices.Equal(run(Options{Seed: 2, Threads: 1}), want) {
		t.Error("another seed gives the same weights")
	}
}

// A run that is cancelled anywhere and resumed ends in the same bits as one that
// is not.
func TestResume(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	_, labelled := topics(30)
	_, more := topics(60)
	o := Options{Epochs: 3, BatchSize: 8, LearningRate: 1e-3, Seed: 4, Score: NeighborAccuracy(more[30:]), ScoreEvery: 2, Adapters: nil}
	for _, adapters := range []*bert.AdapterOptions{nil, {Rank: 2}} {
		o.Adapters, o.Checkpoint, o.Progress = adapters, "", nil
		want := mustRun(t, m, labelled, &Classes{}, o)
		o.Checkpoint = t.TempDir()
		ends := 0
		for at := 1; ; at += 4 {
			ctx, cancel := context.WithCancelCause(t.Context())
			stop := errors.New("stopped")
			o.Progress = func(p Progress) {
				if p.Step == at {
					cancel(stop)
				}
			}
			r, err := Run(ctx, m, all(labelled), &Classes{}, o)
			cancel(nil)
			if err != nil {
				if !errors.Is(err, stop) {
					t.Fatal(err)
				}
				ends++
				continue
			}
			if !slices.Equal(weights(t, r), weights(t, want)) {
				t.Errorf("adapters %v: other weights after %d interruptions", adapters, ends)
			}
			if !slices.Equal(r.Scores, want.Scores) || !slices.Equal(r.Losses, want.Losses) || r.Steps != want.Steps {
				t.Errorf("scores %v and losses %v, want %v and %v", r.Scores, r.Losses, want.Scores, want.Losses)
			}
			break
		}
		if ends < 3 {
			t.Errorf("interrupted %d times only", ends)
		}
	}
	o.Seed++
	if _, err := Run(t.Context(), m, all(labelled), &Classes{}, o); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("another run's checkpoint: %v", err)
	}
	path := o.Checkpoint + "/" + checkpointFile
	if err := os.WriteFile(path, []byte("no checkpoint"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(t.Context(), m, all(labelled), &Classes{}, o); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("a damaged checkpoint: %v", err)
	}
}

// With adapters the model's own parameters stay; merged, the adapters give what
// the tuned model gives.
func TestAdapters(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, _ := topics(20)
	r := mustRun(t, m, pairs, &MultipleNegatives{}, Options{Epochs: 3, LearningRate: 1e-2, Adapters: &bert.AdapterOptions{Rank: 2, Targets: []string{"query", "value", "intermediate.dense"}}})
	original, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	base := make(map[string][]float32)
	nn.ForEachParam(original, func(p *nn.Param) { base[original.Name(p)] = mat.Data[float32](p.Matrix) })
	nn.ForEachParam(r.encoder, func(p *nn.Param) {
		if name := r.encoder.Name(p); !strings.Contains(name, "lora") && !slices.Equal(mat.Data[float32](p.Matrix), base[name]) {
			t.Errorf("%s was changed", name)
		}
	})
	changed := 0
	tuned, err := r.Model.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	nn.ForEachParam(tuned, func(p *nn.Param) {
		if !slices.Equal(mat.Data[float32](p.Matrix), base[tuned.Name(p)]) {
			changed++
		}
	})
	if changed != 6 {
		t.Errorf("%d parameters differ after merging, want 3 a layer", changed)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	pairs, labelled := topics(4)
	broken := errors.New("broken")
	failing := func(yield func(Pair, error) bool) { yield(Pair{}, broken) }
	for name, c := range map[string]struct {
		run  func() error
		want error
	}{
		"no examples": {func() error { return second(Run(t.Context(), m, all([]Pair{}), &MultipleNegatives{}, Options{})) }, ErrExamples},
		"one pair":    {func() error { return second(Run(t.Context(), m, all(pairs[:1]), &MultipleNegatives{}, Options{})) }, ErrExamples},
		"their error": {func() error { return second(Run(t.Context(), m, failing, &MultipleNegatives{}, Options{})) }, broken},
		"scale":       {func() error { return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{Scale: -1}, Options{})) }, ErrOptions},
		"one class":   {func() error { return second(Run(t.Context(), m, all(labelled[:1]), &Classes{}, Options{})) }, ErrExamples},
		"no label": {func() error {
			return second(Run(t.Context(), m, all([]Labelled{{"a", ""}, {"b", "c"}}), &Classes{}, Options{}))
		}, ErrExamples},
		"cosine": {func() error {
			return second(Run(t.Context(), m, all([]Scored{{"a", "b", 5}}), &CosineRegression{}, Options{}))
		}, ErrExamples},
		"no order": {func() error {
			return second(Run(t.Context(), m, all([]Scored{{"a", "b", 5}, {"a", "c", 5}}), &CoSENT{}, Options{}))
		}, ErrExamples},
		"no dropout": {func() error {
			return second(Run(t.Context(), m, all([]string{"a", "b"}), &Twice{}, Options{NoDropout: true}))
		}, ErrOptions},
		"deletes all": {func() error {
			return second(Run(t.Context(), m, all([]string{"a", "b"}), &Denoise{Delete: 1}, Options{}))
		}, ErrOptions},
		"negative": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Epochs: -1}))
		}, ErrOptions},
		"rate": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{LearningRate: math.NaN()}))
		}, ErrOptions},
		"schedule": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Schedule: "stairs"}))
		}, ErrOptions},
		"patience": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Patience: 2}))
		}, ErrOptions},
		"no checkpoint": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{CheckpointEvery: 2}))
		}, ErrOptions},
		"rank": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Adapters: &bert.AdapterOptions{Rank: 99}}))
		}, bert.ErrInput},
		"diverges": {func() error {
			return second(Run(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Epochs: 9, LearningRate: 1e30, Clip: -1}))
		}, ErrDiverged},
	} {
		if err := c.run(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, m, all(pairs), &MultipleNegatives{}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func second(_ *Result, err error) error { return err }

func TestSchedules(t *testing.T) {
	t.Parallel()
	for s, want := range map[Schedule][]float64{
		Linear:   {0, 0.5, 1, 0.75, 0.5, 0.25},
		Cosine:   {0, 0.5, 1, 0.5 + math.Sqrt2/4, 0.5, 0.5 - math.Sqrt2/4},
		Constant: {0, 0.5, 1, 1, 1, 1},
	} {
		for step, w := range want {
			if got := s.rate(step, 2, 6); math.Abs(got-w) > 1e-15 {
				t.Errorf("%s: step %d has the rate %g, want %g", s, step, got, w)
			}
		}
	}
}

package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// ready returns a batch of texts for a Reconstruct that has been prepared with them,
// with random vectors.
func ready(t *testing.T, l *Reconstruct, texts []string) *batch[string] {
	t.Helper()
	m := tiny(t)
	e, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	l.reads(m, e.Trainable(), 0)
	if err := l.prepare(texts, m.Dim(), 1); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	b := &batch[string]{examples: texts, first: []int{0}, dim: m.Dim()}
	for _, s := range texts {
		b.texts = l.texts(b.texts, s, r)
		b.first = append(b.first, len(b.texts))
	}
	for range len(texts) * b.dim {
		b.vectors = append(b.vectors, float32(0.5*r.NormFloat64()))
	}
	b.gradient = make([]float32, len(b.vectors))
	return b
}

// The decoder's gradient, by the vectors and by each of its parameters, is that of
// central differences.
func TestGradientOfReconstruct(t *testing.T) {
	t.Parallel()
	l := &Reconstruct{Layers: 2}
	b := ready(t, l, []string{"the phone is broken", "a hotel in paris", "the", "slow answer"})
	value := func() float64 {
		clear(b.gradient)
		for _, p := range l.parameters() {
			clear(p.gradient())
		}
		return l.value(b)
	}
	if v := value(); !(v > 0.5) {
		t.Fatalf("the loss is %g", v)
	}
	names, places, gradients := []string{"vectors"}, [][]float32{b.vectors}, [][]float32{slices.Clone(b.gradient)}
	for _, p := range l.parameters() {
		names, places, gradients = append(names, p.name), append(places, p.values()), append(gradients, slices.Clone(p.gradient()))
	}
	for k, place := range places {
		// The loss is computed in float32: the largest slopes are compared.
		order := make([]int, len(place))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int {
			return int(math.Copysign(1, math.Abs(float64(gradients[k][j]))-math.Abs(float64(gradients[k][i]))))
		})
		for _, i := range order[:min(6, len(order))] {
			const h = 1e-2
			was := place[i]
			place[i] = was + h
			above := value()
			place[i] = was - h
			below := value()
			place[i] = was
			want, got := (above-below)/(2*h), float64(gradients[k][i])
			if math.Abs(got-want) > 1e-3+0.02*math.Abs(want) {
				t.Errorf("%s, element %d: gradient %g, by differences %g", names[k], i, got, want)
			}
		}
		if names[k] != "loss.layer.0.key.bias" && names[k] != "loss.layer.1.key.bias" && gradients[k][order[0]] == 0 { // softmax takes no notice of it
			t.Errorf("%s has no gradient", names[k])
		}
	}
}

// A token is written after those before it alone: given a beginning, the
// probabilities of all tokens after it add up to 1, which they would not if what is
// written later changed the probability of the beginning.
func TestReconstructSeesNothingAhead(t *testing.T) {
	t.Parallel()
	l := &Reconstruct{}
	b := ready(t, l, []string{"the phone is broken", "the phone is slow and bad"})
	loss := func(rows ...int32) float64 {
		v, _, err := l.decoder.loss(slices.Clone(b.vectors[:b.dim]), [][]int32{rows}, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	begun := []int32{0, 3, 1}
	sum := 0.0
	for next := range int32(len(l.row)) {
		sum += math.Exp(loss(begun...) - loss(append(slices.Clone(begun), next)...))
	}
	if math.Abs(sum-1) > 1e-4 {
		t.Errorf("the probabilities add up to %g", sum)
	}
}

// Vectors come to say their texts: with each other's vectors they are written worse.
func TestReconstructLearns(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	var texts []string
	for range 6 {
		texts = append(texts, "the phone is broken", "best hotel in paris", "the answer is slow", "a bad battery")
	}
	l := &Reconstruct{Delete: 0.3}
	o := Options{Epochs: 100, BatchSize: 8, LearningRate: 3e-3, NoDropout: true}
	r := mustRun(t, m, texts, l, o)
	if first, last := r.Losses[0], r.Losses[len(r.Losses)-1]; !(last < first/2) {
		t.Errorf("the loss went from %g to %g", first, last)
	}
	e, err := r.Model.Embed(t.Context(), texts[:4])
	if err != nil {
		t.Fatal(err)
	}
	cost := func(shift int) float64 {
		b := &batch[string]{examples: texts[:4], dim: m.Dim()}
		for i := range 4 {
			b.vectors = append(b.vectors, e.Row((i+shift)%4)...)
		}
		b.gradient = make([]float32, len(b.vectors))
		return l.value(b)
	}
	if own, others := cost(0), cost(1); !(own < 0.7*others) {
		t.Errorf("written by their own vectors they cost %g, by others' %g", own, others)
	}
	for _, threads := range []int{1, 3} {
		o.Threads = threads
		again := mustRun(t, m, texts, &Reconstruct{Delete: 0.3}, o)
		if !slices.Equal(again.Losses, r.Losses) {
			t.Errorf("%d threads: other losses", threads)
		}
	}
}

func TestReconstructRefused(t *testing.T) {
	t.Parallel()
	m := tiny(t)
	for _, l := range []*Reconstruct{{Delete: -1}, {Delete: 1}, {Delete: math.NaN()}, {Layers: -1}, {Layers: 101}} {
		if _, err := Run(t.Context(), m, all([]string{"the phone"}), l, Options{}); !errors.Is(err, ErrOptions) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	var none *bert.Model
	if _, err := Run(t.Context(), none, all([]string{"the phone"}), &Reconstruct{}, Options{}); err == nil {
		t.Error("no error without a model")
	}
}

package bert

import (
	"math"
	"slices"
	"testing"
)

// What is remembered of inputs changes no bit of a result, and is what the first
// layer's product says up to rounding.
func TestInputProjection(t *testing.T) {
	for name, dir := range goldenModels(t) {
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{Threads: 1})
			e := m.encoder
			if want := e.project == nil && len(e.layers) > 1; (e.inputs != nil) != want {
				t.Fatalf("inputs are projected from memory: %v, want %v", e.inputs != nil, want)
			}
			if e.inputs == nil {
				t.Skip("embeddings are projected to the hidden size, or there is one layer")
			}
			texts := toSequences(trainInputs(m.config))
			width := len(e.inputs.shift)
			caches := func(tokens, places int) {
				e.inputs.tokens = newRowCache(e.tokens.rows, width, 4*width*tokens, true)
				e.inputs.places = newRowCache(e.positions.rows*max(1, e.types.rows), width, 4*width*places, false)
			}
			caches(1<<10, 1<<10)
			cold := hiddenStates(t, m, texts)
			if e.inputs.places.used.Load() == 0 {
				t.Error("no position was kept")
			}
			hiddenStates(t, m, texts)
			warm := hiddenStates(t, m, texts)
			kept := e.inputs.tokens.used.Load()
			if kept == 0 {
				t.Error("no token was kept")
			}
			caches(int(kept)/2, 2)
			hiddenStates(t, m, texts)
			full := hiddenStates(t, m, texts)
			caches(0, 0)
			none := hiddenStates(t, m, texts)
			for what, got := range map[string][]float32{"full caches": warm, "caches that half fits": full, "no caches": none} {
				if !slices.Equal(got, cold) {
					t.Errorf("%s: other bits than with empty caches", what)
				}
			}
			e.inputs = nil
			for i, want := range hiddenStates(t, m, texts) {
				if d := math.Abs(float64(cold[i] - want)); !(d <= 1e-5) {
					t.Fatalf("element %d is %g, %g by the first layer's product", i, cold[i], want)
				}
			}
		})
	}
}

// An input projection is of the model that it was made for: one of changed
// weights has its own.
func TestInputProjectionOfTrainedTree(t *testing.T) {
	m := loadTiny(t, Options{Threads: 1})
	texts := someTexts(20, 20)
	before := mustEmbed(t, m, texts)
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	trained := tree.Trainable()
	w := values(trained.Embeddings.Tokens)
	for i := range w {
		w[i] = -w[i]
	}
	n, err := m.WithEncoder(trained)
	if err != nil {
		t.Fatal(err)
	}
	after := mustEmbed(t, n, texts)
	if slices.Equal(after.data, before.data) {
		t.Error("other token embeddings, the same vectors")
	}
	if n.encoder.inputs == nil || n.encoder.inputs.tokens == m.encoder.inputs.tokens {
		t.Error("a model of other weights has no cache of its own")
	}
	if again := mustEmbed(t, m, texts); !slices.Equal(again.data, before.data) {
		t.Error("the first model's vectors have changed")
	}
}

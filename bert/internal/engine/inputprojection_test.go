package engine

import (
	"math"
	"slices"
	"testing"
)

// What is remembered of inputs changes no bit of a result, and is what the first
// layer's product says up to rounding.
func TestInputProjection(t *testing.T) {
	t.Parallel()
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			e := randomEncoder(t, spec, Float32)
			if want := e.project == nil && len(e.layers) > 1; (e.inputs != nil) != want {
				t.Fatalf("inputs are projected from memory: %v, want %v", e.inputs != nil, want)
			}
			if e.inputs == nil {
				return // embeddings are projected to the hidden size, or there is one layer
			}
			texts := someSequences(spec, 5, 1, 0, 9)
			width := len(e.inputs.shift)
			run := func() []float32 { return hiddenStates(t, NewRunner(1, 0), e, texts) }
			caches := func(tokens, places int) {
				e.inputs.tokens = newRowCache(e.tokens.rows, width, 4*width*tokens, true)
				e.inputs.places = newRowCache(e.positions.rows*max(1, e.types.rows), width, 4*width*places, false)
			}
			caches(1<<10, 1<<10)
			cold := run()
			if e.inputs.places.used.Load() == 0 {
				t.Error("no position was kept")
			}
			run()
			warm := run()
			kept := e.inputs.tokens.used.Load()
			if kept == 0 {
				t.Error("no token was kept")
			}
			caches(int(kept)/2, 2)
			run()
			full := run()
			caches(0, 0)
			none := run()
			for what, got := range map[string][]float32{"full caches": warm, "caches that half fits": full, "no caches": none} {
				if !slices.Equal(got, cold) {
					t.Errorf("%s: other bits than with empty caches", what)
				}
			}
			e.inputs = nil
			for i, want := range run() {
				if d := math.Abs(float64(cold[i] - want)); !(d <= 1e-5) {
					t.Fatalf("element %d is %g, %g by the first layer's product", i, cold[i], want)
				}
			}
		})
	}
}

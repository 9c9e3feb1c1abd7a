package cluster

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestStartsLeaveOutWeightlessPoints: a point that counts nothing is no first
// centre while there are others, though such points lie beside all that count.
func TestStartsLeaveOutWeightlessPoints(t *testing.T) {
	t.Parallel()
	const places, beside, k = 60, 20, 12
	var at, weights []float64
	for place := range places {
		at, weights = append(at, float64(place)), append(weights, 1)
		for i := range beside {
			at, weights = append(at, float64(place)+0.01*float64(i+1)), append(weights, 0)
		}
	}
	p, err := newPoints(t.Context(), "", "", mat.NewDense(len(at), 1, at), Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, init := range []InitMethod{PlusPlus, Parallel, Random} {
		for seed := range uint64(8) {
			start, err := KMeans{K: k, Init: init, Weights: weights, Threads: 1}.start(t.Context(), p, rand.New(rand.NewPCG(seed, 0)))
			if err != nil {
				t.Fatal(err)
			}
			for j := range k {
				if v := start.Row(j)[0]; v != float64(int(v)) {
					t.Errorf("init %d, seed %d: the point at %v counts nothing, yet is a centre", init, seed, v)
				}
			}
		}
	}
	// MiniBatchKMeans starts from a sample of the points, which keep their weights.
	for seed := range uint64(8) {
		m, err := MiniBatchKMeans{K: 4, InitSize: 300, NInit: 1, Seed: seed, Threads: 1}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		b := m.newBatches()
		if err := b.begin(t.Context(), p, weights); err != nil {
			t.Fatal(err)
		}
		for j := range b.centers.Len {
			if v := b.centers.Row(j)[0]; v != float64(int(v)) {
				t.Errorf("mini-batch, seed %d: the point at %v counts nothing, yet is a centre", seed, v)
			}
		}
	}
}

// TestStartsSeeNoUnitOfWeight: weights of another unit give the same first
// centres. k-means|| takes each point by the part that it has of the weighted sum.
func TestStartsSeeNoUnitOfWeight(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(72, 1))
	x := blobs(rng, 500, 3, 9, 0.5)
	few, many := make([]float64, 500), make([]float64, 500)
	for i := range few {
		few[i] = 0.5 + rng.Float64()
		many[i] = 1024 * few[i]
	}
	p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, init := range []InitMethod{PlusPlus, Parallel, Random} {
		var starts [2]*mat.Dense
		for s, w := range [][]float64{few, many} {
			start, err := KMeans{K: 9, Init: init, Weights: w, Threads: 1}.start(t.Context(), p, rand.New(rand.NewPCG(5, 0)))
			if err != nil {
				t.Fatal(err)
			}
			starts[s] = mat.NewDense(9, 3, start.Data)
		}
		if !mat.Equal(starts[0], starts[1]) {
			t.Errorf("init %d: other centres with weights 1024 times as large", init)
		}
	}
}

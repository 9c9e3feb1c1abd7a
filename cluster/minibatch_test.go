package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestPartialFitAgainstDefinition: each centre is the weighted mean of its start,
// which counts nothing, and all points that joined it, batch after batch.
func TestPartialFitAgainstDefinition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 1))
	const n, d, k = 120, 6, 4
	start := blobs(rng, k, d, k, 0.1)
	s, err := MiniBatchKMeans{Centers: start, ReassignmentRatio: -1}.Stream()
	if err != nil {
		t.Fatal(err)
	}
	if s.Result() != nil {
		t.Fatal("a result before the first batch")
	}
	want, count := mat.DenseCopyOf(start), make([]float64, k)
	for batch := range 7 {
		x, w := blobs(rng, n, d, k, 1), make([]float64, n)
		for i := range w {
			w[i] = float64(rng.IntN(4))
		}
		if err := s.PartialFit(t.Context(), x, w); err != nil {
			t.Fatal(err)
		}
		before := mat.DenseCopyOf(want)
		sum, mass := mat.NewDense(k, d, nil), make([]float64, k)
		for i := range n {
			arg, best := 0, math.Inf(1)
			for j := range k {
				if v := squaredDistance(x.RawRowView(i), 1, before.RawRowView(j), 1); v < best {
					arg, best = j, v
				}
			}
			mass[arg] += w[i]
			addScaled(sum.RawRowView(arg), x.RawRowView(i), w[i])
		}
		for j := range k {
			if mass[j] == 0 {
				continue
			}
			for f := range d {
				want.Set(j, f, (before.At(j, f)*count[j]+sum.At(j, f))/(count[j]+mass[j]))
			}
			count[j] += mass[j]
		}
		r := s.Result()
		if !mat.EqualApprox(r.Centers, want, 1e-10) || r.NIter != batch+1 {
			t.Fatalf("batch %d: centres differ from the definition", batch)
		}
	}
}

// TestPartialFitFindsGroups: a stream of batches finds what is in it.
func TestPartialFitFindsGroups(t *testing.T) {
	t.Parallel()
	x, group := apart(3000, 7, 6)
	s, err := MiniBatchKMeans{K: 6, Seed: 3}.Stream()
	if err != nil {
		t.Fatal(err)
	}
	for lo := 0; lo < 3000; lo += 250 {
		if err := s.PartialFit(t.Context(), x.Slice(lo, lo+250, 0, 7), nil); err != nil {
			t.Fatal(err)
		}
	}
	labels, err := s.Result().Predict(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if diff := partitionDiff(labels, group); diff > 0 {
		t.Errorf("%d of 3000 points are not with their group", diff)
	}
	if err := s.PartialFit(t.Context(), x.Slice(0, 9, 0, 5), nil); !errors.Is(err, ErrShape) {
		t.Errorf("a batch of fewer features: %v", err)
	}
	if err := s.PartialFit(t.Context(), x.Slice(0, 9, 0, 7), []float64{1}); !errors.Is(err, ErrShape) {
		t.Errorf("weights for one of nine points: %v", err)
	}
	few, err := MiniBatchKMeans{K: 6}.Stream()
	if err != nil {
		t.Fatal(err)
	}
	if err := few.PartialFit(t.Context(), x.Slice(0, 5, 0, 7), nil); !errors.Is(err, ErrTooFewPoints) {
		t.Errorf("a first batch of 5 points for K = 6: %v", err)
	}
}

// TestMiniBatchNearKMeans: on groups that overlap its inertia comes near that of
// KMeans, over seeds.
func TestMiniBatchNearKMeans(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(32, 1)), 4000, 10, 12, 1)
	var mini, full float64
	for seed := range uint64(6) {
		a, err := MiniBatchKMeans{K: 12, Seed: seed}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		b, err := KMeans{K: 12, Seed: seed}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		mini, full = mini+a.Inertia, full+b.Inertia
	}
	if mini > 1.06*full {
		t.Errorf("mean inertia %v, KMeans %v", mini/6, full/6)
	}
}

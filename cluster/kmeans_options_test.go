package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestTransformAndScore: distances to all centres, and the negative inertia, by
// their definitions, also for points that were not fitted and with weights.
func TestTransformAndScore(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(61, 1))
	x, other := blobs(rng, 400, 9, 5, 1), blobs(rng, 70, 9, 5, 2)
	w := make([]float64, 70)
	for i := range w {
		w[i] = float64(rng.IntN(4))
	}
	for _, metric := range []Metric{Euclidean, Cosine} {
		for _, rows := range []mat.Matrix{x, toSingle(x)} {
			r, err := KMeans{K: 5, Metric: metric, Seed: 1}.Fit(t.Context(), rows)
			if err != nil {
				t.Fatal(err)
			}
			fitted, err := r.Score(t.Context(), rows, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !near(-fitted, r.Inertia, 1e-9) {
				t.Errorf("%v: the fitted points score %v, their inertia is %v", metric, fitted, r.Inertia)
			}
			got, err := r.Transform(t.Context(), other)
			if err != nil {
				t.Fatal(err)
			}
			var once, weighted float64
			for i := range 70 {
				least := math.Inf(1)
				for j := range 5 {
					a, b := other.RowView(i), r.Centers.RowView(j)
					var diff mat.VecDense
					diff.SubVec(a, b)
					want, cost := mat.Norm(&diff, 2), mat.Dot(&diff, &diff)
					if metric == Cosine {
						want = 1 - mat.Dot(a, b)/mat.Norm(a, 2)/mat.Norm(b, 2)
						cost = want
					}
					if !near(got.At(i, j), want, 1e-9) {
						t.Fatalf("%v: point %d is at %v from centre %d, want %v", metric, i, got.At(i, j), j, want)
					}
					least = min(least, cost)
				}
				once += least
				weighted += w[i] * least
			}
			for _, c := range []struct{ w, want []float64 }{{nil, []float64{once}}, {w, []float64{weighted}}} {
				s, err := r.Score(t.Context(), other, c.w)
				if err != nil {
					t.Fatal(err)
				}
				if !near(-s, c.want[0], 1e-9) {
					t.Errorf("%v: score %v, want %v", metric, s, -c.want[0])
				}
			}
			if _, err := r.Score(t.Context(), other, w[1:]); !errors.Is(err, ErrShape) {
				t.Errorf("weights for 69 of 70 points: %v", err)
			}
		}
	}
}

// TestWeightsAreRepetition: a point of weight 3 is three points.
func TestWeightsAreRepetition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(62, 1))
	x := blobs(rng, 200, 6, 4, 1)
	w := make([]float64, 200)
	var v []float64
	for i := range w {
		w[i] = float64(rng.IntN(5))
		for range int(w[i]) {
			v = append(v, x.RawRowView(i)...)
		}
	}
	many := mat.NewDense(len(v)/6, 6, v)
	for _, m := range []KMeans{{}, {Metric: Cosine}, {MaxIter: 2}, {Tol: -1}} {
		m.Centers = x.Slice(0, 4, 0, 6)
		repeated, err := m.Fit(t.Context(), many)
		if err != nil {
			t.Fatal(err)
		}
		m.Weights = w
		weighted, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if !mat.EqualApprox(weighted.Centers, repeated.Centers, 1e-9) || !near(weighted.Inertia, repeated.Inertia, 1e-9) {
			t.Errorf("%+v: inertia %v weighted, %v repeated", m.Metric, weighted.Inertia, repeated.Inertia)
		}
	}
}

// TestEmptyClusters: centres without points take the points farthest from their
// own, which their clusters lose (the numbers are scikit-learn's too); a point
// that is its centre already is not taken.
func TestEmptyClusters(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(5, 1, []float64{0, 0.1, 10, 10.2, 20})
	r, err := KMeans{Centers: mat.NewDense(4, 1, []float64{0, 10, 100, 200}), MaxIter: 1}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Labels, []int{0, 0, 1, 3, 2}) || !mat.EqualApprox(r.Centers, mat.NewDense(4, 1, []float64{0.05, 10, 20, 10.2}), 1e-12) || !near(r.Inertia, 0.005, 1e-9) {
		t.Errorf("labels %v, centres %v, inertia %v", r.Labels, r.Centers.RawMatrix().Data, r.Inertia)
	}
	r, err = KMeans{Centers: mat.NewDense(3, 1, []float64{1, 5, 9})}.Fit(t.Context(), mat.NewDense(3, 1, []float64{1, 1, 5}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(r.Labels, []int{0, 0, 1}) || r.Centers.At(2, 0) != 9 {
		t.Errorf("labels %v, centres %v: nothing was to be taken", r.Labels, r.Centers.RawMatrix().Data)
	}
}

// TestNInitKeepsTheBest: more starts never end higher, since the first is the
// same, and on hard data some end lower.
func TestNInitKeepsTheBest(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(63, 1)), 900, 3, 25, 0.2)
	for _, init := range []InitMethod{PlusPlus, Parallel, Random} {
		lower := 0
		for seed := range uint64(sized(10, 3)) {
			one, err := KMeans{K: 25, Init: init, NInit: 1, Seed: seed}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			many, err := KMeans{K: 25, Init: init, NInit: 6, Seed: seed}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if many.Inertia > one.Inertia {
				t.Errorf("start %d, seed %d: inertia %v after six runs, %v after the first", init, seed, many.Inertia, one.Inertia)
			}
			if many.Inertia < one.Inertia {
				lower++
			}
		}
		if lower == 0 {
			t.Errorf("start %d: six runs were never better than one", init)
		}
	}
}

// TestProgress: it counts up to what was done, never beyond the total.
func TestProgress(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(64, 1)), 3000, 4, 6, 1)
	var last, total int
	progress := func(done, of int) {
		if done != last+1 || of < done {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last, total = done, of
	}
	k, err := KMeans{K: 6, Progress: progress}.Fit(t.Context(), x)
	if err != nil || last != k.NIter || total != 300 {
		t.Errorf("KMeans: %v, told of %d rounds of %d, there were %d", err, last, total, k.NIter)
	}
	last = 0
	m, err := MiniBatchKMeans{K: 6, Progress: progress}.Fit(t.Context(), x)
	if err != nil || last != m.NIter {
		t.Errorf("MiniBatchKMeans: %v, told of %d batches, there were %d", err, last, m.NIter)
	}
	last = 1 // the whole is the first part
	if _, err = (BisectingKMeans{K: 6, Progress: progress}).Fit(t.Context(), x); err != nil || last != 6 || total != 6 {
		t.Errorf("BisectingKMeans: %v, told of %d clusters of %d", err, last, total)
	}
}

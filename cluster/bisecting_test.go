package cluster

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// line is points on a line, so that what is split can be said beforehand.
func line(groups map[float64]int) *mat.Dense {
	var v []float64
	for _, at := range slices.Sorted(maps.Keys(groups)) {
		for i := range groups[at] {
			v = append(v, at+0.01*float64(i%3))
		}
	}
	return mat.NewDense(len(v), 1, v)
}

func TestBisectingSplits(t *testing.T) {
	t.Parallel()
	// Many at 0 and 1, few at 100 and 130: the first split is between 1 and 100.
	x := line(map[float64]int{0: 100, 1: 100, 100: 5, 130: 5})
	for _, largest := range []bool{false, true} {
		r, err := BisectingKMeans{K: 3, SplitLargest: largest, NInit: 5}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		labels, err := r.Predict(t.Context(), mat.NewDense(4, 1, []float64{0, 1, 100, 130}))
		if err != nil {
			t.Fatal(err)
		}
		if low, high := labels[0] != labels[1], labels[2] != labels[3]; low != largest || high == largest {
			t.Errorf("SplitLargest %v: 0, 1, 100 and 130 are in %v", largest, labels)
		}
	}
}

// TestBisectingTwo: with two clusters it is KMeans.
func TestBisectingTwo(t *testing.T) {
	t.Parallel()
	x, group := apart(200, 5, 2)
	a, err := BisectingKMeans{K: 2}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	b, err := KMeans{K: 2}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if partitionDiff(a.Labels, group) > 0 || !near(a.Inertia, b.Inertia, 1e-9) {
		t.Errorf("inertia %v, KMeans %v", a.Inertia, b.Inertia)
	}
	w := make([]float64, 200)
	for i := range w {
		w[i] = 2
	}
	c, err := BisectingKMeans{K: 2, Weights: w}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if !near(c.Inertia, 2*a.Inertia, 1e-9) {
		t.Errorf("inertia %v with weights 2, %v with 1", c.Inertia, a.Inertia)
	}
}

// TestBisectingLowersInertia: every split does.
func TestBisectingLowersInertia(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(33, 1)), 600, 4, 5, 1)
	last := 0.0
	for k := 1; k <= 12; k++ {
		r, err := BisectingKMeans{K: k, Seed: 4}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if k > 1 && r.Inertia >= last {
			t.Errorf("k = %d: inertia %v, %v with one cluster fewer", k, r.Inertia, last)
		}
		last = r.Inertia
	}
}

// TestBisectingCountsWeights: which part is split next goes by the weight of its
// points, or by the inertia that they have with it, not by their number.
func TestBisectingCountsWeights(t *testing.T) {
	t.Parallel()
	var at, weights []float64
	for range 5 {
		at, weights = append(at, 0, 1), append(weights, 1, 1)
	}
	for range 2 {
		at, weights = append(at, 100, 101), append(weights, 10, 10)
	}
	x := mat.NewDense(len(at), 1, at)
	for _, largest := range []bool{false, true} {
		for _, w := range [][]float64{nil, weights} {
			r, err := BisectingKMeans{K: 3, SplitLargest: largest, Weights: w, NInit: 5}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			low, high := r.Labels[0] != r.Labels[1], r.Labels[10] != r.Labels[11]
			if low != (w == nil) || high != (w != nil) {
				t.Errorf("SplitLargest %v, weights %v: labels %v", largest, w, r.Labels)
			}
		}
	}
}

// TestBisectingKeepsTheBestSplit: more tries from the same seed begin with the
// same ones, so they never end with more inertia.
func TestBisectingKeepsTheBestSplit(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(34, 1)), 120, 2, 6, 1)
	differ := false
	for seed := range uint64(10) {
		last := 0.0
		for n := 1; n <= 4; n++ {
			r, err := BisectingKMeans{K: 2, Init: Random, NInit: n, Seed: seed}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			if n > 1 && r.Inertia > last*(1+1e-6) {
				t.Errorf("seed %d: inertia %v with %d tries, %v with one fewer", seed, r.Inertia, n, last)
			}
			differ = differ || n > 1 && r.Inertia < last*(1-1e-3)
			last = r.Inertia
		}
	}
	if !differ {
		t.Error("a second try never helped: the points are too easy")
	}
}

// TestBisectingWeighsCentres: the two centres are weighted means.
func TestBisectingWeighsCentres(t *testing.T) {
	t.Parallel()
	r, err := BisectingKMeans{K: 2, Weights: []float64{1, 3, 1, 3}}.Fit(t.Context(), mat.NewDense(4, 1, []float64{0, 1, 10, 12}))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := r.Centers.At(r.Labels[0], 0), r.Centers.At(r.Labels[2], 0); a != 0.75 || b != 11.5 {
		t.Errorf("centres %v and %v, want 0.75 and 11.5", a, b)
	}
}

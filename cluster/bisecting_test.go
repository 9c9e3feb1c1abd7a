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

package cluster

import (
	"math"
	"slices"
	"testing"
)

func TestKMeansGolden(t *testing.T) {
	t.Parallel()
	eachGolden(t, func(t *testing.T, g golden) {
		for i, e := range g.KMeans {
			tol := e.Tol
			if tol == 0 {
				tol = -1
			}
			km := KMeans{K: e.K, Centers: g.X.Slice(0, e.K, 0, g.cols()), MaxIter: e.MaxIter, Tol: tol, Weights: e.Weights}
			r, err := km.Fit(t.Context(), g.X)
			if err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			if !slices.Equal(r.Labels, e.Labels) {
				t.Errorf("%d: labels differ", i)
			}
			if r.NIter != e.NIter {
				t.Errorf("%d: %d rounds, want %d", i, r.NIter, e.NIter)
			}
			if !near(r.Inertia, e.Inertia, 1e-9) {
				t.Errorf("%d: inertia %v, want %v", i, r.Inertia, e.Inertia)
			}
			for j, c := range e.Centers {
				for f, want := range c {
					if got := r.Centers.At(j, f); math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
						t.Fatalf("%d: centre %d, feature %d: %v, want %v", i, j, f, got, want)
					}
				}
			}
			// The same data as float32 rows: the labels of equal data are equal,
			// and the inertia follows the rounding of the points.
			s, err := km.Fit(t.Context(), g.single())
			if err != nil {
				t.Fatal(err)
			}
			if d := slices.Compare(s.Labels, e.Labels); d != 0 || !near(s.Inertia, e.Inertia, 1e-6) {
				t.Errorf("%d: float32: inertia %v, want %v; labels equal: %v", i, s.Inertia, e.Inertia, d == 0)
			}
		}
	})
}

func near(got, want, rel float64) bool {
	return math.Abs(got-want) <= rel*math.Abs(want)
}

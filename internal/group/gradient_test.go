package group

import (
	"math"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// The gradient of the margin, through every space that has one, is that of
// central differences.
func TestMarginGradient(t *testing.T) {
	t.Parallel()
	const n, d, k = 40, 6, 3
	x := dense.New[float32](n, d)
	for i := range n {
		for j := range d {
			x.Row(i)[j] = float32(math.Sin(float64(i*7 + j*j*3 + 1)))
		}
	}
	for name, by := range map[string]reduce.Reducer{
		"none": nil, "PCA": reduce.PCA{Components: k}, "whitened": reduce.PCA{Components: k, Whiten: true},
		"projection": reduce.RandomProjection{Components: k, Seed: 1}, "sparse projection": reduce.RandomProjection{Components: k, Density: 0.5, Seed: 1},
	} {
		space, _, err := fitSpace(t.Context(), x, dense.Rows[float32]{}, Config{Reduce: by})
		if err != nil {
			t.Fatal(err)
		}
		y, err := space.Place(t.Context(), x, dense.Rows[float32]{})
		if err != nil {
			t.Fatal(err)
		}
		centres := Centres{{Anchor: y.Row(0)}, {Anchor: y.Row(1)}, {Anchor: y.Row(2)}}
		slopes, ok, err := space.Slopes(t.Context())
		if err != nil || !ok {
			t.Fatalf("%s: %v, %v", name, ok, err)
		}
		for row := 3; row < 12; row++ {
			for own := range centres { // the nearest and others
				at := func(j int, h float32) float64 {
					one := dense.New[float32](1, d)
					copy(one.Row(0), x.Row(row))
					one.Row(0)[j] += h
					p, err := space.Place(t.Context(), one, dense.Rows[float32]{})
					if err != nil {
						t.Fatal(err)
					}
					m, _ := centres.Margin(p.Row(0), own)
					return m
				}
				m, g := centres.MarginGradient(y.Row(row), own)
				if m != at(0, 0) {
					t.Errorf("%s: the margin is %g, want %g", name, m, at(0, 0))
				}
				g = slopes.Back(g)
				for j := range d {
					const h = 1e-3
					if want := (at(j, h) - at(j, -h)) / (2 * h); math.Abs(g[j]-want) > 2e-3*(1+math.Abs(want)) {
						t.Errorf("%s: row %d, centre %d, feature %d: %g, by differences %g", name, row, own, j, g[j], want)
					}
				}
			}
		}
	}
	if m, g := (Centres{{Anchor: []float32{1}}}).MarginGradient([]float32{2}, 0); m != 0 || g[0] != 0 {
		t.Errorf("one centre: %g, %v", m, g)
	}
}

// UMAP's space has no gradients.
func TestUMAPHasNoSlopes(t *testing.T) {
	t.Parallel()
	if _, ok, err := (Space{By: &reduce.UMAPResult{}}).Slopes(t.Context()); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}

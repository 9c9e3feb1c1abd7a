package knn

import (
	"slices"
	"testing"
)

// Neighbours are exact below the limit, and those of Descent from there on.
func TestNearest(t *testing.T) {
	t.Parallel()
	x := cloud(600, 8, 4, 1)
	exact, err := Exact(t.Context(), x, 5, 1)
	if err != nil {
		t.Fatal(err)
	}
	few := Options{Trees: 1, LeafSize: 8, Iterations: 1, Threads: 1}
	some, err := Descent(t.Context(), x, 5, few)
	if err != nil || slices.Equal(some.Index, exact.Index) {
		t.Fatalf("descent is exact, so that this test tells nothing (%v)", err)
	}
	for _, c := range []struct {
		from int
		want *Graph
	}{{601, exact}, {0, exact}, {-1, exact}, {600, some}, {1, some}} {
		got, err := Nearest(t.Context(), x, 5, c.from, few)
		if err != nil || !slices.Equal(got.Index, c.want.Index) || !slices.Equal(got.Dist, c.want.Dist) {
			t.Errorf("from %d: other neighbours (%v)", c.from, err)
		}
	}
}

func TestFirst(t *testing.T) {
	t.Parallel()
	x := cloud(100, 6, 4, 2)
	g, err := Exact(t.Context(), x, 9, 1)
	if err != nil {
		t.Fatal(err)
	}
	want, err := Exact(t.Context(), x, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	got := g.First(4)
	if got.Len != 100 || got.K != 4 || !slices.Equal(got.Index, want.Index) || !slices.Equal(got.Dist, want.Dist) {
		t.Error("the first four of nine neighbours are not the four nearest")
	}
	if g.First(9) != g || g.First(20) != g {
		t.Error("a graph that has no more is another one")
	}
}

package cluster

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// stream learns from batches of points on a line, in turn, and returns the centres.
func stream(t *testing.T, m MiniBatchKMeans, batches ...[]float64) []float64 {
	t.Helper()
	s, err := m.Stream()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := s.PartialFit(t.Context(), mat.NewDense(len(b), 1, b), nil); err != nil {
			t.Fatal(err)
		}
	}
	return mat.Col(nil, 0, s.Result().Centers)
}

// pile is n points at 0, as many at 1, and those given.
func pile(n int, others ...float64) []float64 {
	var v []float64
	for range n {
		v = append(v, 0, 1)
	}
	return append(v, others...)
}

// TestPoorClustersAreGivenUp: a centre is moved to a point of the batch where it
// has fewer points than ReassignmentRatio times those of the largest cluster,
// but not before 10 K points were seen since the last time, or it has none.
func TestPoorClustersAreGivenUp(t *testing.T) {
	t.Parallel()
	start := mat.NewDense(2, 1, []float64{0.5, 10})
	for _, c := range []struct {
		says    string
		ratio   float64
		batches [][]float64
		moved   bool
	}{
		{"1 of 201 points at the default ratio of 0.01", 0, [][]float64{pile(100, 10)}, true},
		{"3 of 203", 0, [][]float64{pile(100, 10, 10, 10)}, false},
		{"1 of 201 at a ratio of 0.001", 0.001, [][]float64{pile(100, 10)}, false},
		{"1 of 201 where none are to be given up", -1, [][]float64{pile(100, 10)}, false},
		{"1 of 17, too few to tell", 0.2, [][]float64{pile(8, 10)}, false},
		{"2 of 34, enough", 0.2, [][]float64{pile(8, 10), pile(8, 10)}, true},
		{"none of 4", 0, [][]float64{pile(2)}, true},
	} {
		got := stream(t, MiniBatchKMeans{Centers: start, ReassignmentRatio: c.ratio, Seed: 1}, c.batches...)
		if moved := got[1] != 10; moved != c.moved || got[0] != 0.5 {
			t.Errorf("%s: centres %v, want the second moved: %v", c.says, got, c.moved)
		}
	}
}

// TestGivenUpCentresCountAsOthers: one that was moved to a point learns from then
// on as slowly as the least of those that stayed.
func TestGivenUpCentresCountAsOthers(t *testing.T) {
	t.Parallel()
	m := MiniBatchKMeans{Centers: mat.NewDense(2, 1, []float64{0.5, 10}), Seed: 1}
	at := stream(t, m, pile(100, 10))[1]
	if at != 0 && at != 1 {
		t.Fatalf("it was moved to %v, want a point of the batch", at)
	}
	point := 3*at - 1 // beyond it: -1 or 2
	got := stream(t, m, pile(100, 10), []float64{point})[1]
	if want := at + (point-at)/201; math.Abs(got-want) > 1e-12 {
		t.Errorf("from %v it moves to %v, want %v", at, got, want)
	}
}

// TestGivenUpCentresGoApart: several at once go to different points, and to no
// more than half of a batch.
func TestGivenUpCentresGoApart(t *testing.T) {
	t.Parallel()
	start := mat.NewDense(6, 1, []float64{5, 1000, 2000, 3000, 4000, 5000})
	for _, c := range []struct{ points, moved int }{{12, 5}, {10, 5}, {7, 3}, {6, 3}} {
		batch := make([]float64, c.points)
		for i := range batch {
			batch[i] = float64(i)
		}
		got := stream(t, MiniBatchKMeans{Centers: start, Seed: 2}, batch)
		places := map[float64]bool{}
		for _, v := range got[1:] {
			if v < 1000 {
				places[v] = true
			}
		}
		if len(places) != c.moved {
			t.Errorf("a batch of %d points: centres %v, want %d of them at different points of it", c.points, got, c.moved)
		}
	}
}

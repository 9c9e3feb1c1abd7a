package cluster

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestMiniBatchStops: where the centres are right from the start, each batch has
// inertia 0 and moves nothing. The first is not looked at, so the second is the
// last where Tol is set, and otherwise MaxNoImprovement more follow it.
func TestMiniBatchStops(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(40, 1, pile(20))
	for _, c := range []struct {
		idle  int
		tol   float64
		steps int
	}{{0, 0, 12}, {5, 0, 7}, {-1, 0, 80}, {5, 1e-3, 2}, {-1, 1e-3, 2}} {
		r, err := MiniBatchKMeans{
			Centers: mat.NewDense(2, 1, []float64{0, 1}), BatchSize: 10, MaxIter: 20, MaxNoImprovement: c.idle, Tol: c.tol,
		}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if r.NIter != c.steps {
			t.Errorf("MaxNoImprovement %d, Tol %v: %d batches, want %d", c.idle, c.tol, r.NIter, c.steps)
		}
	}
}

// TestPartialFitOnTheSphere: under the cosine metric rows count by their
// directions, and a centre is of unit length after each batch.
func TestPartialFitOnTheSphere(t *testing.T) {
	t.Parallel()
	s, err := MiniBatchKMeans{Centers: mat.NewDense(1, 2, []float64{4, 0}), Metric: Cosine}.Stream()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []struct{ x, want []float64 }{
		{[]float64{2, 0, 0, 3}, []float64{1, 1}},                 // directions (1, 0) and (0, 1)
		{[]float64{5, 0}, []float64{math.Sqrt2 + 1, math.Sqrt2}}, // two at the diagonal, one more at (1, 0)
	} {
		if err := s.PartialFit(t.Context(), mat.NewDense(len(b.x)/2, 2, b.x), nil); err != nil {
			t.Fatal(err)
		}
		size := math.Hypot(b.want[0], b.want[1])
		for j, v := range s.Result().Centers.RawRowView(0) {
			if math.Abs(v-b.want[j]/size) > 1e-12 {
				t.Errorf("after %v the centre is %v, want the direction of %v", b.x, s.Result().Centers.RawRowView(0), b.want)
			}
		}
	}
}

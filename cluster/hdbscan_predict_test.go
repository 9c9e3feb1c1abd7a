package cluster

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// column is points on a line.
func column(at ...float64) *mat.Dense { return mat.NewDense(len(at), 1, at) }

// TestHDBSCANPredictByDensity: the numbers 0 to 9 and 100 to 109 are two clusters
// up to the distance of 91 between them. With MinSamples 3 a new point's core
// distance is that to the second nearest of the fitted ones, itself being the
// first of three; where it is 91 the point still belongs, beyond it is noise.
func TestHDBSCANPredictByDensity(t *testing.T) {
	t.Parallel()
	var at []float64
	for i := range 10 {
		at = append(at, float64(i), 100+float64(i))
	}
	r, err := HDBSCAN{MinClusterSize: 5, MinSamples: 3}.Fit(t.Context(), column(at...))
	if err != nil {
		t.Fatal(err)
	}
	if r.NumClusters() != 2 || r.Births[0] != 1.0/91 || r.Births[1] != 1.0/91 {
		t.Fatalf("%d clusters, born at %v, want 2 at 1/91", r.NumClusters(), r.Births)
	}
	got, err := r.Predict(t.Context(), column(4.4, 105.2, -90, -91, 199, 200, -1e6))
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 1, 0, Noise, 1, Noise, Noise}; !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}

// TestHDBSCANOneClusterToEpsilon: a single cluster reaches as far as Epsilon, in
// the fit and for new points; without it only to its greatest density, at which
// the ends of a row of points are not in it.
func TestHDBSCANOneClusterToEpsilon(t *testing.T) {
	t.Parallel()
	x := column(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15)
	for _, c := range []struct {
		epsilon    float64
		ends       int
		near, next int // of new points with core distances 3 and 4
	}{{0, Noise, Noise, Noise}, {3, 0, 0, Noise}, {4, 0, 0, 0}} {
		r, err := HDBSCAN{MinClusterSize: 5, MinSamples: 3, AllowSingleCluster: true, Epsilon: c.epsilon}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		want := []int{c.ends, 0, 0, 0, 0, 0, 0, 0, 0, c.ends, Noise}
		if !slices.Equal(r.Labels, want) {
			t.Errorf("Epsilon %v: labels %v, want %v", c.epsilon, r.Labels, want)
		}
		got, err := r.Predict(t.Context(), column(-2, -3))
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{c.near, c.next}; !slices.Equal(got, want) {
			t.Errorf("Epsilon %v: new points have labels %v, want %v", c.epsilon, got, want)
		}
	}
}

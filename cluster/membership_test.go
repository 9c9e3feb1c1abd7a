package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestMembershipsOfAWideAndANarrowCluster(t *testing.T) {
	t.Parallel()
	// Means 0 and 10, mean squared distances 16 and 1; the point at 5 is noise,
	// and so is the one at 7.
	x := mat.NewDense(7, 1, []float64{-4, 4, 9, 11, 5, 7, 0})
	labels := []int{0, 0, 1, 1, Noise, Noise, 0}
	labels[6] = Noise
	got, err := Memberships(t.Context(), x, labels)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range []float64{-4, 4, 9, 11, 5, 7, 0} {
		a, b := v*v/16, (v-10)*(v-10)
		want := 1.0
		if a > 0 {
			want = 1 / (1 + a/b)
		}
		if math.Abs(got.At(i, 0)-want) > 1e-12 || math.Abs(got.At(i, 0)+got.At(i, 1)-1) > 1e-12 {
			t.Errorf("%v: %v, want %v", v, got.RawRowView(i), want)
		}
	}
	if got.At(5, 0) < 0.5 { // nearer to the mean at 10, but 7 is within reach of the wide one
		t.Errorf("7 belongs to the narrow cluster: %v", got.RawRowView(5))
	}
}

// Whatever found the clusters, most points belong to their own, and every row
// sums to 1; equal points and clusters without points do no harm.
func TestMembershipsOfEveryClusterer(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 5))
	x := mat.NewDense(90, 3, nil)
	for i := range 90 {
		for j := range 3 {
			x.Set(i, j, float64(8*(i%3))*float64(j%2*2-1)+r.NormFloat64())
		}
	}
	for _, c := range []Clusterer{KMeans{K: 3}, MiniBatchKMeans{K: 3}, BisectingKMeans{K: 3}, Agglomerative{K: 3}, DBSCAN{Eps: 2}, HDBSCAN{MinClusterSize: 8}} {
		p, err := c.Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		labels := p.Assignments()
		got, err := Memberships(t.Context(), x, labels)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range labels {
			sum := 0.0
			for _, v := range got.RawRowView(i) {
				sum += v
			}
			if math.Abs(sum-1) > 1e-12 || l != Noise && got.At(i, l) < 0.5 {
				t.Errorf("%T: point %d of cluster %d: %v", c, i, l, got.RawRowView(i))
			}
		}
	}
	got, err := Memberships(t.Context(), mat.NewDense(3, 1, []float64{1, 1, 4}), []int{0, 0, 2})
	if err != nil || got.At(0, 0) != 1 || got.At(0, 1) != 0 || got.At(2, 2) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestMembershipsRefuse(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(2, 1, []float64{1, 2})
	for _, labels := range [][]int{{0}, {0, -2}} {
		var option *OptionError
		if _, err := Memberships(t.Context(), x, labels); !errors.As(err, &option) {
			t.Errorf("%v: %v", labels, err)
		}
	}
	if _, err := Memberships(t.Context(), x, []int{Noise, Noise}); !errors.Is(err, ErrTooFewPoints) {
		t.Errorf("no cluster: %v", err)
	}
	if _, err := Memberships(t.Context(), mat.NewDense(1, 1, []float64{math.NaN()}), []int{0}); err == nil {
		t.Error("not a number")
	}
}

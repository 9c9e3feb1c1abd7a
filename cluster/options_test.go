package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestOptionsOutOfRange: each option that can be wrong is refused by name.
func TestOptionsOutOfRange(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(71, 1)), 50, 3, 3, 1)
	nan := math.NaN()
	for _, c := range []struct {
		m         Clusterer
		estimator string
		option    string
	}{
		{KMeans{K: -1}, "KMeans", "K"},
		{KMeans{NInit: -1}, "KMeans", "NInit"},
		{KMeans{MaxIter: -1}, "KMeans", "MaxIter"},
		{KMeans{Tol: nan}, "KMeans", "Tol"},
		{KMeans{Init: 9}, "KMeans", "Init"},
		{KMeans{Metric: Manhattan}, "KMeans", "Metric"},
		{MiniBatchKMeans{K: -1}, "MiniBatchKMeans", "K"},
		{MiniBatchKMeans{BatchSize: -1}, "MiniBatchKMeans", "BatchSize"},
		{MiniBatchKMeans{InitSize: -1}, "MiniBatchKMeans", "InitSize"},
		{MiniBatchKMeans{NInit: -1}, "MiniBatchKMeans", "NInit"},
		{MiniBatchKMeans{MaxIter: -1}, "MiniBatchKMeans", "MaxIter"},
		{MiniBatchKMeans{ReassignmentRatio: nan}, "MiniBatchKMeans", "ReassignmentRatio"},
		{MiniBatchKMeans{Metric: Chebyshev}, "MiniBatchKMeans", "Metric"},
		{BisectingKMeans{K: -1}, "BisectingKMeans", "K"},
		{BisectingKMeans{Metric: Manhattan}, "BisectingKMeans", "Metric"},
		{DBSCAN{Eps: -1}, "DBSCAN", "Eps"},
		{DBSCAN{Eps: nan}, "DBSCAN", "Eps"},
		{DBSCAN{MinSamples: -1}, "DBSCAN", "MinSamples"},
		{DBSCAN{Metric: 9}, "DBSCAN", "Metric"},
		{HDBSCAN{MinClusterSize: 1}, "HDBSCAN", "MinClusterSize"},
		{HDBSCAN{MinSamples: -1}, "HDBSCAN", "MinSamples"},
		{HDBSCAN{Selection: 9}, "HDBSCAN", "Selection"},
		{HDBSCAN{Epsilon: nan}, "HDBSCAN", "Epsilon"},
		{HDBSCAN{MaxClusterSize: -1}, "HDBSCAN", "MaxClusterSize"},
		{HDBSCAN{Metric: 9}, "HDBSCAN", "Metric"},
		{Agglomerative{K: -1}, "Agglomerative", "K"},
		{Agglomerative{Threshold: nan}, "Agglomerative", "Threshold"},
		{Agglomerative{Linkage: 9}, "Agglomerative", "Linkage"},
		{Agglomerative{Linkage: Average, Metric: 9}, "Agglomerative", "Metric"},
		{Agglomerative{Metric: Cosine}, "Agglomerative", "Metric"},
	} {
		p, err := c.m.Cluster(t.Context(), x)
		var o *OptionError
		if !errors.Is(err, ErrOption) || !errors.As(err, &o) || o.Estimator != c.estimator || o.Option != c.option || o.Want == "" || p != nil {
			t.Errorf("%+v: %v, want an error about %s of %s", c.m, err, c.option, c.estimator)
		}
	}
	for _, w := range [][]float64{{1, 2}, make([]float64, 50), {0: nan, 49: 1}, {0: -1, 49: 1}, {0: math.Inf(1), 49: 1}} {
		for _, m := range []Clusterer{KMeans{K: 2, Weights: w}, MiniBatchKMeans{K: 2, Weights: w}, BisectingKMeans{K: 2, Weights: w}, DBSCAN{Weights: w}} {
			_, err := m.Cluster(t.Context(), x)
			want := ErrOption
			switch {
			case len(w) != 50:
				want = ErrShape
			case w[0]-w[0] != 0:
				want = ErrNotFinite
			}
			if !errors.Is(err, want) {
				t.Errorf("%T with weights %v…: %v, want %v", m, w[:2], err, want)
			}
		}
	}
	for _, bad := range []mat.Matrix{mat.NewDense(3, 2, nil), mat.NewDense(2, 3, nil)} {
		for _, m := range []Clusterer{KMeans{K: 3, Centers: bad}, MiniBatchKMeans{K: 3, Centers: bad}} {
			if _, err := m.Cluster(t.Context(), x); !errors.Is(err, ErrShape) {
				t.Errorf("%T with first centres of another shape: %v", m, err)
			}
		}
	}
}

// TestTooLargeATable: more points than the table of distances may hold.
func TestTooLargeATable(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(72, 1)), 100, 3, 3, 1)
	for _, l := range []Linkage{Ward, Average, Complete} {
		if _, err := (Agglomerative{Linkage: l, MaxBytes: 8*100*99/2 - 1}).Fit(t.Context(), x); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%v: %v, want ErrTooLarge", l, err)
		}
		if _, err := (Agglomerative{Linkage: l, MaxBytes: 8 * 100 * 99 / 2}).Fit(t.Context(), x); err != nil {
			t.Errorf("%v: %v", l, err)
		}
	}
}

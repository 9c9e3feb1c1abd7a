package group

import (
	"context"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
)

// callers is a clusterer and a reducer that this library knows nothing of.
type callers struct{}

func (callers) Cluster(context.Context, mat.Matrix) (cluster.Partition, error) { return nil, nil }

func (callers) Reduce(context.Context, mat.Matrix) (reduce.Projection, error) { return nil, nil }

// Goroutines share only what calls nothing of the caller's.
func TestShared(t *testing.T) {
	t.Parallel()
	count := func(int, int) {}
	for _, c := range []struct {
		clusterer cluster.Clusterer
		reducer   reduce.Reducer
		want      bool
	}{
		{cluster.KMeans{K: 2}, nil, true},
		{cluster.KMeans{K: 2, Progress: count}, nil, false},
		{cluster.KMeans{K: 2, Centers: mat.NewDense(2, 2, nil)}, nil, false},
		{cluster.AtMost{Clusterer: cluster.KMeans{K: 2}}, reduce.PCA{}, true},
		{cluster.AtMost{Clusterer: cluster.BisectingKMeans{K: 2, Progress: count}}, nil, false},
		{cluster.MiniBatchKMeans{K: 2}, reduce.Smoothing{}, true},
		{cluster.MiniBatchKMeans{K: 2, Progress: count}, nil, false},
		{cluster.BisectingKMeans{K: 2}, reduce.AtMost{Reducer: reduce.UMAP{}}, true},
		{cluster.HDBSCAN{}, reduce.UMAP{Progress: func(string) {}}, false},
		{cluster.DBSCAN{}, reduce.AtMost{Reducer: callers{}}, false},
		{cluster.Agglomerative{K: 2}, nil, true},
		{cluster.Auto{}, nil, false},
		{callers{}, nil, false},
		{cluster.AtMost{Clusterer: callers{}}, nil, false},
	} {
		a := &Again{c: Config{Clusterer: c.clusterer, Reduce: c.reducer}}
		if got := a.Shared(); got != c.want {
			t.Errorf("%T, %T: %v", c.clusterer, c.reducer, got)
		}
	}
}

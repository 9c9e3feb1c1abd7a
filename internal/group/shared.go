package group

import (
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
)

// Shared reports whether several goroutines may call Plain at once: whether what
// clusters and reduces is of this library, and calls nothing of the caller's.
func (a *Again) Shared() bool { return sharedClusterer(a.c.Clusterer) && sharedReducer(a.c.Reduce) }

func sharedClusterer(c cluster.Clusterer) bool {
	switch c := c.(type) {
	case cluster.AtMost:
		return sharedClusterer(c.Clusterer)
	case cluster.KMeans:
		return c.Progress == nil && c.Centers == nil
	case cluster.BisectingKMeans:
		return c.Progress == nil
	case cluster.MiniBatchKMeans:
		return c.Progress == nil
	case cluster.Agglomerative, cluster.DBSCAN, cluster.HDBSCAN:
		return true
	}
	return false
}

func sharedReducer(r reduce.Reducer) bool {
	switch r := r.(type) {
	case nil, reduce.PCA, reduce.Smoothing:
		return true
	case reduce.AtMost:
		return sharedReducer(r.Reducer)
	case reduce.UMAP:
		return r.Progress == nil
	}
	return false
}

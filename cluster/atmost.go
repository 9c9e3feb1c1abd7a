package cluster

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// AtMost is a Clusterer whose number of clusters is a default that nobody asked
// for: it looks for fewer clusters where there are fewer points. The Clusterer
// itself returns an error there.
type AtMost struct{ Clusterer }

// For returns the Clusterer for n points that differ.
func (a AtMost) For(n int) Clusterer {
	n = min(Wanted(a.Clusterer), max(n, 1))
	switch m := a.Clusterer.(type) {
	case KMeans:
		if m.Centers == nil {
			m.K = n
		}
		return m
	case MiniBatchKMeans:
		m.K = n
		return m
	case BisectingKMeans:
		m.K = n
		return m
	case Agglomerative:
		if n > 0 {
			m.K = n
		}
		return m
	}
	return a.Clusterer
}

// Cluster clusters the rows of x, [n, d], into at most n clusters.
func (a AtMost) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	n := 0
	if x != nil {
		n, _ = x.Dims()
	}
	if a.Clusterer == nil {
		return nil, &OptionError{Estimator: "AtMost", Option: "Clusterer", Want: "one"}
	}
	return a.For(n).Cluster(ctx, x)
}

// Describe describes the Clusterer.
func (a AtMost) Describe() estimator.Description { return Describe(a.Clusterer) }

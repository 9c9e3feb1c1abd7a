package cohort

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
)

// Auto is a Clusterer that tries a range of numbers of segments (or of radii,
// for DBSCAN) and takes the one that [cluster.Choose] recommends. Segment
// writes its reasons to Run.Chosen, and measures stability with the setting
// found rather than by choosing anew in every resample.
type Auto struct{ cluster.ChooseOptions }

// Cluster implements cluster.Clusterer.
func (a Auto) Cluster(ctx context.Context, x mat.Matrix) (cluster.Partition, error) {
	c, err := cluster.Choose(ctx, x, a.ChooseOptions)
	if err != nil {
		return nil, err
	}
	return c.Recommended().Partition, nil
}

package cluster

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// Auto is a Clusterer that tries a range of numbers of clusters (for DBSCAN, of
// radii) and uses the one that [Choose] recommends.
type Auto struct{ ChooseOptions }

// Cluster implements Clusterer.
func (a Auto) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	c, err := a.Choose(ctx, x)
	if err != nil {
		return nil, err
	}
	return c.Recommended().Partition, nil
}

// Choose calls the function Choose with a's options.
func (a Auto) Choose(ctx context.Context, x mat.Matrix) (*Choice, error) {
	return Choose(ctx, x, a.ChooseOptions)
}

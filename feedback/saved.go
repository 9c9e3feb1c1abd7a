package feedback

import (
	"encoding/json"
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// ErrSaved reports bytes or JSON that are not saved Clusters, that are damaged, or
// that a newer version wrote.
var ErrSaved = estimator.ErrSaved

const kindClusters = "feedback.Clusters"

// clustersHead holds the parts of Clusters that are not saved as tensors.
type clustersHead struct {
	Inertia float64 `json:"inertia"`
	Broken  int     `json:"broken"`
}

// clustersJSON is the JSON form of Clusters, with scikit-learn's names.
type clustersJSON struct {
	Labels  []int       `json:"labels"`
	Centers [][]float64 `json:"cluster_centers"`
	clustersHead
}

// check requires labels of clusters that there are.
func (c *Clusters) check() error {
	if c.Centers == nil || c.Centers.IsEmpty() {
		return persist.NotFitted(kindClusters, "no centres")
	}
	k, _ := c.Centers.Dims()
	for i, l := range c.Labels {
		if l < 0 || l >= k {
			return persist.NotFitted(kindClusters, "label %d of row %d, want 0 to %d", l, i, k-1)
		}
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. Clusters that Cluster did not return are an estimator.ErrNotFitted.
func (c Clusters) MarshalBinary() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Ints("labels", c.Labels)
	w.Matrix("centers", c.Centers)
	return w.Encode(kindClusters, 1, clustersHead{c.Inertia, c.Broken})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved and
// leave c unchanged.
func (c *Clusters) UnmarshalBinary(data []byte) error {
	var head clustersHead
	f, err := persist.Decode(data, kindClusters, 1, &head)
	if err != nil {
		return err
	}
	out := Clusters{Centers: f.Dense("centers", -1, -1), Inertia: head.Inertia, Broken: head.Broken}
	k := 0
	if out.Centers != nil {
		k, _ = out.Centers.Dims()
	}
	out.Labels = f.Ints("labels", -1, 0, k)
	return persist.Keep(c, out, f, out.check)
}

// MarshalJSON writes all of c: labels, cluster_centers, inertia and broken.
func (c Clusters) MarshalJSON() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	return json.Marshal(clustersJSON{c.Labels, persist.Rows(c.Centers), clustersHead{c.Inertia, c.Broken}})
}

// UnmarshalJSON reads the output of MarshalJSON. Errors are ErrSaved and leave c
// unchanged.
func (c *Clusters) UnmarshalJSON(data []byte) error {
	var in clustersJSON
	if err := persist.JSON(kindClusters, data, &in); err != nil {
		return err
	}
	centers, err := dense.OfRows(in.Centers)
	if err != nil {
		return persist.Wrong(kindClusters, fmt.Errorf("centres: %w", err))
	}
	out := Clusters{Labels: in.Labels, Centers: centers, Inertia: in.Inertia, Broken: in.Broken}
	if err := out.check(); err != nil {
		return persist.Wrong(kindClusters, err)
	}
	*c = out
	return nil
}

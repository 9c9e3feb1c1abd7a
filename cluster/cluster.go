package cluster

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Noise is the label of a point that belongs to no cluster.
const Noise = -1

// Metric is a distance between two points. The zero value is Euclidean.
type Metric = estimator.Metric

// The metrics. The Metric field of each estimator says which ones it supports.
const (
	// Euclidean is sqrt(sum (x-y)²).
	Euclidean = estimator.Euclidean
	// Cosine is 1 - x·y / (|x| |y|). Rows of zeros have no direction and are
	// rejected with ErrZeroRow.
	Cosine = estimator.Cosine
	// Manhattan is sum |x-y|.
	Manhattan = estimator.Manhattan
	// Chebyshev is max |x-y|.
	Chebyshev = estimator.Chebyshev
)

// ParseMetric returns the metric with the given name, as used by scikit-learn.
func ParseMetric(name string) (Metric, error) { return estimator.ParseMetric(name) }

// Partition is the result of an estimator: labels, and a rule for new points.
type Partition interface {
	// Assignments returns the label of each fitted point, [n]: Noise or a number
	// in [0, NumClusters). The slice belongs to the Partition.
	Assignments() []int
	// NumClusters returns the number of clusters, not counting noise.
	NumClusters() int
	// Predict returns a label for each row of x, [rows], from the same range as
	// Assignments. For the fitted points it returns the same labels as
	// Assignments.
	Predict(ctx context.Context, x mat.Matrix) ([]int, error)
}

// Clusterer finds a Partition of the rows of x. Every estimator of this
// package is one.
type Clusterer interface {
	Cluster(ctx context.Context, x mat.Matrix) (Partition, error)
}

// asPartition converts the results of a Fit method. On error it returns a nil
// Partition rather than one that holds a nil pointer.
func asPartition[P Partition](r P, err error) (Partition, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Progress reports the progress of long work: done of total steps, in the unit
// that the estimator documents. It is called from one goroutine at a time and
// should return quickly.
type Progress func(done, total int)

func (p Progress) report(done, total int) {
	if p != nil {
		p(done, total)
	}
}

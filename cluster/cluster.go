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

// The metrics. Which of them an estimator takes is said at its Metric field.
const (
	// Euclidean is sqrt(sum (x-y)²).
	Euclidean = estimator.Euclidean
	// Cosine is 1 - x·y / (|x| |y|). Rows of zeros have no direction and are
	// refused with ErrZeroRow.
	Cosine = estimator.Cosine
	// Manhattan is sum |x-y|.
	Manhattan = estimator.Manhattan
	// Chebyshev is max |x-y|.
	Chebyshev = estimator.Chebyshev
)

// ParseMetric returns the metric with scikit-learn's name for it.
func ParseMetric(name string) (Metric, error) { return estimator.ParseMetric(name) }

// Partition is what every estimator finds: labels, and a rule for new points.
type Partition interface {
	// Assignments returns the label of each fitted point, [n]: Noise, or in
	// [0, NumClusters). The slice belongs to the Partition.
	Assignments() []int
	// NumClusters returns the number of clusters; noise is none.
	NumClusters() int
	// Predict returns a label for each row of x, [rows], from the same range as
	// Assignments. On the fitted points it returns Assignments again.
	Predict(ctx context.Context, x mat.Matrix) ([]int, error)
}

// Clusterer finds a Partition of the rows of x. Every estimator of this
// package is one.
type Clusterer interface {
	Cluster(ctx context.Context, x mat.Matrix) (Partition, error)
}

// asPartition returns what a Fit returns as a Partition: a nil one, not one that
// holds a nil result, when there is an error.
func asPartition[P Partition](r P, err error) (Partition, error) {
	if err != nil {
		return nil, err
	}
	return r, nil
}

// Progress is told how far long work has come: done of total steps, in the
// unit that the estimator documents. It is called from one goroutine at a time
// and should return quickly.
type Progress func(done, total int)

func (p Progress) report(done, total int) {
	if p != nil {
		p(done, total)
	}
}

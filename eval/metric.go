package eval

import "github.com/seed-56ee9438/cohort/estimator"

// Metric is a distance between two points. The zero value is Euclidean.
type Metric = estimator.Metric

// The metrics, named as in scikit-learn.
const (
	Euclidean = estimator.Euclidean // sqrt(sum (x-y)²)
	Cosine    = estimator.Cosine    // 1 - x·y/(|x||y|); rejects rows of zeros
	Manhattan = estimator.Manhattan // sum |x-y|
	Chebyshev = estimator.Chebyshev // max |x-y|
)

// ParseMetric returns the metric with the given name, as returned by
// Metric.String.
func ParseMetric(name string) (Metric, error) { return estimator.ParseMetric(name) }

package eval

import "github.com/seed-56ee9438/cohort/internal/metric"

// Metric is a distance between two points. The zero value is Euclidean.
type Metric = metric.Metric

// The metrics, named as in scikit-learn.
const (
	Euclidean = metric.Euclidean // sqrt(sum (x-y)²)
	Cosine    = metric.Cosine    // 1 - x·y/(|x||y|); refuses rows of zeros
	Manhattan = metric.Manhattan // sum |x-y|
	Chebyshev = metric.Chebyshev // max |x-y|
)

// ParseMetric returns the metric with the name that Metric.String gives it.
func ParseMetric(name string) (Metric, error) { return metric.Parse(name) }

package estimator

import "fmt"

// Metric is a distance between two points. The zero value is Euclidean.
type Metric uint8

const (
	// Euclidean is sqrt(sum (x-y)²).
	Euclidean Metric = iota
	// Cosine is 1 - x·y / (|x| |y|). Rows of zeros have no direction and are
	// rejected with ErrZeroRow.
	Cosine
	// Manhattan is sum |x-y|.
	Manhattan
	// Chebyshev is max |x-y|.
	Chebyshev
)

var metrics = [...]string{Euclidean: "euclidean", Cosine: "cosine", Manhattan: "manhattan", Chebyshev: "chebyshev"}

// String returns scikit-learn's name for the metric.
func (m Metric) String() string {
	if int(m) < len(metrics) {
		return metrics[m]
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// Valid reports whether m is one of the constants above.
func (m Metric) Valid() bool { return int(m) < len(metrics) }

// ParseMetric returns the metric with the given name, as used by scikit-learn.
func ParseMetric(name string) (Metric, error) {
	for i, n := range metrics {
		if n == name {
			return Metric(i), nil
		}
	}
	return 0, fmt.Errorf("unknown metric %q, want one of %q: %w", name, metrics[:], ErrMetric)
}

// BadMetric returns the error for a metric that a method does not support.
func BadMetric(method string, m Metric, want string) error {
	return &OptionError{Estimator: method, Option: "Metric", Got: m, Want: want, Err: ErrMetric}
}

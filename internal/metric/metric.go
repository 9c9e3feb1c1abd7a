// Package metric names the distances that cluster and eval share. Both
// re-export the type, so that neither imports the other.
package metric

import "fmt"

// Metric is a distance between two points. The zero value is Euclidean.
type Metric uint8

const (
	// Euclidean is sqrt(sum (x-y)^2).
	Euclidean Metric = iota
	// Cosine is 1 - x.y / (|x| |y|); zero rows have no direction and are refused.
	Cosine
	// Manhattan is sum |x-y|.
	Manhattan
	// Chebyshev is max |x-y|.
	Chebyshev
)

var names = [...]string{Euclidean: "euclidean", Cosine: "cosine", Manhattan: "manhattan", Chebyshev: "chebyshev"}

// String returns scikit-learn's name of the metric.
func (m Metric) String() string {
	if int(m) < len(names) {
		return names[m]
	}
	return fmt.Sprintf("Metric(%d)", uint8(m))
}

// Valid reports whether m is one of the constants above.
func (m Metric) Valid() bool { return int(m) < len(names) }

// Parse returns the metric with scikit-learn's name for it.
func Parse(name string) (Metric, error) {
	for i, n := range names {
		if n == name {
			return Metric(i), nil
		}
	}
	return 0, fmt.Errorf("metric: unknown metric %q, want one of %q", name, names[:])
}

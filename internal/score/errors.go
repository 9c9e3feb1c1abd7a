package score

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/metric"
)

// What can be wrong with points and labels. Every error of this package wraps
// one of these, or is the context's.
var (
	ErrEmpty      = errors.New("no points")
	ErrLength     = errors.New("lengths differ")
	ErrLabelCount = errors.New("number of clusters out of range")
	ErrNotFinite  = errors.New("value is not finite")
	ErrZeroRow    = errors.New("row of zeros has no direction")
	ErrMetric     = errors.New("metric not supported")
	ErrOption     = errors.New("option out of range")
)

// LabelCountError says that a score is undefined for this many clusters: with
// one cluster there is no other to compare with, and with as many clusters as
// points there is no inside of any. It is an ErrLabelCount.
type LabelCountError struct {
	Score    string // name of the score
	Clusters int    // distinct labels found
	Points   int    // number of points
}

func (e *LabelCountError) Error() string {
	return fmt.Sprintf("%s: %d clusters among %d points, want 2 to %d", e.Score, e.Clusters, e.Points, e.Points-1)
}

// Unwrap makes errors.Is(e, ErrLabelCount) true.
func (e *LabelCountError) Unwrap() error { return ErrLabelCount }

// NotFiniteError names the first NaN or infinity of the points. It is an
// ErrNotFinite.
type NotFiniteError struct {
	Row, Col int
	Value    float64
}

func (e *NotFiniteError) Error() string {
	return fmt.Sprintf("row %d, column %d is %v: %v", e.Row, e.Col, e.Value, ErrNotFinite)
}

// Unwrap makes errors.Is(e, ErrNotFinite) true.
func (e *NotFiniteError) Unwrap() error { return ErrNotFinite }

// ZeroRowError names the first row without a direction where the cosine
// metric needs one. It is an ErrZeroRow.
type ZeroRowError struct{ Row int }

func (e *ZeroRowError) Error() string { return fmt.Sprintf("row %d: %v", e.Row, ErrZeroRow) }

// Unwrap makes errors.Is(e, ErrZeroRow) true.
func (e *ZeroRowError) Unwrap() error { return ErrZeroRow }

// BadMetric returns the error for a metric that a score does not know.
func BadMetric(score string, m metric.Metric) error {
	return fmt.Errorf("%s: %v: %w", score, m, ErrMetric)
}

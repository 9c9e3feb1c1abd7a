package score

import "github.com/seed-56ee9438/cohort/estimator"

// What can be wrong with points and labels. Every error of this package wraps
// one of these, or is the context's.
var (
	ErrEmpty      = estimator.ErrEmpty
	ErrLength     = estimator.ErrShape
	ErrLabelCount = estimator.ErrLabelCount
	ErrNotFinite  = estimator.ErrNotFinite
	ErrZeroRow    = estimator.ErrZeroRow
	ErrMetric     = estimator.ErrMetric
	ErrOption     = estimator.ErrOption
)

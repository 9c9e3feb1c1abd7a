package score

import "github.com/seed-56ee9438/cohort/estimator"

// Errors of this package wrap one of these, or report that the context is done.
var (
	ErrEmpty      = estimator.ErrEmpty
	ErrLength     = estimator.ErrShape
	ErrLabelCount = estimator.ErrLabelCount
	ErrNotFinite  = estimator.ErrNotFinite
	ErrZeroRow    = estimator.ErrZeroRow
	ErrMetric     = estimator.ErrMetric
	ErrOption     = estimator.ErrOption
)

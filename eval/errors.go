package eval

import "github.com/seed-56ee9438/cohort/estimator"

// Errors of this package wrap one of these, or report that the context is done.
// The latter match the context's error and its cause, if it has one.
var (
	// ErrEmpty reports that there are no points or no labels.
	ErrEmpty = estimator.ErrEmpty
	// ErrShape reports that inputs with one element per point differ in length.
	ErrShape = estimator.ErrShape
	// ErrLabelCount reports that the score is undefined for this number of
	// clusters. The error is a *LabelCountError.
	ErrLabelCount = estimator.ErrLabelCount
	// ErrNotFinite reports a coordinate that is NaN or infinite. The error is a
	// *ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow reports a row of zeros under the cosine metric. The error is a
	// *ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrMetric reports a metric that is not one of this package's constants. It
	// is an ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrOption reports an option that is out of range.
	ErrOption = estimator.ErrOption
	// ErrNilContext reports a nil context.
	ErrNilContext = estimator.ErrNilContext
)

// The errors with details. Their fields are described in package estimator,
// which eval shares with cluster and reduce.
type (
	LabelCountError = estimator.LabelCountError
	ValueError      = estimator.ValueError
)

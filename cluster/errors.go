package cluster

import "github.com/seed-56ee9438/cohort/estimator"

// Errors of this package wrap one of these, or report that the context is done.
// The latter match the context's error and its cause, if it has one.
var (
	// ErrEmpty reports that there are no points, or that they have no features.
	ErrEmpty = estimator.ErrEmpty
	// ErrTooFewPoints reports that more clusters (or neighbours) were requested
	// than there are points. See TooFewPointsError.
	ErrTooFewPoints = estimator.ErrTooFewPoints
	// ErrNotFinite reports a value that is NaN or infinite. See ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow reports a row of zeros under the cosine metric. See ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrShape reports that two inputs that belong together differ in size. See
	// ShapeError.
	ErrShape = estimator.ErrShape
	// ErrOption reports an option that is out of range. See OptionError.
	ErrOption = estimator.ErrOption
	// ErrMetric reports a metric that the estimator does not support. It is an
	// ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrTooLarge reports that there are too many points for a method whose memory
	// grows with the square of their number. See OptionError.
	ErrTooLarge = estimator.ErrTooLarge
	// ErrNotFitted reports a result that was not returned by Fit or is incomplete.
	ErrNotFitted = estimator.ErrNotFitted
	// ErrSaved reports bytes that MarshalBinary did not return for a result of
	// this kind, or that are damaged or of a newer version.
	ErrSaved = estimator.ErrSaved
	// ErrNoJSON reports that a result cannot be represented as JSON without loss.
	ErrNoJSON = estimator.ErrNoJSON
	// ErrNilContext reports a nil context.
	ErrNilContext = estimator.ErrNilContext
)

// The errors with details. Their fields are described in package estimator,
// which cluster shares with reduce and eval.
type (
	TooFewPointsError = estimator.TooFewPointsError
	ValueError        = estimator.ValueError
	ShapeError        = estimator.ShapeError
	OptionError       = estimator.OptionError
)

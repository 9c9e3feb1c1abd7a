package cluster

import "github.com/seed-56ee9438/cohort/estimator"

// What can be wrong with the input. Every error of this package wraps one of
// these, or is the context's: its cause where it has one, and then both match.
var (
	// ErrEmpty: there are no points, or they have no features.
	ErrEmpty = estimator.ErrEmpty
	// ErrTooFewPoints: more clusters (or neighbours) are asked for than there
	// are points. See TooFewPointsError.
	ErrTooFewPoints = estimator.ErrTooFewPoints
	// ErrNotFinite: a value is NaN or infinite. See ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow: a row of zeros under the cosine metric. See ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrShape: two inputs that belong together differ in size. See ShapeError.
	ErrShape = estimator.ErrShape
	// ErrOption: an option is out of its range. See OptionError.
	ErrOption = estimator.ErrOption
	// ErrMetric: the metric is none that the estimator supports. It is an
	// ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrTooLarge: the method's memory grows with the square of the number of
	// points, and there are too many. See OptionError.
	ErrTooLarge = estimator.ErrTooLarge
	// ErrNotFitted: a result is not one that Fit returned, nor complete.
	ErrNotFitted = estimator.ErrNotFitted
	// ErrSaved: bytes are not what MarshalBinary returned for a result of this
	// kind, or are damaged, or of a newer version.
	ErrSaved = estimator.ErrSaved
	// ErrNoJSON: a result has no JSON form that would lose nothing.
	ErrNoJSON = estimator.ErrNoJSON
	// ErrNilContext: a nil context was given.
	ErrNilContext = estimator.ErrNilContext
)

// The errors with details; their fields are described in package estimator,
// which cluster shares with reduce and eval.
type (
	TooFewPointsError = estimator.TooFewPointsError
	ValueError        = estimator.ValueError
	ShapeError        = estimator.ShapeError
	OptionError       = estimator.OptionError
)

package reduce

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
)

// What can be wrong with points and options. Every error of this package wraps
// one of these, or is the context's: its cause where it has one, and then both
// match.
var (
	// ErrEmpty: there are no points, or they have no features.
	ErrEmpty = estimator.ErrEmpty
	// ErrTooFewPoints: there are points, but too few to learn from. The error is
	// a *TooFewPointsError.
	ErrTooFewPoints = estimator.ErrTooFewPoints
	// ErrShape: points have another number of features than the reducer was
	// fitted to, or two inputs differ in size. The error is a *ShapeError.
	ErrShape = estimator.ErrShape
	// ErrNotFinite: a coordinate is NaN or infinite. The error is a *ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow: the cosine metric met a row of zeros. The error is a
	// *ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrMetric: the metric is not one that the method supports. It is an
	// ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrOption: an option lies outside its range.
	ErrOption = estimator.ErrOption
	// ErrComponents: more components are asked for than there can be. The
	// error is a *ComponentsError. It is an ErrOption.
	ErrComponents = fmt.Errorf("number of components out of range: %w", ErrOption)
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
// which reduce shares with cluster and eval.
type (
	TooFewPointsError = estimator.TooFewPointsError
	ValueError        = estimator.ValueError
	ShapeError        = estimator.ShapeError
	OptionError       = estimator.OptionError
)

// ComponentsError says how many components were asked for and how many there
// can be. It is an ErrComponents.
type ComponentsError struct {
	Method    string
	Want, Max int
}

func (e *ComponentsError) Error() string {
	return fmt.Sprintf("%s: %d components, want 1 to %d", e.Method, e.Want, e.Max)
}

// Unwrap makes errors.Is(e, ErrComponents) true.
func (e *ComponentsError) Unwrap() error { return ErrComponents }

// Metric is a distance between two points. The zero value is Euclidean.
type Metric = estimator.Metric

// The metrics, named as in scikit-learn.
const (
	Euclidean = estimator.Euclidean // sqrt(sum (x-y)²)
	Cosine    = estimator.Cosine    // 1 - x·y/(|x||y|); refuses rows of zeros
)

package reduce

import (
	"fmt"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Errors of this package wrap one of these, or report that the context is done.
// The latter match the context's error and its cause, if it has one.
var (
	// ErrEmpty reports that there are no points, or that they have no features.
	ErrEmpty = estimator.ErrEmpty
	// ErrTooFewPoints reports that there are points, but too few to learn from.
	// The error is a *TooFewPointsError.
	ErrTooFewPoints = estimator.ErrTooFewPoints
	// ErrShape reports that points have a different number of features from those
	// that the reducer was fitted to, or that two inputs differ in size. The error
	// is a *ShapeError.
	ErrShape = estimator.ErrShape
	// ErrNotFinite reports a coordinate that is NaN or infinite. The error is a
	// *ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow reports a row of zeros under the cosine metric. The error is a
	// *ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrMetric reports a metric that the method does not support. It is an
	// ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrOption reports an option that is out of range.
	ErrOption = estimator.ErrOption
	// ErrComponents reports that more components were requested than possible. The
	// error is a *ComponentsError. It is an ErrOption.
	ErrComponents = fmt.Errorf("number of components out of range: %w", ErrOption)
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
// which reduce shares with cluster and eval.
type (
	TooFewPointsError = estimator.TooFewPointsError
	ValueError        = estimator.ValueError
	ShapeError        = estimator.ShapeError
	OptionError       = estimator.OptionError
)

// ComponentsError reports how many components were requested and how many are
// possible. It is an ErrComponents.
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
	Cosine    = estimator.Cosine    // 1 - x·y/(|x||y|); rejects rows of zeros
)

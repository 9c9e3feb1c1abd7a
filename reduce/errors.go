package reduce

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/metric"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// What can be wrong with points and options. Every error of this package wraps
// one of these, or is the context's cause.
var (
	// ErrEmpty: there are no points, or they have no features.
	ErrEmpty = score.ErrEmpty
	// ErrTooFew: there are points, but too few to learn from.
	ErrTooFew = errors.New("too few points")
	// ErrComponents: more components are asked for than there can be. The
	// error is a *ComponentsError.
	ErrComponents = errors.New("number of components out of range")
	// ErrFeatures: points have another number of features than the reducer was
	// fitted to. The error is a *FeaturesError.
	ErrFeatures = errors.New("number of features differs")
	// ErrNotFinite: a coordinate is NaN or infinite. The error is a
	// *NotFiniteError.
	ErrNotFinite = score.ErrNotFinite
	// ErrZeroRow: the cosine metric met a row of zeros. The error is a
	// *ZeroRowError.
	ErrZeroRow = score.ErrZeroRow
	// ErrMetric: the metric is not one that the method supports.
	ErrMetric = score.ErrMetric
	// ErrOption: an option lies outside its range.
	ErrOption = score.ErrOption
)

// NotFiniteError names the first NaN or infinity among the points.
type NotFiniteError = score.NotFiniteError

// ZeroRowError names the first row of zeros.
type ZeroRowError = score.ZeroRowError

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

// FeaturesError says how many features points have and how many the fitted
// reducer takes. It is an ErrFeatures.
type FeaturesError struct {
	Method    string
	Got, Want int
}

func (e *FeaturesError) Error() string {
	return fmt.Sprintf("%s: points of %d features, want %d as fitted", e.Method, e.Got, e.Want)
}

// Unwrap makes errors.Is(e, ErrFeatures) true.
func (e *FeaturesError) Unwrap() error { return ErrFeatures }

// Metric is a distance between two points. The zero value is Euclidean.
type Metric = metric.Metric

// The metrics, named as in scikit-learn.
const (
	Euclidean = metric.Euclidean // sqrt(sum (x-y)²)
	Cosine    = metric.Cosine    // 1 - x·y/(|x||y|); refuses rows of zeros
)

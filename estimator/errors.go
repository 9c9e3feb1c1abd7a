package estimator

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/unsaved"
)

// Errors of packages cluster, reduce, eval and search. These packages export
// the same values under their own names, so that errors.Is(err,
// cluster.ErrNotFinite) also holds for an error of reduce.
var (
	// ErrEmpty reports that there are no points, or that they have no features.
	ErrEmpty = errors.New("no points")
	// ErrTooFewPoints reports that there are points, but fewer than required. See
	// TooFewPointsError.
	ErrTooFewPoints = errors.New("too few points")
	// ErrNotFinite reports a value that is NaN or infinite, or so large or small
	// that squares of differences are out of range. See ValueError.
	ErrNotFinite = errors.New("value is not finite")
	// ErrZeroRow reports a row of zeros under the cosine metric. See ValueError.
	ErrZeroRow = errors.New("row of zeros has no direction")
	// ErrShape reports that two inputs that belong together differ in size. See
	// ShapeError.
	ErrShape = errors.New("sizes differ")
	// ErrOption reports an option that is out of range. See OptionError.
	ErrOption = errors.New("bad option")
	// ErrMetric reports a metric that the method does not support. It is an
	// ErrOption.
	ErrMetric = fmt.Errorf("metric not supported: %w", ErrOption)
	// ErrTooLarge reports that there are too many points for a method whose memory
	// grows with the square of their number. See OptionError.
	ErrTooLarge = errors.New("too many points for this method")
	// ErrNotFitted reports a result that was not returned by a fit or is
	// incomplete.
	ErrNotFitted = errors.New("not the result of a fit")
	// ErrSaved reports bytes that are not a saved result of the wanted kind, or
	// that are damaged or of a newer version.
	ErrSaved = errors.New("not a saved result")
	// ErrNoJSON reports that a result cannot be represented as JSON without loss,
	// because it needs the points that it was fitted on (use MarshalBinary or
	// encoding/gob), or has no saved form.
	ErrNoJSON = unsaved.ErrNoJSON
	// ErrLabelCount reports that a score is undefined for this number of clusters.
	// See LabelCountError.
	ErrLabelCount = errors.New("number of clusters out of range")
	// ErrNilContext reports a nil context.
	ErrNilContext = parallel.ErrNilContext
)

var (
	// ErrDescription reports input that is not a Description, or describes an
	// unknown estimator.
	ErrDescription = errors.New("not the description of an estimator")
	// ErrParam reports a parameter that is unknown, missing, or of the wrong type
	// for its estimator. See ParamError.
	ErrParam = errors.New("parameter does not fit its estimator")
)

// TooFewPointsError reports how many points an estimator needed. It is an
// ErrTooFewPoints.
type TooFewPointsError struct {
	Estimator string // "KMeans"
	Need      string // what needs them: "K = 5"
	Want, Got int    // numbers of points
}

func (e *TooFewPointsError) Error() string {
	return fmt.Sprintf("%s: %s needs at least %d points, got %d", e.Estimator, e.Need, e.Want, e.Got)
}

// Unwrap makes errors.Is(e, ErrTooFewPoints) true.
func (e *TooFewPointsError) Unwrap() error { return ErrTooFewPoints }

// ValueError identifies the first unusable value: one that is not finite (Err
// is ErrNotFinite), or a row of zeros under the cosine metric (Err is
// ErrZeroRow and Col is -1).
type ValueError struct {
	Estimator string // "KMeans"; "" if the wrapping error names it
	Input     string // where the value is: "points", "weights", …; "" means the points
	Row, Col  int
	Value     float64
	Err       error
}

func (e *ValueError) Error() string {
	where := ""
	for _, s := range []string{e.Estimator, e.Input} {
		if s != "" {
			where += s + ": "
		}
	}
	if e.Col < 0 {
		return fmt.Sprintf("%srow %d: %v", where, e.Row, e.Err)
	}
	return fmt.Sprintf("%srow %d, column %d is %v: %v", where, e.Row, e.Col, e.Value, e.Err)
}

// Unwrap returns e.Err.
func (e *ValueError) Unwrap() error { return e.Err }

// ShapeError reports that two inputs that belong together differ in size. It is
// an ErrShape.
type ShapeError struct {
	Estimator string
	What      string // "features of the points to predict"
	Got, Want int
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("%s: %s: got %d, want %d", e.Estimator, e.What, e.Got, e.Want)
}

// Unwrap makes errors.Is(e, ErrShape) true.
func (e *ShapeError) Unwrap() error { return ErrShape }

// OptionError reports an option that is out of range. It wraps Err, or
// ErrOption if that is nil.
type OptionError struct {
	Estimator, Option string
	Got               any
	Want              string
	Err               error // nil means ErrOption
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s: %s is %v, want %s", e.Estimator, e.Option, e.Got, e.Want)
}

// Unwrap returns e.Err, or ErrOption if that is nil.
func (e *OptionError) Unwrap() error {
	if e.Err != nil {
		return e.Err
	}
	return ErrOption
}

// LabelCountError reports that a score is undefined for this number of
// clusters: a single cluster has no other to compare with, and if every point
// is a cluster, no cluster has an inside. It is an ErrLabelCount.
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

// ParamError identifies a parameter that does not fit. It is an ErrParam.
type ParamError struct {
	Estimator, Param string
	Got              any // nil if it is missing
	Want             string
}

func (e *ParamError) Error() string {
	if e.Got == nil {
		return fmt.Sprintf("%s: no %s, want %s", e.Estimator, e.Param, e.Want)
	}
	return fmt.Sprintf("%s: %s is %v, want %s", e.Estimator, e.Param, e.Got, e.Want)
}

// Unwrap makes errors.Is(e, ErrParam) true.
func (e *ParamError) Unwrap() error { return ErrParam }

package cluster

import (
	"errors"
	"fmt"
)

// What can be wrong with the input. Every error of this package wraps one of
// these, or is the context's.
var (
	// ErrEmpty: there are no points, or they have no features.
	ErrEmpty = errors.New("no points")
	// ErrTooFewPoints: more clusters (or neighbours) are asked for than there
	// are points. See TooFewPointsError.
	ErrTooFewPoints = errors.New("too few points")
	// ErrNotFinite: a value is NaN or infinite. See ValueError.
	ErrNotFinite = errors.New("value is not finite")
	// ErrZeroRow: a row of zeros under the cosine metric. See ValueError.
	ErrZeroRow = errors.New("row of zeros has no direction")
	// ErrShape: two inputs that belong together differ in size. See ShapeError.
	ErrShape = errors.New("sizes differ")
	// ErrOption: an option is out of its range. See OptionError.
	ErrOption = errors.New("option out of range")
	// ErrTooLarge: the method's memory grows with the square of the number of
	// points, and there are too many. See OptionError.
	ErrTooLarge = errors.New("too many points for this method")
)

// TooFewPointsError says how many points an estimator needed. It is an
// ErrTooFewPoints.
type TooFewPointsError struct {
	Estimator string // "KMeans"
	Need      string // what for: "K = 5"
	Want, Got int    // points
}

func (e *TooFewPointsError) Error() string {
	return fmt.Sprintf("cluster: %s: %s needs at least %d points, got %d", e.Estimator, e.Need, e.Want, e.Got)
}

// Unwrap makes errors.Is(e, ErrTooFewPoints) true.
func (e *TooFewPointsError) Unwrap() error { return ErrTooFewPoints }

// ValueError names the first value that cannot be clustered: one that is not
// finite (Err is ErrNotFinite), or a row of zeros under the cosine metric (Err
// is ErrZeroRow and Col is -1).
type ValueError struct {
	Estimator string
	Input     string // what holds the value: "points", "weights", …
	Row, Col  int
	Value     float64
	Err       error
}

func (e *ValueError) Error() string {
	if e.Err == ErrZeroRow {
		return fmt.Sprintf("cluster: %s: %s: row %d: %v", e.Estimator, e.Input, e.Row, e.Err)
	}
	return fmt.Sprintf("cluster: %s: %s: row %d, column %d is %v: %v", e.Estimator, e.Input, e.Row, e.Col, e.Value, e.Err)
}

// Unwrap returns e.Err.
func (e *ValueError) Unwrap() error { return e.Err }

// ShapeError says that two inputs that belong together differ in size. It is
// an ErrShape.
type ShapeError struct {
	Estimator string
	What      string // "features of the points to predict"
	Got, Want int
}

func (e *ShapeError) Error() string {
	return fmt.Sprintf("cluster: %s: %s: got %d, want %d", e.Estimator, e.What, e.Got, e.Want)
}

// Unwrap makes errors.Is(e, ErrShape) true.
func (e *ShapeError) Unwrap() error { return ErrShape }

// OptionError says that an option is out of its range. It is an ErrOption, or
// what Err says.
type OptionError struct {
	Estimator, Option string
	Got               any
	Want              string
	Err               error // nil: ErrOption
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("cluster: %s: %s is %v, want %s", e.Estimator, e.Option, e.Got, e.Want)
}

// Unwrap returns e.Err, or ErrOption where that is nil.
func (e *OptionError) Unwrap() error {
	if e.Err != nil {
		return e.Err
	}
	return ErrOption
}

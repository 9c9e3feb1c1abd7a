package estimator

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// What can be wrong with what packages cluster, reduce, eval and search are
// given. These packages export the same values under their own names, so that
// errors.Is(err, cluster.ErrNotFinite) holds for an error of reduce, too.
var (
	// ErrEmpty: there are no points, or they have no features.
	ErrEmpty = errors.New("no points")
	// ErrTooFewPoints: there are points, but fewer than what is asked for needs.
	// See TooFewPointsError.
	ErrTooFewPoints = errors.New("too few points")
	// ErrNotFinite: a value is NaN or infinite. See ValueError.
	ErrNotFinite = errors.New("value is not finite")
	// ErrZeroRow: a row of zeros under the cosine metric. See ValueError.
	ErrZeroRow = errors.New("row of zeros has no direction")
	// ErrShape: two inputs that belong together differ in size. See ShapeError.
	ErrShape = errors.New("sizes differ")
	// ErrOption: an option is out of its range. See OptionError.
	ErrOption = errors.New("bad option")
	// ErrMetric: the metric is none that the method supports. It is an ErrOption.
	ErrMetric = fmt.Errorf("metric not supported: %w", ErrOption)
	// ErrTooLarge: the method's memory grows with the square of the number of
	// points, and there are too many. See OptionError.
	ErrTooLarge = errors.New("too many points for this method")
	// ErrNotFitted: a result is not one that a fit returned, nor complete.
	ErrNotFitted = errors.New("not the result of a fit")
	// ErrSaved: bytes are not what was saved of a result of the kind wanted, or are
	// damaged, or of a newer version.
	ErrSaved = errors.New("not a saved result")
	// ErrNoJSON: a result has no JSON form that would lose nothing, as it needs the
	// points that it was fitted on. Use MarshalBinary, or encoding/gob.
	ErrNoJSON = errors.New("no JSON form without loss, use MarshalBinary")
	// ErrLabelCount: a score is undefined for this many clusters. See
	// LabelCountError.
	ErrLabelCount = errors.New("number of clusters out of range")
	// ErrNilContext: a nil context was given.
	ErrNilContext = parallel.ErrNilContext
)

var (
	// ErrDescription: what was read is no Description, or not of an estimator
	// known here.
	ErrDescription = errors.New("not the description of an estimator")
	// ErrParam: a parameter is unknown, missing, or of another kind than its
	// estimator wants. See ParamError.
	ErrParam = errors.New("parameter does not fit its estimator")
)

// TooFewPointsError says how many points an estimator needed. It is an
// ErrTooFewPoints.
type TooFewPointsError struct {
	Estimator string // "KMeans"
	Need      string // what for: "K = 5"
	Want, Got int    // points
}

func (e *TooFewPointsError) Error() string {
	return fmt.Sprintf("%s: %s needs at least %d points, got %d", e.Estimator, e.Need, e.Want, e.Got)
}

// Unwrap makes errors.Is(e, ErrTooFewPoints) true.
func (e *TooFewPointsError) Unwrap() error { return ErrTooFewPoints }

// ValueError names the first value that cannot be used: one that is not finite
// (Err is ErrNotFinite), or a row of zeros under the cosine metric (Err is
// ErrZeroRow and Col is -1).
type ValueError struct {
	Estimator string // "KMeans"; "" where who wraps the error says it
	Input     string // what holds the value: "points", "weights", …; "" for the points
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

// ShapeError says that two inputs that belong together differ in size. It is
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

// OptionError says that an option is out of its range. It is an ErrOption, or
// what Err says.
type OptionError struct {
	Estimator, Option string
	Got               any
	Want              string
	Err               error // nil: ErrOption
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("%s: %s is %v, want %s", e.Estimator, e.Option, e.Got, e.Want)
}

// Unwrap returns e.Err, or ErrOption where that is nil.
func (e *OptionError) Unwrap() error {
	if e.Err != nil {
		return e.Err
	}
	return ErrOption
}

// LabelCountError says that a score is undefined for this many clusters: with
// one cluster there is no other to compare with, and with as many clusters as
// points there is no inside of any. It is an ErrLabelCount.
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

// ParamError names the parameter that does not fit. It is an ErrParam.
type ParamError struct {
	Estimator, Param string
	Got              any // nil: it is missing
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

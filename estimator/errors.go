package estimator

import (
	"errors"
	"fmt"
)

var (
	// ErrDescription: what was read is no Description, or not of an estimator
	// known here.
	ErrDescription = errors.New("not the description of an estimator")
	// ErrParam: a parameter is unknown, missing, or of another kind than its
	// estimator wants. See ParamError.
	ErrParam = errors.New("parameter does not fit its estimator")
)

// ParamError names the parameter that does not fit. It is an ErrParam.
type ParamError struct {
	Estimator, Param string
	Got              any // nil: it is missing
	Want             string
}

func (e *ParamError) Error() string {
	switch got := e.Got.(type) {
	case nil:
		return fmt.Sprintf("estimator: %s: no %s, want %s", e.Estimator, e.Param, e.Want)
	default:
		return fmt.Sprintf("estimator: %s: %s is %v, want %s", e.Estimator, e.Param, got, e.Want)
	}
}

// Unwrap makes errors.Is(e, ErrParam) true.
func (e *ParamError) Unwrap() error { return ErrParam }

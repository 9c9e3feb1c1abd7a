package fault

import "github.com/seed-56ee9438/cohort/estimator"

// OutOfRange is the Err of a ValueError for finite values whose squares, or those of
// their differences, are not: it says which magnitude is wanted. It is an
// ErrNotFinite.
type OutOfRange string

// Error implements error.
func (e OutOfRange) Error() string { return string(e) }

// Unwrap returns ErrNotFinite.
func (OutOfRange) Unwrap() error { return estimator.ErrNotFinite }

// Package fault holds the sentinel errors that several packages of cohort wrap.
// The root package exports them all, the others those that they return.
package fault

import "errors"

var (
	// ErrOptions: an option has a value that cannot be.
	ErrOptions = errors.New("cohort: bad options")
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = errors.New("cohort: another model")
	// ErrNotFinite: the model gave NaN or an infinity.
	ErrNotFinite = errors.New("cohort: vector is not finite")
)

// Package fault holds the sentinel errors that several packages of cohort wrap.
// The root package exports them all, the others those that they return.
package fault

import (
	"errors"

	"github.com/seed-56ee9438/cohort/estimator"
)

var (
	// ErrOptions: an option has a value that cannot be; cluster's, eval's and
	// reduce's too.
	ErrOptions = estimator.ErrOption
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = errors.New("cohort: another model")
	// ErrNotFinite: a value is NaN or infinite; cluster's, eval's and reduce's
	// too.
	ErrNotFinite = estimator.ErrNotFinite
)

// Package fault holds the sentinel errors that several packages of cohort wrap.
// The root package exports all of them, the others those that they return.
package fault

import (
	"errors"

	"github.com/seed-56ee9438/cohort/estimator"
)

var (
	// ErrOptions: an option has an invalid value. Packages cluster, eval and
	// reduce return it, too.
	ErrOptions = estimator.ErrOption
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = errors.New("cohort: another model")
	// ErrNotFinite: a value is NaN or infinite. Packages cluster, eval and reduce
	// return it, too.
	ErrNotFinite = estimator.ErrNotFinite
)

package eval

import "github.com/seed-56ee9438/cohort/estimator"

// What can be wrong with points, labels and options. Every error of this
// package wraps one of these, or is the context's: its cause where it has one,
// and then both match.
var (
	// ErrEmpty: there are no points, or no labels, at all.
	ErrEmpty = estimator.ErrEmpty
	// ErrShape: two things that go together point by point differ in number.
	ErrShape = estimator.ErrShape
	// ErrLabelCount: the score is undefined for this many clusters. The error
	// is a *LabelCountError.
	ErrLabelCount = estimator.ErrLabelCount
	// ErrNotFinite: a coordinate is NaN or infinite. The error is a *ValueError.
	ErrNotFinite = estimator.ErrNotFinite
	// ErrZeroRow: the cosine metric met a row of zeros. The error is a
	// *ValueError.
	ErrZeroRow = estimator.ErrZeroRow
	// ErrMetric: the metric is none of the constants of this package. It is an
	// ErrOption.
	ErrMetric = estimator.ErrMetric
	// ErrOption: an option lies outside its range.
	ErrOption = estimator.ErrOption
	// ErrNilContext: a nil context was given.
	ErrNilContext = estimator.ErrNilContext
)

// The errors with details; their fields are described in package estimator,
// which eval shares with cluster and reduce.
type (
	LabelCountError = estimator.LabelCountError
	ValueError      = estimator.ValueError
)

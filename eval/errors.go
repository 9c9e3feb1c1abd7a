package eval

import "github.com/seed-56ee9438/cohort/internal/score"

// What can be wrong with points, labels and options. Every error of this
// package wraps one of these, or is the context's cause.
var (
	// ErrEmpty: there are no points, or no labels, at all.
	ErrEmpty = score.ErrEmpty
	// ErrLength: two things that go together point by point differ in number.
	ErrLength = score.ErrLength
	// ErrLabelCount: the score is undefined for this many clusters. The error
	// is a *LabelCountError.
	ErrLabelCount = score.ErrLabelCount
	// ErrNotFinite: a coordinate is NaN or infinite. The error is a
	// *NotFiniteError.
	ErrNotFinite = score.ErrNotFinite
	// ErrZeroRow: the cosine metric met a row of zeros. The error is a
	// *ZeroRowError.
	ErrZeroRow = score.ErrZeroRow
	// ErrMetric: the metric is none of the constants of this package.
	ErrMetric = score.ErrMetric
	// ErrOption: an option lies outside its range.
	ErrOption = score.ErrOption
)

// LabelCountError says how many clusters were found among how many points by a
// score that needs at least 2 and fewer than there are points.
type LabelCountError = score.LabelCountError

// NotFiniteError names the first NaN or infinity among the points.
type NotFiniteError = score.NotFiniteError

// ZeroRowError names the first row of zeros.
type ZeroRowError = score.ZeroRowError

package cohort

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/ablate"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
)

// Errors that Segment and the methods of Segmenter wrap.
var (
	// ErrNoModel: Options.Model is nil.
	ErrNoModel = errors.New("cohort: no model to embed texts with")
	// ErrNoTexts: there were no texts, or none with a word in it.
	ErrNoTexts = pool.ErrNoTexts
	// ErrTooFewUsers: there are fewer users than segments, or only one user.
	ErrTooFewUsers = errors.New("cohort: too few users")
	// ErrIdentical: there are fewer distinct users than segments.
	ErrIdentical = errors.New("cohort: users are alike")
	// ErrNotFinite: the model returned NaN or an infinity.
	ErrNotFinite = fault.ErrNotFinite
	// ErrWeight: a text's weight is negative, NaN or infinite.
	ErrWeight = reading.ErrWeight
	// ErrSourceChanged: a later reading of the texts differed from the first.
	ErrSourceChanged = reading.ErrSourceChanged
	// ErrOptions: an option has an invalid value.
	ErrOptions = fault.ErrOptions

	// ErrSegmenter: the file is not a saved Segmenter, or has an unknown version.
	ErrSegmenter = errors.New("cohort: not a saved segmenter")
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = fault.ErrModel
	// ErrPrepare: texts are cleaned or masked differently than when the segments
	// were found.
	ErrPrepare = errors.New("cohort: texts are prepared otherwise")
	// ErrNoUser: no text was written by a user of that name.
	ErrNoUser = ablate.ErrNoUser
)

// CountError says which numbers made segmentation impossible. It wraps
// ErrTooFewUsers or ErrIdentical.
type CountError struct {
	Err      error
	Users    int // users who have a text
	Distinct int // distinct vectors among them
	Segments int // segments asked for; 0 if the clusterer determines the number
}

func (e *CountError) Error() string {
	switch {
	case errors.Is(e.Err, ErrIdentical) && e.Distinct == 1:
		return fmt.Sprintf("%v: the texts of all %d users say the same, so there is nothing to segment by", e.Err, e.Users)
	case errors.Is(e.Err, ErrIdentical):
		return fmt.Sprintf("%v: only %d of %d users differ, too few for %d segments", e.Err, e.Distinct, e.Users, e.Segments)
	case e.Users == 1:
		return fmt.Sprintf("%v: there is only one user; segments need at least two (is the user column right?)", e.Err)
	default:
		return fmt.Sprintf("%v: %d users cannot make %d segments; ask for fewer", e.Err, e.Users, e.Segments)
	}
}

// Unwrap returns ErrTooFewUsers or ErrIdentical.
func (e *CountError) Unwrap() error { return e.Err }

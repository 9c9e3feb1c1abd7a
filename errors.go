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
	// ErrNoTexts: there was no text, or none with a word in it.
	ErrNoTexts = pool.ErrNoTexts
	// ErrTooFewUsers: fewer users than segments, or one user alone.
	ErrTooFewUsers = errors.New("cohort: too few users")
	// ErrIdentical: fewer different users than segments; nothing tells them apart.
	ErrIdentical = errors.New("cohort: users are alike")
	// ErrNotFinite: the model gave NaN or an infinity.
	ErrNotFinite = fault.ErrNotFinite
	// ErrWeight: a text's weight is negative, NaN or infinite.
	ErrWeight = reading.ErrWeight
	// ErrSourceChanged: a later reading of the texts differed from the first.
	ErrSourceChanged = reading.ErrSourceChanged
	// ErrOptions: an option has a value that cannot be.
	ErrOptions = fault.ErrOptions

	// ErrSegmenter: the file is not a saved Segmenter, or of another version.
	ErrSegmenter = errors.New("cohort: not a saved segmenter")
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = fault.ErrModel
	// ErrPrepare: texts are cleaned or masked otherwise than they were when the
	// segments were found.
	ErrPrepare = errors.New("cohort: texts are prepared otherwise")
	// ErrNoUser: nobody of that name wrote any of the texts.
	ErrNoUser = ablate.ErrNoUser
)

// CountError says which count cannot be segmented. It wraps ErrTooFewUsers or
// ErrIdentical.
type CountError struct {
	Err      error
	Users    int // users with a text
	Distinct int // different vectors among them
	Segments int // segments asked for; 0 where the clusterer finds out
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

// Unwrap returns the sentinel.
func (e *CountError) Unwrap() error { return e.Err }

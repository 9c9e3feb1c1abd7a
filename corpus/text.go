package corpus

import (
	"iter"
	"time"
)

// Text is one text and who wrote it. User and Meta appear in what is written of a
// segmentation as they are here; PrivacyPreparer.Texts makes them fit for that.
type Text struct {
	User string // who wrote it; all texts of one User make one point
	Text string

	// Weight says how much the text counts for its user; 0 counts as 1.
	Weight float64
	// Time is when it was written; the zero time where that is not known.
	Time time.Time
	// Meta is what else is known: categories, numbers, a rating. Segments are
	// compared on it; it has no part in how they are found.
	Meta map[string]string
}

// Slice ranges over texts held in memory, any number of times.
func Slice(texts []Text) iter.Seq2[Text, error] {
	return func(yield func(Text, error) bool) {
		for _, t := range texts {
			if !yield(t, nil) {
				return
			}
		}
	}
}

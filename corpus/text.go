package corpus

import (
	"iter"
	"time"
)

// Text is one text and who wrote it. User and Meta appear in the outputs as
// they are here; PrivacyPreparer.Texts makes them fit to be shown.
type Text struct {
	User string // who wrote it; the texts of one User are pooled into one point
	Text string

	// Weight is the weight of the text among its user's texts; 0 counts as 1.
	Weight float64
	// Time is when it was written; the zero time if unknown.
	Time time.Time
	// Meta holds other known values: categories, numbers, a rating. Segments are
	// compared by them; they do not affect how segments are found.
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

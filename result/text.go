package result

import "github.com/seed-56ee9438/cohort/text"

// Text is the result for one text.
type Text struct {
	// Row is the text's position in the input, from 1. Texts that were left out
	// (empty, too short, near-duplicates) are not reported.
	Row  int
	User string
	// Segment is the one whose centre is nearest to the text itself, which may
	// differ from the user's; Unassigned if there are no segments.
	Segment     int
	RunnerUp    int // the next nearest; Unassigned if there is none
	UserSegment int
	Margin      float64 // how much nearer Segment is than RunnerUp, relative to the farther
	Distance    float64 // to the centre of Segment
	Language    text.Language
	// Sentiment is between -1 and 1; nil if the text was not scored.
	Sentiment *float64
	Text      string // cleaned and masked
}

package result

import "github.com/seed-56ee9438/cohort/text"

// Text is what a run found out about one text.
type Text struct {
	// Row is the text's place among those that were given, from 1. Texts that were
	// left out (empty, too short, repeating others) are not told of.
	Row  int
	User string
	// Segment is the one whose centre is nearest to the text itself, which need not
	// be the user's; Unassigned where there is no segment.
	Segment     int
	RunnerUp    int // the next nearest; Unassigned: none
	UserSegment int
	Margin      float64 // how much nearer Segment is than RunnerUp, relative to the farther
	Distance    float64 // to the centre of Segment
	Language    text.Language
	// Sentiment is from -1 to 1; nil where the text was not scored.
	Sentiment *float64
	Text      string // as it may be shown: cleaned and masked
}

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
	// SentimentError is the standard error of Sentiment, wider for a text unlike
	// those that the scorer was fitted on; 0: unknown.
	SentimentError float64
	Feeling        string // negative, neutral or positive; "" if that is unknown
	// Novelty is the share of texts of the kinds that the scorer was fitted on which
	// are more like them than this one; 0: unknown.
	Novelty float64
	Text    string // cleaned and masked
}

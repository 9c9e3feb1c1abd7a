package result

import "time"

// Opinions is what a segment's users say of aspects, as package opinion reads it.
type Opinions struct {
	Praised []Opinion `json:"praised"` // those that most users praise first
	Blamed  []Opinion `json:"blamed"`  // those that most users blame first
	// Complaints are groups of sentences that blame something and mean alike, the
	// largest first; none without Options.Model.
	Complaints []Complaint `json:"complaints,omitempty"`
	// Tried is the number of comparisons for which every OpinionContrast.Q is
	// corrected, over all segments.
	Tried int `json:"tried"`
}

// Opinion is what a segment's users say of one aspect.
type Opinion struct {
	Aspect string `json:"aspect"` // in lower case and, in English, in the singular
	Users  int    `json:"users"`  // who say something of it
	Praise int    `json:"praise"` // of these, users who praise it on the whole
	Blame  int    `json:"blame"`  // and users who blame it on the whole
	// Sentiment is the mean of the users' means with its 95 % interval, from -1,
	// blame, to 1, praise.
	Sentiment Estimate        `json:"sentiment"`
	Contrast  OpinionContrast `json:"contrast"` // of those who praise it, or of those who blame it
	// Impact is the contribution of the users who praise it, or blame it, to the
	// segment's mean rating: (their mean - its mean) x their share of its ratings.
	Impact *Estimate       `json:"impact,omitempty"`
	Trend  []OpinionPeriod `json:"trend,omitempty"`
	Quotes []OpinionQuote  `json:"quotes"` // at most two, of different users
}

// OpinionContrast compares the share of a segment's users who praise or blame an
// aspect with that of the users of all other segments.
type OpinionContrast struct {
	Share  float64 `json:"share"`
	Others float64 `json:"others"`
	Z      float64 `json:"z"` // the difference in standard errors
	P      float64 `json:"p"` // of Fisher's exact test, two-sided
	Q      float64 `json:"q"` // P corrected for all comparisons (Benjamini and Hochberg 1995)
}

// OpinionPeriod counts the mentions of an aspect in one span of time.
type OpinionPeriod struct {
	Start  time.Time `json:"start"`
	Praise int       `json:"praise"`
	Blame  int       `json:"blame"`
}

// OpinionQuote is a sentence that says something of an aspect, without links,
// mentions and placeholders of personal data.
type OpinionQuote struct {
	Text  string  `json:"text"`
	User  string  `json:"user"`
	Value float64 `json:"value"` // what it says, in [-1, 1]
}

// Complaint is a group of sentences that blame something and mean alike.
type Complaint struct {
	Users     int            `json:"users"`
	Sentences int            `json:"sentences"`
	Aspects   []string       `json:"aspects"` // those that most of the sentences blame
	Quotes    []OpinionQuote `json:"quotes"`  // at most two, the nearest to the others
	// Said are words that tell these sentences from the segment's other complaints,
	// besides Aspects: at most two.
	Said []string `json:"said,omitempty"`
}

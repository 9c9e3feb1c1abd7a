package result

import "time"

// Profile is one segment and what is known about it.
type Profile struct {
	ID    int     `json:"id"`   // from 1
	Name  string  `json:"name"` // the words that tell it best, or the name an edit gave
	Users int     `json:"users"`
	Texts int     `json:"texts"`
	Share float64 `json:"share"` // of users with texts
	// Cohesion is the mean cosine of its users with its centre.
	Cohesion float64 `json:"cohesion"`

	Words    []Word  `json:"words"`
	Phrases  []Word  `json:"phrases"`
	Quotes   []Quote `json:"quotes"`
	Contrast []Odds  `json:"log_odds"`
	Meta     []Lift  `json:"meta,omitempty"`

	Nearest   *Neighbour `json:"nearest,omitempty"`
	Stability *Stability `json:"stability,omitempty"`
	Sentiment *Estimate  `json:"sentiment,omitempty"`
	Rating    *Estimate  `json:"rating,omitempty"`
	// Impact is (the segment's mean rating - everybody's) x its share of the
	// rated texts: what the segment adds to the mean rating. Sentiment takes
	// the place of the rating where there is none.
	Impact *float64 `json:"impact,omitempty"`
	// ImpactInterval is Impact with its 95 % interval, over users.
	ImpactInterval *Estimate    `json:"impact_interval,omitempty"`
	Trend          []Period     `json:"trend,omitempty"`
	Suggestions    []Suggestion `json:"suggestions,omitempty"`

	X float64 `json:"x"` // of its label on the map
	Y float64 `json:"y"`
}

// Word is a telling word or phrase.
type Word struct {
	Text  string  `json:"text"`
	Score float64 `json:"score"` // c-TF-IDF
	Count int     `json:"count"` // in the segment
}

// QuoteKind says what a quotation is an example of.
type QuoteKind string

// The kinds of quotations.
const (
	QuoteCentral     QuoteKind = "central"     // nearest to the centre
	QuoteBorderline  QuoteKind = "borderline"  // of users with the smallest margin
	QuoteContrasting QuoteKind = "contrasting" // of the nearest segment: what this one does not say
)

// Quote is a masked quotation; no user is quoted twice for one kind.
type Quote struct {
	Kind       QuoteKind `json:"kind"`
	Text       string    `json:"text"`
	User       string    `json:"user"`
	Segment    int       `json:"segment"`    // of the user
	Similarity float64   `json:"similarity"` // cosine with this segment's centre
	// Words are those whose removal takes the text farthest from the centre,
	// measured on the encoder; the most effective first.
	Words []WordEffect `json:"words,omitempty"`
}

// WordEffect is how much a word of a text holds it near the centre.
type WordEffect struct {
	Word   string  `json:"word"`
	Effect float64 `json:"effect"` // similarity with it - similarity without it
}

// Odds is a word that is said more (z > 0) in a segment than elsewhere.
type Odds struct {
	Word    string  `json:"word"`
	LogOdds float64 `json:"log_odds"`
	Z       float64 `json:"z"` // log-odds in standard errors
	Count   int     `json:"count"`
	Others  int     `json:"others"` // count in all other segments
}

// Lift is what sets the metadata of a segment's texts apart.
type Lift struct {
	Field string  `json:"field"`
	Value string  `json:"value,omitempty"` // of a category; "" for numbers
	Share float64 `json:"share"`           // of the segment's texts; for numbers their mean
	Other float64 `json:"overall"`         // the same over all texts
	Lift  float64 `json:"lift"`            // Share / Other; for numbers the difference of means
	Z     float64 `json:"z"`               // difference in standard errors
	N     int     `json:"n"`               // texts of the segment that have the field
}

// Neighbour is the nearest other segment.
type Neighbour struct {
	Segment    int     `json:"segment"`
	Similarity float64 `json:"similarity"` // cosine of the two centres
	Ours       []Odds  `json:"ours"`       // words that this segment says and the other does not
	Theirs     []Odds  `json:"theirs"`
}

// Period is one span of time of a segment.
type Period struct {
	Start     time.Time `json:"start"`
	Texts     int       `json:"texts"`
	Share     float64   `json:"share"` // of all texts of the period
	Sentiment *Estimate `json:"sentiment,omitempty"`
	Rating    *Estimate `json:"rating,omitempty"`
}

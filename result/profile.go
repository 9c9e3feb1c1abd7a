package result

import "time"

// Profile describes one segment.
type Profile struct {
	ID    int     `json:"id"`   // from 1
	Name  string  `json:"name"` // words that tell it from the others, or the name that an edit gave
	Users int     `json:"users"`
	Texts int     `json:"texts"`
	Share float64 `json:"share"` // of the users who have texts
	// NameShare is the share of its users who use a word of its name, in a sample of
	// them; 0 for a name that an edit gave, and for one without such words.
	NameShare float64 `json:"name_share,omitempty"`
	// NameOthers is the share of its users who neither use a word of its name nor
	// write like those who do, in the same sample, if it is so large that the name
	// says that there are others; else 0.
	NameOthers float64 `json:"name_others,omitempty"`
	// Cohesion is the mean cosine of its users with its centre.
	Cohesion float64 `json:"cohesion"`

	Words    []Word  `json:"words"`
	Phrases  []Word  `json:"phrases"`
	Quotes   []Quote `json:"quotes"`
	Contrast []Odds  `json:"log_odds"`
	Meta     []Lift  `json:"meta,omitempty"`

	// Features holds the differences that chance does not explain, the largest
	// first; with Options.Features.
	Features []FeatureEffect `json:"features,omitempty"`

	Nearest   *Neighbour `json:"nearest,omitempty"`
	Stability *Stability `json:"stability,omitempty"`
	Sentiment *Estimate  `json:"sentiment,omitempty"`
	// Feelings counts its texts by the class of their sentiment, if the scorer
	// tells classes.
	Feelings *Feelings `json:"feelings,omitempty"`
	Rating   *Estimate `json:"rating,omitempty"`
	// Impact is (the segment's mean rating - the overall mean) x its share of the
	// rated texts: the segment's contribution to the mean rating. If there are no
	// ratings, sentiment is used instead.
	Impact *float64 `json:"impact,omitempty"`
	// ImpactInterval is Impact with its 95 % interval, over users.
	ImpactInterval *Estimate `json:"impact_interval,omitempty"`
	Trend          []Period  `json:"trend,omitempty"`
	// Opinions is what users say of aspects; nil for languages other than English
	// and Chinese, for segments of too few users, and if nothing is said.
	Opinions    *Opinions    `json:"opinions,omitempty"`
	Suggestions []Suggestion `json:"suggestions,omitempty"`

	X float64 `json:"x"` // of its label on the map
	Y float64 `json:"y"`
}

// Feelings counts texts by the class of their sentiment.
type Feelings struct {
	Negative int `json:"negative"`
	Neutral  int `json:"neutral"`
	Positive int `json:"positive"`
	// Novel is the number of these texts that are unlike those that the scorer was
	// fitted on (sentiment.NovelAbove), whose standard errors are widened.
	Novel int `json:"novel"`
}

// Texts returns the number of texts.
func (f *Feelings) Texts() int { return f.Negative + f.Neutral + f.Positive }

// Word is a word or phrase that is characteristic of a segment.
type Word struct {
	Text  string  `json:"text"`
	Score float64 `json:"score"` // c-TF-IDF
	Count int     `json:"count"` // texts of the segment that contain it
}

// QuoteKind says what a quotation is an example of.
type QuoteKind string

// The kinds of quotations.
const (
	QuoteCentral     QuoteKind = "central"     // nearest to the centre
	QuoteBorderline  QuoteKind = "borderline"  // of users with the smallest margin
	QuoteContrasting QuoteKind = "contrasting" // of the nearest segment: something this one does not say
)

// Quote is a masked quotation; no user is quoted twice for the same kind.
type Quote struct {
	Kind       QuoteKind `json:"kind"`
	Text       string    `json:"text"`
	User       string    `json:"user"`
	Segment    int       `json:"segment"`    // of the quoted user
	Similarity float64   `json:"similarity"` // cosine with this segment's centre
	// Read is the text with its misspelt words put right, as the model read it; ""
	// if it was read as it is written.
	Read string `json:"read,omitempty"`
	// Words are those whose removal moves the text farthest from the centre, as
	// measured with the encoder; the largest effect first.
	Words []WordEffect `json:"words,omitempty"`
}

// WordEffect is the amount by which a word keeps its text near the centre.
type WordEffect struct {
	Word   string  `json:"word"`
	Effect float64 `json:"effect"` // similarity with it - similarity without it
}

// Odds is a word that is used more (z > 0) in a segment than elsewhere.
type Odds struct {
	Word    string  `json:"word"`
	LogOdds float64 `json:"log_odds"`
	Z       float64 `json:"z"` // log-odds in standard errors
	// FDR is the smallest false discovery rate at which the word is more than
	// chance, of all words of the segment that were compared (Benjamini and
	// Hochberg, 1995).
	FDR    float64 `json:"fdr"`
	Count  int     `json:"count"`
	Others int     `json:"others"` // count in all other segments
}

// Lift says how the metadata of a segment's texts differs from that of all
// texts.
type Lift struct {
	Field string  `json:"field"`
	Value string  `json:"value,omitempty"` // a category; "" for numbers
	Share float64 `json:"share"`           // share of the segment's texts; for numbers their mean
	Other float64 `json:"overall"`         // the same over all texts
	Lift  float64 `json:"lift"`            // Share / Other; for numbers the difference of means
	Z     float64 `json:"z"`               // difference in standard errors
	// FDR is the smallest false discovery rate at which the difference is more than
	// chance, of all fields and values of the segment that were compared.
	FDR float64 `json:"fdr"`
	N   int     `json:"n"` // number of the segment's texts that have the field
}

// Neighbour is the nearest other segment.
type Neighbour struct {
	Segment    int     `json:"segment"`
	Similarity float64 `json:"similarity"` // cosine of the two centres
	Ours       []Odds  `json:"ours"`       // words that this segment uses and the other does not
	Theirs     []Odds  `json:"theirs"`
}

// Period holds a segment's figures for one span of time.
type Period struct {
	Start     time.Time `json:"start"`
	Texts     int       `json:"texts"` // of the segment
	Share     float64   `json:"share"` // of all texts of the period
	Sentiment *Estimate `json:"sentiment,omitempty"`
	Rating    *Estimate `json:"rating,omitempty"`
}

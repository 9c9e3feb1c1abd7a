package cohort

import (
	"time"

	"github.com/seed-56ee9438/cohort/estimator"
)

// Unassigned is the segment of a user that no segment holds: noise to the
// clusterer, or a user without a single word.
const Unassigned = -1

// FormatVersion is the version of Segmentation's JSON. It grows when a reader
// of the old one would misread the new one.
const FormatVersion = 1

// Segmentation is what Segment returns: who belongs together, and why. It
// holds nothing but masked texts.
type Segmentation struct {
	Version  int       `json:"version"`
	Lang     string    `json:"lang"` // of the texts: "en" or "zh"
	Scores   Scores    `json:"scores"`
	Counts   Counts    `json:"counts"`
	Segments []Profile `json:"segments"` // largest first
	Users    []User    `json:"users"`    // by first appearance
	Map      Map       `json:"map"`
	// Similarity is the cosine of each two segments' centres, in the order of
	// Segments, [segments, segments].
	Similarity [][]float64 `json:"similarity"`
	Tree       []Join      `json:"tree"`
	Cleaning   Cleaning    `json:"cleaning"`
	Privacy    Privacy     `json:"privacy"`
	Run        Run         `json:"run"`

	segmenter *Segmenter
}

// Scores tell whether the segmentation is to be trusted. Scores are taken on
// the users' vectors before any reduction, unassigned users left out.
type Scores struct {
	Silhouette       float64 `json:"silhouette"`        // euclidean, in [-1, 1]: higher is better
	CalinskiHarabasz float64 `json:"calinski_harabasz"` // > 0: higher is better
	DaviesBouldin    float64 `json:"davies_bouldin"`    // >= 0: lower is better
	NoiseShare       float64 `json:"noise_share"`       // of users with texts
	// CentreAgreement is the share of segmented users whose nearest centre is
	// their own segment's: 1 where Assign would place them all as they are.
	CentreAgreement float64 `json:"centre_agreement"`
	Defined         bool    `json:"defined"` // false: fewer than two segments, and the first three are 0
	// Resampled is the adjusted Rand index between these segments and those
	// of resamples: the mean with the range that 90 % of the resamples keep to.
	Resampled *Estimate `json:"resampled,omitempty"`
	Verdict   Verdict   `json:"verdict"`
}

// Verdict is the scores in one word.
type Verdict string

// The verdicts, by the silhouette: from 0.5 on clear, from 0.25 on fair, from
// 0.1 on weak, below that overlapping (the first two bounds are those of
// Kaufman and Rousseeuw, Finding Groups in Data, 1990; vectors of texts seldom
// reach them, so the rest is divided once more). Segmentations whose segments
// do not come back in resamples are never more than weak.
const (
	VerdictClear       Verdict = "clear"
	VerdictFair        Verdict = "fair"
	VerdictWeak        Verdict = "weak"
	VerdictOverlapping Verdict = "overlapping"
	VerdictNone        Verdict = "none" // fewer than two segments
)

// Counts say what was read.
type Counts struct {
	Texts      int `json:"texts"`       // with at least a word
	EmptyTexts int `json:"empty_texts"` // left out, as too short ones are; near-duplicates are in Cleaning
	Users      int `json:"users"`
	Unassigned int `json:"unassigned"`
	NoText     int `json:"no_text"` // of the unassigned: users without a word
}

// User is one user and where he was placed.
type User struct {
	ID       string  `json:"id"`
	Segment  int     `json:"segment"` // ID of a Profile, or Unassigned
	Texts    int     `json:"texts"`
	Distance float64 `json:"distance"` // to the centre of his segment (of the nearest, if unassigned)
	RunnerUp int     `json:"runner_up"`
	Margin   float64 `json:"margin"` // see the package comment
	// Mixture is the share of his texts, by weight, nearest to each segment,
	// in the order of Segments.
	Mixture []float64 `json:"mixture"`
	// Deciding are the texts that hold him in his segment most.
	Deciding []Deciding `json:"deciding,omitempty"`
	X        float64    `json:"x"` // on the map
	Y        float64    `json:"y"`
}

// Deciding is a text and what would change without it (measured by leaving it
// out of the user's vector).
type Deciding struct {
	Text    string  `json:"text"`
	Effect  float64 `json:"effect"`   // margin with it - margin without it
	MovesTo int     `json:"moves_to"` // segment he would move to, or his own
}

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

// Stability is how well a segment comes back when users are drawn anew: the
// mean over resamples of the best Jaccard similarity with a segment found
// there (Hennig, Cluster-wise assessment of cluster stability, 2007).
type Stability struct {
	Jaccard float64 `json:"jaccard"`
	Runs    int     `json:"runs"`
	Stable  bool    `json:"stable"` // Jaccard >= 0.75
}

// Estimate is a mean with its 95 % interval.
type Estimate struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	N    int     `json:"n"`
}

// Period is one span of time of a segment.
type Period struct {
	Start     time.Time `json:"start"`
	Texts     int       `json:"texts"`
	Share     float64   `json:"share"` // of all texts of the period
	Sentiment *Estimate `json:"sentiment,omitempty"`
	Rating    *Estimate `json:"rating,omitempty"`
}

// Suggestion is something that might be done for a segment, tied to what it
// is drawn from.
type Suggestion struct {
	Use      SuggestionUse `json:"use"`
	Text     string        `json:"text"`
	Evidence []string      `json:"evidence"` // words, values or quotations
	Count    int           `json:"count"`    // texts that bear it out
	Z        float64       `json:"z"`        // how far above the other segments
}

// SuggestionUse is whom a suggestion is for.
type SuggestionUse string

// The uses of suggestions.
const (
	UseMessage        SuggestionUse = "message"        // marketing: words to speak to the segment with
	UseFix            SuggestionUse = "fix"            // customer service: what to look into
	UseRecommendation SuggestionUse = "recommendation" // items or categories it has more than others
)

// Map places users in the plane.
type Map struct {
	Method string `json:"method"` // "pca"
	// Explained is the share of the variance that the two axes show.
	Explained float64 `json:"explained"`
}

// Join is one step of joining the segments, nearest first (average linkage on
// the cosine distance of their centres).
type Join struct {
	A        int     `json:"a"` // IDs of segments; or n+i for step i, n being the largest ID + 1
	B        int     `json:"b"`
	Distance float64 `json:"distance"`
}

// Privacy says what was done to keep persons out of the outputs.
type Privacy struct {
	Masked   map[string]int `json:"masked"` // spans masked, by recogniser
	MinUsers int            `json:"min_users"`
	// SmallestQuoted is the number of users of the smallest segment quoted; 0
	// where none is.
	SmallestQuoted int `json:"smallest_quoted"`
}

// Run says how to get the same segmentation again.
type Run struct {
	Cohort    string `json:"cohort"` // version of this module
	Model     string `json:"model"`
	Digest    string `json:"model_digest"`
	Dim       int    `json:"dim"`
	Seed      uint64 `json:"seed"`
	Pooling   string `json:"pooling"`
	Clusterer string `json:"clusterer"`
	Chosen    string `json:"chosen,omitempty"` // why Auto chose the Clusterer, a sentence
	Reduce    string `json:"reduce,omitempty"`
	Prepare   string `json:"prepare,omitempty"`
	Sentiment string `json:"sentiment,omitempty"`
	Edits     []Edit `json:"edits,omitempty"`
	Input     string `json:"input_digest"` // hex SHA-256 over users and texts in order
	// Settings are what Clusterer and Reduce say in words; cluster.Parse and
	// reduce.Parse make the estimators of them again.
	// They are missing in files of programs that did not write them yet.
	Settings *RunSettings `json:"settings,omitempty"`
}

// RunSettings describe a run's estimators with every option that changes its
// result.
type RunSettings struct {
	Clusterer estimator.Description  `json:"clusterer"`
	Reduce    *estimator.Description `json:"reduce,omitempty"`
}

// Profile returns the segment with the given ID, nil if there is none.
func (s *Segmentation) Profile(id int) *Profile {
	for i := range s.Segments {
		if s.Segments[i].ID == id {
			return &s.Segments[i]
		}
	}
	return nil
}

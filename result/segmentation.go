package result

import "github.com/seed-56ee9438/cohort/estimator"

// Unassigned is the segment of a user who is in no segment: the clusterer
// considered them noise, or none of their texts has a word.
const Unassigned = -1

// FormatVersion is the version of Segmentation's JSON. It is increased when a
// reader of the previous version would misread the new one.
const FormatVersion = 1

// Segmentation is what Segment returns: the segments, their users and the
// reasons for them. All texts in it are masked.
type Segmentation struct {
	Version  int       `json:"version"`
	Lang     string    `json:"lang"` // of the texts: "en" or "zh"
	Scores   Scores    `json:"scores"`
	Counts   Counts    `json:"counts"`
	Segments []Profile `json:"segments"` // largest first
	Users    []User    `json:"users"`    // in order of first appearance
	Map      Map       `json:"map"`
	// Similarity is the cosine of each pair of segment centres, in the order of
	// Segments, [segments, segments].
	Similarity [][]float64 `json:"similarity"`
	Tree       []Join      `json:"tree"`
	// Fields counts texts by metadata, a Field each in the order of names; nil if
	// texts have none.
	Fields []Field `json:"fields,omitempty"`
	// Combinations counts texts by several of the Fields at once; nil if too few
	// texts share their combination of values with enough users.
	Combinations *Combinations `json:"combinations,omitempty"`
	Cleaning     Cleaning      `json:"cleaning"`
	// Reading is set by programs that read the texts from files; otherwise nil.
	Reading *Reading `json:"reading,omitempty"`
	// Features is nil if only texts were used.
	Features *Features `json:"features,omitempty"`
	Privacy  Privacy   `json:"privacy"`
	Run      Run       `json:"run"`
}

// Counts holds the numbers of texts and users read.
type Counts struct {
	Texts      int `json:"texts"`       // texts with at least one word, or with a vector
	EmptyTexts int `json:"empty_texts"` // left out as empty or too short; for near-duplicates see Cleaning
	// WithoutText is the number of Texts of which only the vector is known. They
	// have no words, quotations and sentiment.
	WithoutText int `json:"without_text,omitempty"`
	Users       int `json:"users"`
	Unassigned  int `json:"unassigned"`
	NoText      int `json:"no_text"` // unassigned users without a word
	// Joined is the number of users whom the clusterer left out and who joined
	// segments; Run.Rest says how. They are not Unassigned.
	Joined int `json:"joined,omitempty"`
	// Wanted is the number of segments asked for, or that of the default, if the
	// clusterer found fewer; otherwise 0.
	Wanted int `json:"segments_wanted,omitempty"`
	// UnreadRatings is the number of ratings that are not finite numbers.
	UnreadRatings int `json:"unread_ratings,omitempty"`
}

// Privacy says what was done to protect people's data.
type Privacy struct {
	Masked   map[string]int `json:"masked"`    // number of masked spans by recogniser
	MinUsers int            `json:"min_users"` // of a segment that is quoted
	// SmallestQuoted is the number of users in the smallest segment that is
	// quoted; 0 if none is.
	SmallestQuoted int `json:"smallest_quoted"`
}

// Run describes a run, so that it can be repeated.
type Run struct {
	Cohort    string `json:"cohort"`       // version of this module
	Model     string `json:"model"`        // its name
	Digest    string `json:"model_digest"` // of its weights and settings
	Dim       int    `json:"dim"`          // length of a text's vector
	Seed      uint64 `json:"seed"`
	Pooling   string `json:"pooling"`
	Clusterer string `json:"clusterer"`
	Chosen    string `json:"chosen,omitempty"` // why Auto chose the Clusterer, as a sentence
	Rest      string `json:"rest,omitempty"`   // how users whom the Clusterer left out joined segments: by "centre", "membership" or "words"
	// RestThreshold is the least membership or likeness of words with which they did.
	RestThreshold float64 `json:"rest_threshold,omitempty"`
	Reduce        string  `json:"reduce,omitempty"`
	// Refine says whether the segments were refined by training; nil if nobody
	// asked for it.
	Refine    *Refinement `json:"refine,omitempty"`
	Prepare   string      `json:"prepare,omitempty"`
	Sentiment string      `json:"sentiment,omitempty"`
	Edits     []Edit      `json:"edits,omitempty"`
	Input     string      `json:"input_digest"` // hex SHA-256 over users and texts in order
	// Settings are the settings that Clusterer and Reduce describe in words;
	// cluster.Parse and reduce.Parse rebuild the estimators from them. They are
	// missing in files of older versions.
	Settings *RunSettings `json:"settings,omitempty"`
}

// Refinement says whether segments were refined by training on users' vectors and
// words, and what that was judged by. If not refined, they are those of the
// Clusterer.
type Refinement struct {
	Refined bool   `json:"refined"`
	Reason  string `json:"reason"` // a sentence
	// Moved is the number of users who changed segments by training, and Alike the
	// adjusted Rand index of the segments before and after. Before and After are
	// the mean adjusted Rand indices of these with those of 6 to 10 halves of the
	// users. All are 0 if it was not tried.
	Moved  int     `json:"moved"`
	Alike  float64 `json:"ari"`
	Before float64 `json:"agreement_before"`
	After  float64 `json:"agreement_after"`
	// Anew says that training began with segments found anew, by vectors and words
	// together; otherwise with those of the Clusterer.
	Anew bool `json:"anew,omitempty"`
	// Even says that the segments were of nearly one size, and that training drew
	// them towards it.
	Even bool `json:"even,omitempty"`
}

// RunSettings describes a run's estimators, with every option that affects the
// result.
type RunSettings struct {
	Clusterer estimator.Description  `json:"clusterer"`
	Reduce    *estimator.Description `json:"reduce,omitempty"`
}

// Profile returns the segment with the given ID, or nil if there is none.
func (s *Segmentation) Profile(id int) *Profile {
	for i := range s.Segments {
		if s.Segments[i].ID == id {
			return &s.Segments[i]
		}
	}
	return nil
}

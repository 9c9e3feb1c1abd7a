package result

import "github.com/seed-56ee9438/cohort/estimator"

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
	// Reading is set by who reads the texts from files; nil where nobody did.
	Reading *Reading `json:"reading,omitempty"`
	Privacy Privacy  `json:"privacy"`
	Run     Run      `json:"run"`
}

// Counts say what was read.
type Counts struct {
	Texts      int `json:"texts"`       // with at least a word
	EmptyTexts int `json:"empty_texts"` // left out, as too short ones are; near-duplicates are in Cleaning
	Users      int `json:"users"`
	Unassigned int `json:"unassigned"`
	NoText     int `json:"no_text"` // of the unassigned: users without a word
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

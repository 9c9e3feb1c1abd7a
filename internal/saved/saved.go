// Package saved defines the file format of a Segmenter: safetensors with the
// centres and the reduction, and everything else as JSON in its metadata.
package saved

import (
	"slices"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// version is increased when an old program would misread a new file. Version 2
// added the reduction and the preparation of texts, version 3 features, version 4
// words that were put right. A file has the lowest version that describes it.
const (
	version         = 2
	versionFeatures = 3
	versionRepair   = 4
)

// Keys of the metadata. The digest is that of persist, of the JSON and the
// tensors; the first files had none.
const (
	key       = "cohort.segmenter"
	digestKey = "cohort.sha256"
)

// Segmenter holds the saved data of a cohort.Segmenter, which places new users.
type Segmenter struct {
	Info
	Placer group.Placer // without ByText, which follows from Info.Pooling
}

// Info is everything except the vectors.
type Info struct {
	Version  int           `json:"version"`
	Model    string        `json:"model"`
	Digest   string        `json:"model_digest"`
	Dim      int           `json:"dim"`
	Pooling  string        `json:"pooling"`
	HalfLife int64         `json:"half_life_ns"`
	Prepare  string        `json:"prepare"`
	Noise    bool          `json:"noise"`
	Segments []segment     `json:"segments"`
	Reduce   *reduce.Parts `json:"reduce,omitempty"`
	Repeats  *Repeats      `json:"repeats,omitempty"`
	Features *Features     `json:"features,omitempty"`
	Repair   *Repair       `json:"repair,omitempty"`
	// ChineseWords are the words that the caller added to the dictionary.
	ChineseWords []string `json:"chinese_words,omitempty"`
}

// Features says how features stand beside the texts. The mean of the texts is a
// tensor.
type Features struct {
	features.Encoder
	Factor float64 `json:"factor"`
}

type segment struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Users  int     `json:"users"`
	Radius float64 `json:"radius"`
	// Width is the mean of the users' squared distances; earlier files lack it.
	Width *float64 `json:"width,omitempty"`
}

// Repeats is the data needed to treat new texts like those of the first run.
type Repeats struct {
	Of        string   `json:"of"`
	Threshold float64  `json:"threshold,omitempty"`
	Letters   int      `json:"min_letters,omitempty"`
	Sentence  int      `json:"sentence_letters,omitempty"` // BoilerplateOptions.MinLetters
	Sentences []uint64 `json:"boilerplate,omitempty"`      // hashes
}

// OfRepeats returns the data to save for r, nil for nil, and for the
// boilerplate that was found, if any.
func OfRepeats(r *corpus.Repeats, strip *repeats.Stripper) *Repeats {
	if r == nil {
		return nil
	}
	s := &Repeats{Of: r.Of.String(), Threshold: r.Threshold, Letters: r.MinLetters, Sentence: r.Boilerplate.MinLetters}
	if strip != nil {
		s.Sentences = slices.Clone(strip.Sentences())
	}
	return s
}

// Options returns the options for placing new texts. Texts of new users are
// never left out because others said the same.
func (s *Repeats) Options() (*corpus.Repeats, *repeats.Stripper, error) {
	if s == nil {
		return nil, nil, nil
	}
	of, err := corpus.ParseRepeatsOf(s.Of)
	if err != nil {
		return nil, nil, err
	}
	if of == corpus.RepeatsOfAll {
		of = corpus.RepeatsOfUser
	}
	r := &corpus.Repeats{Of: of, Threshold: s.Threshold, MinLetters: s.Letters, Boilerplate: repeats.BoilerplateOptions{MinLetters: s.Sentence}}
	return r, repeats.OpenStripper(r.Boilerplate, s.Sentences), r.Check()
}

// Package saved is the file that a Segmenter is kept in: safetensors with the
// centres and what the reduction needs, and all else as JSON in its metadata.
package saved

import (
	"slices"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// version grows when an old program would misread a new file. Version 2 added the
// reduction and how texts are prepared.
const version = 2

const key = "cohort.segmenter" // of the metadata

// Segmenter is what places new users, as it is saved.
type Segmenter struct {
	Info
	Placer group.Placer // but for ByText, which is said by Info.Pooling
}

// Info is all but the vectors.
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
	// ChineseWords are those that the caller added to the dictionary.
	ChineseWords []string `json:"chinese_words,omitempty"`
}

type segment struct {
	ID     int     `json:"id"`
	Name   string  `json:"name"`
	Users  int     `json:"users"`
	Radius float64 `json:"radius"`
}

// Repeats is what is needed to treat new texts as the first ones.
type Repeats struct {
	Of        string   `json:"of"`
	Threshold float64  `json:"threshold,omitempty"`
	Letters   int      `json:"min_letters,omitempty"`
	Sentence  int      `json:"sentence_letters,omitempty"` // BoilerplateOptions.MinLetters
	Sentences []uint64 `json:"boilerplate,omitempty"`      // hashes
}

// OfRepeats returns what is saved of r, nil for nil, and of the boilerplate that
// was found, if any.
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

// Options are those under which new texts are placed. New users are never
// refused for what others said.
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

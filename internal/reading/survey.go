package reading

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/repair"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Survey holds the results of the first reading.
type Survey struct {
	Users    []string // in order of first appearance
	Texts    int      // number of texts kept
	Wordless int      // of these, without a word: only their vectors are known
	Empty    int      // left out: without a word, or too short
	Masked   map[string]int
	Cleaning result.Cleaning
	Earliest time.Time // the zero time if no text has one
	Latest   time.Time
	Digest   string // hex SHA-256 over users and texts in order

	index    map[string]int                 // name -> index into Users
	repeated map[int]uint64                 // user -> sum of the hashes of their near-duplicates
	left     []int                          // numbers of the texts that were left out, from 1, ascending
	rated    int                            // texts kept that have a rating
	fields   map[string]bool                // fields of Meta seen while none of them was the rating's
	meta     map[string]bool                // fields of Meta of the first texts; with Config.Features
	strange  int                            // ratings that are not numbers
	blank    bool                           // there are empty ratings
	values   map[string]map[string]struct{} // by field of Meta, MostValues + 1 at most
}

// MostValues is the maximum number of values of a field of Meta by which texts are
// counted.
const MostValues = 200

// take notes the values of Meta of a text that is kept.
func (s *Survey) take(meta map[string]string) {
	for name, v := range meta {
		if v = strings.TrimSpace(v); v == "" {
			continue
		}
		seen := s.values[name]
		if _, ok := seen[v]; ok || len(seen) > MostValues {
			continue
		}
		if seen == nil {
			if s.values == nil {
				s.values = map[string]map[string]struct{}{}
			}
			seen = map[string]struct{}{}
			s.values[strings.Clone(name)] = seen
		}
		seen[strings.Clone(v)] = struct{}{}
	}
}

// Values returns the number of values of each field of Meta, MostValues + 1 for
// more than MostValues.
func (s *Survey) Values() map[string]int {
	out := make(map[string]int, len(s.values))
	for name, seen := range s.values {
		out[name] = len(seen)
	}
	return out
}

func newSurvey() *Survey {
	return &Survey{index: map[string]int{}, repeated: map[int]uint64{}, Masked: map[string]int{}}
}

// UnreadRatings returns the number of ratings that are not finite numbers. Texts
// without one do not count.
func (s *Survey) UnreadRatings() int { return s.strange }

// RatingError returns an error if texts were kept and none has a rating in this
// field of Meta: the name is then wrong, or what it names are not ratings.
func (s *Survey) RatingError(field string) error {
	switch {
	case field == "" || s.Texts == 0 || s.rated > 0:
		return nil
	case s.strange > 0:
		return fmt.Errorf("%w: Rating: none of the %d values of %q is a finite number", fault.ErrOptions, s.strange, field)
	case s.blank:
		return fmt.Errorf("%w: Rating: no text has a value of %q", fault.ErrOptions, field)
	}
	return fmt.Errorf("%w: Rating is %q, which no text has in its Meta; the fields are %q", fault.ErrOptions, field, slices.Sorted(maps.Keys(s.fields)))
}

// FeaturesError returns an error if no text had one of the fields that c
// collects.
func (s *Survey) FeaturesError(c *features.Collector) error {
	if c == nil {
		return nil
	}
	unseen := c.Unseen()
	if len(unseen) == 0 {
		return nil
	}
	names := slices.Sorted(maps.Keys(s.meta))
	return fmt.Errorf("%w: Features: no text has %q in its Meta; the fields are %q%s", fault.ErrOptions, unseen[0], names, columns.DidYouMean(names, unseen[0]))
}

// rating counts the rating of a text that was kept.
func (s *Survey) rating(t *Item, field string) {
	if field == "" {
		return
	}
	switch value, has := t.Meta[field]; {
	case t.Rated:
		s.rated++
		s.fields = nil
	case has && strings.TrimSpace(value) == "":
		s.blank = true
	case has:
		s.strange++
	case s.rated == 0 && len(s.fields) < 100:
		if s.fields == nil {
			s.fields = map[string]bool{}
		}
		for name := range t.Meta {
			s.fields[name] = true
		}
	}
}

// Language returns the language of most texts, English or Chinese.
func (s *Survey) Language() text.Language {
	n := s.Cleaning.Languages
	if n[text.Chinese] > 0 && n[text.Chinese] >= n[text.English] {
		return text.Chinese
	}
	return text.English
}

// user returns the number of a user, a new one for a new name.
func (s *Survey) user(name string) int {
	u, ok := s.index[name]
	if !ok {
		u = len(s.Users)
		name = strings.Clone(name) // it may be a substring of a row that holds the text
		s.index[name] = u
		s.Users = append(s.Users, name)
	}
	return u
}

// prepared counts what a Preparer did to a text.
func (s *Survey) prepared(masked map[string]int, steps clean.Steps) {
	for kind, n := range masked {
		s.Masked[kind] += n
	}
	if steps == 0 {
		return
	}
	c := &s.Cleaning
	c.Changed++
	if c.Steps == nil {
		c.Steps = map[string]int{}
	}
	for step := range steps.All() {
		c.Steps[step.String()]++
	}
}

// filtered counts the result of the Filter for text number n; legible reports
// whether the model can read it.
func (s *Survey) filtered(n int, f repeats.Filtered, legible bool) {
	if f.Stripped {
		s.Cleaning.Boilerplate++
	}
	if f.Fate == repeats.Kept && legible {
		s.Texts++
		return
	}
	s.left = append(s.left, n)
	if !legible {
		s.Cleaning.Illegible++
		return
	}
	switch f.Fate {
	case repeats.NearDuplicate:
		s.Cleaning.NearDuplicates++
		return
	case repeats.Short:
		s.Cleaning.Short++
	}
	s.Empty++
}

// taken records the values of a text that was kept other than its words.
func (s *Survey) taken(t *Item) {
	if t.Plain == "" {
		s.Wordless++
	}
	if !t.Time.IsZero() && (s.Earliest.IsZero() || t.Time.Before(s.Earliest)) {
		s.Earliest = t.Time
	}
	if t.Time.After(s.Latest) {
		s.Latest = t.Time
	}
}

// mended counts what was put right in a text that was kept.
func (s *Survey) mended(changes []repair.Change) {
	if len(changes) == 0 {
		return
	}
	c := s.Cleaning.Repair
	c.Texts++
	for _, x := range changes {
		switch x.Kind {
		case repair.Spaces:
			c.Spaces++
		case repair.Characters:
			c.Replaced++
		default:
			c.Words++
		}
	}
}

// unread counts the texts in languages that the model was not made for.
func (s *Survey) unread(model []text.Language) {
	c := &s.Cleaning
	c.ModelLanguages = slices.Clone(model)
	for l, n := range c.Languages {
		if len(model) > 0 && l != text.Unknown && !slices.Contains(model, l) {
			c.Unread += n
		}
	}
}

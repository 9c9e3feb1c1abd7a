package keyword

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
)

// ErrCount is returned for counts that no Counter of as many segments can have
// returned, and for those of another term.
var ErrCount = errors.New("keyword: counts that do not fit")

// Count holds the counts of a term, so that parts of the texts can be counted
// apart, by several Counters with the same Options, and added up.
type Count struct {
	Term      string // its lemmas, joined by spaces
	Words     int    // number of words
	Texts     []int  // texts of each segment that contain it, [segments]
	Users     []int  // and users, [segments]
	Spellings []Spelling
}

// Spelling is a way to write a term in the texts of a segment.
type Spelling struct {
	Segment int
	Lower   string // in lower case
	Texts   int    // texts that write it so, with any capitals
	Small   int    // of these, with surely none
	Cased   []Cased
}

// Cased is a spelling with capitals.
type Cased struct {
	Text  string // as it is written
	Texts int    // texts that write it so
}

// Totals returns the number of texts of each segment, and the sum of the counts
// of all words in each, [segments].
func (c *Counter) Totals() (texts, words []int) { return slices.Clone(c.texts), slices.Clone(c.sizes) }

// AddTotals adds to what Totals returns. Both must have a number for each
// segment, else it returns an ErrCount.
func (c *Counter) AddTotals(texts, words []int) error {
	if len(texts) != len(c.texts) || len(words) != len(c.sizes) {
		return fmt.Errorf("%w: totals of %d and %d segments, want %d", ErrCount, len(texts), len(words), len(c.texts))
	}
	for i := range texts {
		c.texts[i] += texts[i]
		c.sizes[i] += words[i]
	}
	return nil
}

// Counts ranges over the counts of all terms, in no particular order.
func (c *Counter) Counts() iter.Seq[Count] {
	return func(yield func(Count) bool) {
		for key, t := range c.terms {
			if !yield(t.counts(key)) {
				return
			}
		}
	}
}

func (t *term) counts(key string) Count {
	out := Count{Term: key, Words: t.words}
	for i := range t.texts {
		out.Texts, out.Users = append(out.Texts, int(t.texts[i])), append(out.Users, int(t.users[i]))
	}
	for _, own := range t.forms {
		for i := range own.list {
			out.Spellings = append(out.Spellings, own.list[i].spelling(own.segment))
		}
	}
	return out
}

// AddCount adds the counts of a term, without those of AddTotals. Users are
// counted again if those of another Count are the same. Counts that do not fit
// are an ErrCount.
func (c *Counter) AddCount(o Count) error {
	if len(o.Texts) != len(c.texts) || len(o.Users) != len(c.texts) || o.Words < 1 {
		return fmt.Errorf("%w: %d words in %d and %d segments, want 1 or more in %d", ErrCount, o.Words, len(o.Texts), len(o.Users), len(c.texts))
	}
	for _, n := range append(slices.Clone(o.Texts), o.Users...) {
		if n < 0 || n > math.MaxInt32 {
			return fmt.Errorf("%w: %d texts or users", ErrCount, n)
		}
	}
	for _, s := range o.Spellings {
		if s.Segment < 0 || s.Segment >= len(c.texts) {
			return fmt.Errorf("%w: a spelling in segment %d of %d", ErrCount, s.Segment, len(c.texts))
		}
	}
	t := c.terms[o.Term]
	if t == nil {
		t = c.newTerm(o.Words)
		c.terms[o.Term] = t
	}
	for i := range o.Texts {
		t.texts[i] += int32(o.Texts[i])
		t.users[i] += int32(o.Users[i])
	}
	for _, s := range o.Spellings {
		t.forms.of(s.Segment).merge(s)
	}
	return nil
}

// Merge adds the counts of o, which are of the same term, to c, which may be
// zero. Another term or number of segments is an ErrCount.
func (c *Count) Merge(o Count) error {
	if c.Texts == nil {
		*c = Count{Term: o.Term, Words: o.Words, Texts: make([]int, len(o.Texts)), Users: make([]int, len(o.Users))}
	}
	if c.Term != o.Term || c.Words != o.Words || len(c.Texts) != len(o.Texts) || len(c.Users) != len(o.Users) {
		return fmt.Errorf("%w: another term, or %d segments instead of %d", ErrCount, len(o.Texts), len(c.Texts))
	}
	for i := range o.Texts {
		c.Texts[i] += o.Texts[i]
	}
	for i := range o.Users {
		c.Users[i] += o.Users[i]
	}
	var f spellings
	for _, s := range append(slices.Clone(c.Spellings), o.Spellings...) {
		f.of(s.Segment).merge(s)
	}
	c.Spellings = (&term{forms: f}).counts("").Spellings
	return nil
}

// merge adds the counts of a spelling.
func (f *forms) merge(s Spelling) {
	w := f.find(s.Lower)
	if w == nil {
		f.list = append(f.list, form{lower: s.Lower})
		w = &f.list[len(f.list)-1]
	}
	w.n += int32(s.Texts)
	w.small += int32(s.Small)
	for _, o := range s.Cased {
		i := slices.IndexFunc(w.cased, func(c cased) bool { return c.text == o.Text })
		if i < 0 {
			i = len(w.cased)
			w.cased = append(w.cased, cased{text: o.Text})
		}
		w.cased[i].n += int32(o.Texts)
	}
}

// join adds the counts of o.
func (f *forms) join(o *forms) {
	for i := range o.list {
		f.merge(o.list[i].spelling(0))
	}
}

func (w *form) spelling(segment int) Spelling {
	s := Spelling{Segment: segment, Lower: w.lower, Texts: int(w.n), Small: int(w.small)}
	for _, c := range w.cased {
		s.Cased = append(s.Cased, Cased{Text: c.text, Texts: int(c.n)})
	}
	return s
}

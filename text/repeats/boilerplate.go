package repeats

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
	"github.com/seed-56ee9438/cohort/text"
)

// BoilerplateOptions defines what counts as boilerplate. The zero value is
// ready to use.
type BoilerplateOptions struct {
	// MinTexts is the minimum number of texts that contain a sentence; 0 means
	// 10.
	MinTexts int
	// MinShare is the minimum share of texts that contain it; 0 means 0.002,
	// negative any.
	MinShare float64
	// MinLetters is its minimum number of letters and digits, a Chinese character
	// counting as two; 0 means 20, so that "Works great!" is never boilerplate.
	MinLetters int
}

func (o BoilerplateOptions) withDefaults() BoilerplateOptions {
	if o.MinTexts <= 0 {
		o.MinTexts = 10
	}
	switch {
	case o.MinShare == 0:
		o.MinShare = 0.002
	case o.MinShare < 0 || math.IsNaN(o.MinShare):
		o.MinShare = 0
	}
	if o.MinLetters <= 0 {
		o.MinLetters = 20
	}
	return o
}

// A Counter counts the texts that contain each sentence and each stamp (see
// Stripper). This is the first of two readings. It uses about 16 bytes per
// distinct sentence, and does not keep the texts. It is not safe for concurrent
// use.
type Counter struct {
	unsavedState

	o      BoilerplateOptions
	texts  int
	seen   map[uint64]*sentenceCount
	stamps map[uint64]*stampCount
	units  []unit
}

type sentenceCount struct{ texts, last int32 }

// stampCount counts a stamp regardless of its figures.
type stampCount struct {
	texts   int
	figures uint64 // hash of the figures in the first text
	vary    bool   // another text has different figures
}

// NewCounter returns an empty Counter.
func NewCounter(o BoilerplateOptions) *Counter {
	return &Counter{o: o.withDefaults(), seen: map[uint64]*sentenceCount{}, stamps: map[uint64]*stampCount{}}
}

// Add counts the sentences of one text.
func (c *Counter) Add(s string) {
	c.texts++
	if stamp := stampEnd(s); stamp > 0 {
		c.countStamp(c.stampHash(s[:stamp]))
	}
	for _, span := range text.Sentences(s) {
		if h, letters := c.hash(s[span[0]:span[1]]); letters >= c.o.MinLetters {
			c.count(h)
		}
	}
}

// countStamp counts the stamp at the start of a text.
func (c *Counter) countStamp(h, figures uint64) {
	n := c.stamps[h]
	if n == nil {
		n = &stampCount{figures: figures}
		c.stamps[h] = n
	}
	n.texts++
	n.vary = n.vary || n.figures != figures
}

// count counts a sentence of the current text, once.
func (c *Counter) count(h uint64) {
	n := c.seen[h]
	if n == nil {
		n = &sentenceCount{}
		c.seen[h] = n
	}
	if n.last != int32(c.texts) {
		n.texts, n.last = n.texts+1, int32(c.texts)
	}
}

// hash returns the hash of a sentence's letters: case, punctuation and white
// space make no difference.
func (c *Counter) hash(s string) (h uint64, letters int) {
	c.units = appendUnits(c.units[:0], s)
	for _, u := range c.units {
		h = splitmix.Mix(h ^ uint64(u.r))
		if u.r != ' ' {
			letters += int(u.n)
		}
	}
	return h, letters
}

// Stripper returns a Stripper for the sentences that are boilerplate so far.
func (c *Counter) Stripper() *Stripper {
	st := &Stripper{o: c.o, boilerplate: map[uint64]struct{}{}}
	add := func(h uint64, texts int) {
		if texts >= c.o.MinTexts && float64(texts) >= c.o.MinShare*float64(c.texts) {
			st.boilerplate[h] = struct{}{}
		}
	}
	for h, n := range c.seen {
		add(h, int(n.texts))
	}
	for h, n := range c.stamps {
		if n.vary {
			add(h, n.texts)
		}
	}
	return st
}

// A Stripper removes boilerplate from texts: sentences that many texts share,
// and stamps that a site puts before them, a few words with a date and a colon:
// "补充点评 2008年2月25日：", "Posted on 12 May 2009:". Figures that are the same in
// all texts are not a date: "Model 5300:" stays. A Stripper is safe for
// concurrent use.
type Stripper struct {
	unsavedState

	o           BoilerplateOptions
	boilerplate map[uint64]struct{}
}

// Sentences returns the hashes of the sentences that are boilerplate,
// ascending. OpenStripper takes them to remove the same sentences elsewhere. A
// sentence cannot be recovered from its hash.
func (st *Stripper) Sentences() []uint64 { return slices.Sorted(maps.Keys(st.boilerplate)) }

// OpenStripper returns a Stripper with these options and Sentences.
func OpenStripper(o BoilerplateOptions, sentences []uint64) *Stripper {
	st := &Stripper{o: o.withDefaults(), boilerplate: make(map[uint64]struct{}, len(sentences))}
	for _, h := range sentences {
		st.boilerplate[h] = struct{}{}
	}
	return st
}

// Len returns the number of distinct sentences that are boilerplate.
func (st *Stripper) Len() int { return len(st.boilerplate) }

// Strip returns s without its boilerplate, and the bytes [start, end) of s that
// remain, in order. The text on both sides of a removed sentence is joined as
// it is, and white space at the ends is trimmed. If there is no boilerplate, it
// returns s and one range.
func (st *Stripper) Strip(s string) (kept string, ranges [][2]int) {
	whole := [][2]int{{0, len(s)}}
	if len(st.boilerplate) == 0 {
		return s, whole
	}
	var c Counter
	from, found := 0, false
	if stamp := st.stampEnd(&c, s); stamp > 0 {
		from, found = stamp, true
	}
	for _, span := range text.Sentences(s) {
		h, letters := c.hash(s[span[0]:span[1]])
		if letters < st.o.MinLetters || span[1] <= from {
			continue
		}
		if _, ok := st.boilerplate[h]; !ok {
			continue
		}
		found = true
		if from < span[0] {
			ranges = append(ranges, [2]int{from, span[0]})
		}
		// the white space after the sentence goes with it
		from = span[1]
		for from < len(s) {
			r, n := utf8.DecodeRuneInString(s[from:])
			if !strings.ContainsRune(" \t\r\n\u3000\u00a0", r) {
				break
			}
			from += n
		}
	}
	if !found {
		return s, whole
	}
	if from < len(s) {
		ranges = append(ranges, [2]int{from, len(s)})
	}
	return join(s, trim(s, ranges))
}

// trim removes the white space at both ends of the parts of s given by ranges.
func trim(s string, ranges [][2]int) [][2]int {
	for len(ranges) > 0 {
		r := &ranges[0]
		r[0] = r[1] - len(strings.TrimLeft(s[r[0]:r[1]], " \t\r\n\u3000\u00a0"))
		if r[0] < r[1] {
			break
		}
		ranges = ranges[1:]
	}
	for len(ranges) > 0 {
		r := &ranges[len(ranges)-1]
		r[1] = r[0] + len(strings.TrimRight(s[r[0]:r[1]], " \t\r\n\u3000\u00a0"))
		if r[0] < r[1] {
			break
		}
		ranges = ranges[:len(ranges)-1]
	}
	return ranges
}

func join(s string, ranges [][2]int) (string, [][2]int) {
	var b strings.Builder
	for _, r := range ranges {
		b.WriteString(s[r[0]:r[1]])
	}
	return b.String(), ranges
}

package repair

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/internal/unsaved"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/langid"
)

// mostDistinct is the number of distinct words at which a Counter forgets the
// rare ones.
const mostDistinct = 1 << 20

// Counter counts the words of a corpus: those that may be repaired, of texts
// that are not in another language.
type Counter struct {
	unsaved.State

	counts map[string]tally
	total  int
}

// tally is how often a word occurs, and how often as a name.
type tally struct{ all, names int }

// NewCounter returns a Counter without words.
func NewCounter() *Counter { return &Counter{counts: map[string]tally{}} }

// Add counts the words of a text.
func (c *Counter) Add(s string) {
	var ts []token
	for t := range words(s) {
		ts = append(ts, t)
	}
	if len(ts) == 0 || foreign(s) {
		return
	}
	for _, t := range ts {
		w := folded(s[t.start:t.end])
		if len(w) > longestRun || digits(w) {
			continue
		}
		c.total++
		n, ok := c.counts[w]
		if !ok {
			w = strings.Clone(w)
		}
		n.all++
		if t.form.named() {
			n.names++
		}
		c.counts[w] = n
	}
	if len(c.counts) > mostDistinct {
		c.forget()
	}
}

// forget removes the rarest words, until half are left.
func (c *Counter) forget() {
	for n := 1; len(c.counts) > mostDistinct/2; n++ {
		maps.DeleteFunc(c.counts, func(_ string, t tally) bool { return t.all <= n })
	}
}

// Total returns the number of words counted.
func (c *Counter) Total() int { return c.total }

// Frequent returns the words that occur at least least times, the most frequent
// first.
func (c *Counter) Frequent(least int) []Word {
	var out []Word
	for w, n := range c.counts {
		if n.all >= least {
			out = append(out, Word{w, n.all, n.names})
		}
	}
	sortWords(out)
	return out
}

// Word is a word in lower case, how often it occurs, and how often of these it
// is capitalised within a sentence or an acronym.
type Word struct {
	Word  string `json:"word"`
	Count int    `json:"count"`
	Names int    `json:"names,omitempty"`
}

func sortWords(w []Word) {
	slices.SortFunc(w, func(a, b Word) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Word, b.Word))
	})
}

// folded returns w in lower case, without apostrophes around it.
func folded(w string) string { return strings.ToLower(strings.Trim(w, "'")) }

var (
	detector  = sync.OnceValue(func() *langid.Detector { return open(sureLanguage) })
	inEnglish = sync.OnceValue(func() *langid.Detector { return open(0) })
)

func open(least float64) *langid.Detector {
	d, err := langid.New(langid.Options{MinConfidence: least})
	if err != nil {
		panic(err) // the options are constants
	}
	return d
}

// sureLanguage is the confidence with which a text must be in another language
// to be left alone. Misspelt English looks foreign to some degree.
const sureLanguage = 0.9

// foreign reports whether s is surely in a language other than English.
func foreign(s string) bool {
	return detector().Detect(s).Language != text.English
}

// stillForeign reports whether s, which is foreign, is so when its words have
// been put right: misspelt English is not.
func stillForeign(s string) bool { return inEnglish().Detect(s).Language != text.English }

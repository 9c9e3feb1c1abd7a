package repair

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/langid"
)

// mostDistinct is the number of distinct words at which a Counter forgets the
// rare ones.
const mostDistinct = 1 << 20

// Counter counts the words of a corpus: those that may be repaired, of texts
// that are not in another language; and Chinese characters, alone and in pairs.
type Counter struct {
	unsavedState

	counts map[string]tally
	pairs  map[string]tally // of words with a space between
	total  int
	han    hanCounts
}

// tally is how often a word occurs, how often as a name, and a bit for each
// group of users who wrote it: at least as many users as there are bits.
type tally struct {
	all, names int
	users      uint64
}

// NewCounter returns a Counter without words.
func NewCounter() *Counter { return &Counter{counts: map[string]tally{}, pairs: map[string]tally{}} }

// Add counts the words of a text of nobody in particular, which count as those
// of many users.
func (c *Counter) Add(s string) { c.add(s, math.MaxUint64) }

// AddOf counts the words of a text of a user.
func (c *Counter) AddOf(user, s string) { c.add(s, 1<<(hashed(user)>>58)) }

func (c *Counter) add(s string, user uint64) {
	c.han.add(s, user)
	var ts []token
	for t := range words(s) {
		ts = append(ts, t)
	}
	if len(ts) == 0 || foreign(s) {
		return
	}
	for i, t := range ts {
		w := folded(s[t.start:t.end])
		if len(w) > longestRun || digits(w) {
			continue
		}
		if i > 0 && beforeSpace(s, ts[i-1], t) && t.end-ts[i-1].start <= 2*mostWord {
			c.pair(folded(s[ts[i-1].start:ts[i-1].end]), w, user)
		}
		c.total++
		n, ok := c.counts[w]
		if !ok {
			w = strings.Clone(w)
		}
		n.all++
		n.users |= user
		if t.form.named() {
			n.names++
		}
		c.counts[w] = n
	}
	if len(c.counts) > mostDistinct {
		c.forget()
	}
}

// pair counts two words beside each other.
func (c *Counter) pair(a, b string, user uint64) {
	if digits(a) {
		return
	}
	w := a + " " + b
	n := c.pairs[w]
	n.all++
	n.users |= user
	c.pairs[w] = n
	if len(c.pairs) > mostDistinct {
		for n := 1; len(c.pairs) > mostDistinct/2; n++ {
			maps.DeleteFunc(c.pairs, func(_ string, t tally) bool { return t.all <= n })
		}
	}
}

// pairsOf returns the frequent pairs of words of at least users users.
func (c *Counter) pairsOf(words []Word, users int) []Word {
	known := make(map[string]bool, len(words))
	for _, w := range words {
		known[w.Word] = true
	}
	var out []Word
	for w, n := range c.pairs {
		a, b, _ := strings.Cut(w, " ")
		if n.all >= leastPairs && bits.OnesCount64(n.users) >= min(users, 64) && known[a] && known[b] {
			out = append(out, Word{Word: w, Count: n.all})
		}
	}
	sortWords(out)
	return out[:min(len(out), mostWords)]
}

// leastPairs is the count from which a pair of words is known.
const leastPairs = 2

// forget removes the rarest words, until half are left.
func (c *Counter) forget() {
	for n := 1; len(c.counts) > mostDistinct/2; n++ {
		maps.DeleteFunc(c.counts, func(_ string, t tally) bool { return t.all <= n })
	}
}

// Total returns the number of words counted.
func (c *Counter) Total() int { return c.total }

// Word is a word in lower case, how often it occurs, and how often of these it
// is capitalised within a sentence or an acronym.
type Word struct {
	Word  string `json:"word"`
	Count int    `json:"count"`
	Names int    `json:"names,omitempty"`
}

// frequent divides the words that occur at least least times into those of at
// least users users, as far as that is known, and the hashes of the others.
func (c *Counter) frequent(least, users int) ([]Word, map[uint64]int) {
	var out []Word
	hidden := map[uint64]int{}
	for w, n := range c.counts {
		switch {
		case n.all < least:
		case bits.OnesCount64(n.users) >= min(users, 64):
			out = append(out, Word{w, n.all, n.names})
		default:
			hidden[hashed(w)] = n.all
		}
	}
	sortWords(out)
	for len(out) > mostWords { // the rarest, which still stay as they are
		w := out[len(out)-1]
		out, hidden[hashed(w.Word)] = out[:len(out)-1], w.Count
	}
	if len(hidden) > mostWords {
		keys := slices.SortedFunc(maps.Keys(hidden), func(a, b uint64) int { return cmp.Or(cmp.Compare(hidden[b], hidden[a]), cmp.Compare(a, b)) })
		for _, k := range keys[mostWords:] {
			delete(hidden, k)
		}
	}
	return out, hidden
}

// hashed returns a hash of a word: FNV-1a, mixed.
func hashed(w string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(w) {
		h = (h ^ uint64(w[i])) * 0x100000001b3
	}
	return splitmix.Mix(h)
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

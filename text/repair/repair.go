package repair

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed-56ee9438/cohort/text/english"
)

// Options configures a Repairer. The zero value is ready to use, but knows no words
// except those of the corpus.
type Options struct {
	// Vocabulary are words that are known to be right, the most frequent first,
	// such as those of a model. Only words of the letters a to z are used.
	Vocabulary []string
	// Dictionary are Chinese words and how often they occur in texts of any kind,
	// such as those of package chinese; nil: none. It is read if the corpus has
	// Chinese.
	Dictionary iter.Seq2[string, int]
	// MinCount is the count from which a word of the corpus is frequent, so that
	// other words may be put right to it; 0: 3.
	MinCount int
	// MinUsers is the number of users from which a frequent word of the corpus may
	// be put in place of others, and is written down by Repairer.Corpus; see
	// Counter.AddOf. 0: 1, and at most 64 are told apart.
	MinUsers int
	// ErrorRate is the probability that a character is wrong; 0: estimated from
	// the share of words that are not known, or that of the Corpus.
	ErrorRate float64
	// SpaceRate is the probability that a space is missing; 0: estimated from words
	// run together, or that of the Corpus.
	SpaceRate float64
	// CharacterRate is the probability that a Chinese character is wrong; 0: estimated
	// from those that look wrong, or that of the Corpus.
	CharacterRate float64
	// LookShare is the share of the wrong Chinese characters that look like the right
	// ones, while the others sound like them; 0: estimated, or that of the Corpus.
	LookShare float64
	// MinConfidence is the probability, as the Repairer estimates it, from which
	// a word or a Chinese character is changed; 0: 0.5.
	MinConfidence float64
	// KeepWords leaves words of letters as they are, and KeepCharacters Chinese.
	KeepWords, KeepCharacters bool
}

// Defaults of Options, and limits.
const (
	defaultCount      = 3
	defaultConfidence = 0.5
	leastRate         = 0.0005
	leastSpaces       = 0.0005
	noisyRate         = 0.03 // from which misspelt names are put right
	namesFactor       = 3    // how often, in MinCounts, the corpus has what is put in place of a name
	shortestName      = 4    // letters of the shortest names and acronyms that are put right
	shortestMixed     = 8    // the same, with capitals within
	shortestTwice     = 6    // the same, two edits away
	sureName          = 5    // letters from which a strange name is as likely to be meant as another strange word
	sureTwice         = 8    // the same, two edits away
	unsureName        = 10   // how much likelier it is if it has fewer
	shortestTitle     = 5    // letters of the shortest capitalised words that are put right to words that are not names
	titleTwice        = 10   // the same, two edits away
	unsureTitle       = 30   // how much likelier a strange name is to be meant than such a word, besides that few are capitalised
	usualShare        = 8    // names are what is capitalised in one of so many places, most others beginning sentences
	atStart           = 10   // how much likelier a strange word is where a sentence begins: it may be a name
	mostRate          = 0.2
	mostBucket        = 2000 // words that are compared for each deletion
	mostCached        = 1 << 17
	longestRun        = 200 // letters of words run together that are taken apart
)

// Repairer puts words right. It is immutable and safe for concurrent use.
type Repairer struct {
	unsavedState

	o       Options
	corpus  Corpus
	index   *index
	prior   []float64      // log probability of each word of the index
	count   []int          // in the corpus
	names   []int          // of these, capitalised within a sentence
	known   []bool         // words of the vocabulary
	titles  float64        // how often words that are no names are capitalised within sentences
	id      map[string]int // of the words of the index
	total   float64        // words of the corpus
	rate    float64
	spaces  float64 // probability that a space is missing
	pairs   followers
	letters *letters
	han     hanModel
	hanRate float64

	cache *cache
}

// cache holds what words were found to be meant as.
type cache struct {
	of sync.Map // string -> *guess
	n  atomic.Int64
}

// Repairer returns a Repairer that knows the frequent words that were counted, or
// an ErrOptions.
func (c *Counter) Repairer(o Options) (*Repairer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	words, hidden := c.frequent(o.MinCount, o.MinUsers)
	corpus := Corpus{Total: c.total, Words: words, Hidden: hidden, Pairs: c.pairsOf(words, o.MinUsers), Han: c.han.frequent(o.MinUsers), HanTotal: c.han.total, ErrorRate: o.ErrorRate}
	r, err := New(corpus, o)
	if err != nil {
		return nil, err
	}
	if r.rate == 0 {
		r.rate = r.Estimate(c)
	}
	if r.spaces == 0 {
		r.spaces = r.EstimateSpaces(c)
	}
	r.hideErrors()
	r.corpus.ErrorRate, r.corpus.SpaceRate = r.rate, r.spaces
	if r.hanRate == 0 && c.han.total > 0 {
		if r.corpus.LookShare == 0 {
			r.setLooks(r.EstimateLooks(c))
		}
		r.hanRate = r.EstimateCharacters(c)
		r.corpus.CharacterRate = r.hanRate
	}
	return r, nil
}

// check checks the options and sets defaults.
func (o *Options) check() error {
	if o.MinCount == 0 {
		o.MinCount = defaultCount
	}
	if o.MinConfidence == 0 {
		o.MinConfidence = defaultConfidence
	}
	if o.MinCount < 0 {
		return fmt.Errorf("%w: MinCount is %d, want 0 or more", ErrOptions, o.MinCount)
	}
	if o.MinUsers < 0 {
		return fmt.Errorf("%w: MinUsers is %d, want 0 or more", ErrOptions, o.MinUsers)
	}
	if !(o.MinConfidence > 0 && o.MinConfidence <= 1) {
		return fmt.Errorf("%w: MinConfidence is %v, want above 0 and at most 1", ErrOptions, o.MinConfidence)
	}
	if !(o.ErrorRate >= 0 && o.ErrorRate < 0.5) {
		return fmt.Errorf("%w: ErrorRate is %v, want 0 or more and less than 0.5", ErrOptions, o.ErrorRate)
	}
	if !(o.SpaceRate >= 0 && o.SpaceRate < 1) {
		return fmt.Errorf("%w: SpaceRate is %v, want 0 or more and less than 1", ErrOptions, o.SpaceRate)
	}
	if !(o.CharacterRate >= 0 && o.CharacterRate < 0.5) {
		return fmt.Errorf("%w: CharacterRate is %v, want 0 or more and less than 0.5", ErrOptions, o.CharacterRate)
	}
	if !(o.LookShare >= 0 && o.LookShare < 1) {
		return fmt.Errorf("%w: LookShare is %v, want 0 or more and less than 1", ErrOptions, o.LookShare)
	}
	return nil
}

// New returns a Repairer for the words of an earlier corpus, as Repairer.Corpus
// returned them; with the same Options it is the same Repairer. Errors wrap
// ErrWords or ErrOptions.
func New(corpus Corpus, o Options) (*Repairer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := corpus.Check(); err != nil {
		return nil, err
	}
	r := &Repairer{o: o, corpus: corpus, id: map[string]int{}, total: float64(corpus.Total), rate: cmp.Or(o.ErrorRate, corpus.ErrorRate), cache: new(cache)}
	r.spaces = cmp.Or(o.SpaceRate, corpus.SpaceRate)
	r.corpus.ErrorRate, r.corpus.SpaceRate = r.rate, r.spaces
	r.o.KeepWords = o.KeepWords || corpus.KeepWords
	r.o.KeepCharacters = o.KeepCharacters || corpus.KeepCharacters
	r.corpus.KeepWords, r.corpus.KeepCharacters = r.o.KeepWords, r.o.KeepCharacters
	r.han = newHanModel(corpus.Han, corpus.HanTotal, o.Dictionary)
	r.setLooks(cmp.Or(o.LookShare, corpus.LookShare))
	r.hanRate = cmp.Or(o.CharacterRate, corpus.CharacterRate)
	r.corpus.CharacterRate = r.hanRate
	type entry struct {
		Word
		mass  float64
		known bool
	}
	var all []entry
	share := max(2000, 0.1*r.total) // the weight of the vocabulary, in words
	at := map[string]int{}
	for _, w := range o.Vocabulary {
		if w = strings.ToLower(w); len(w) < 2 && w != "a" && w != "i" || !plain(w) {
			continue
		}
		if _, ok := at[w]; ok {
			continue
		}
		at[w] = len(all)
		all = append(all, entry{Word: Word{Word: w}, known: true})
	}
	harmonic := math.Log(float64(len(all)+10)/10) + 0.6
	for i := range all { // Zipf's law
		all[i].mass = share / (float64(i+10) * harmonic)
	}
	counted := make(map[string]bool, len(corpus.Words))
	for _, w := range corpus.Words {
		counted[w.Word] = true
		if i, ok := at[w.Word]; ok {
			all[i].Count, all[i].Names = w.Count, w.Names
			all[i].mass += float64(w.Count)
		} else if len(w.Word) > 1 {
			all = append(all, entry{w, float64(w.Count), false})
		}
	}
	for i := range all { // those of the vocabulary that few used
		if n := corpus.Hidden[hashed(all[i].Word.Word)]; n > 0 && !counted[all[i].Word.Word] {
			all[i].Count = n
			all[i].mass += float64(n)
		}
	}
	slices.SortFunc(all, func(a, b entry) int {
		switch {
		case a.mass > b.mass:
			return -1
		case a.mass < b.mass:
			return 1
		}
		return strings.Compare(a.Word.Word, b.Word.Word)
	})
	names := make([]string, len(all))
	for i, e := range all {
		names[i] = e.Word.Word
		r.id[e.Word.Word] = i
		r.prior = append(r.prior, math.Log(e.mass/(r.total+share)))
		r.count = append(r.count, e.Count)
		r.names = append(r.names, e.Names)
		r.known = append(r.known, e.known)
	}
	r.titles = r.capitalised()
	r.index = newIndex(names)
	r.letters = newLetters(names, r.known)
	r.pairs = r.newFollowers(corpus.Pairs)
	return r, nil
}

// Adjusted returns a Repairer of the same words, without making their index again:
// with the rates of o, those of r where they are 0, and o's KeepWords and
// KeepCharacters. The other Options are those of r. Errors wrap ErrOptions.
func (r *Repairer) Adjusted(o Options) (*Repairer, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	a := *r
	a.cache = new(cache)
	a.rate, a.spaces = cmp.Or(o.ErrorRate, r.rate), cmp.Or(o.SpaceRate, r.spaces)
	a.hanRate = cmp.Or(o.CharacterRate, r.hanRate)
	a.o.KeepWords, a.o.KeepCharacters = o.KeepWords, o.KeepCharacters
	a.corpus.ErrorRate, a.corpus.SpaceRate, a.corpus.CharacterRate = a.rate, a.spaces, a.hanRate
	a.corpus.KeepWords, a.corpus.KeepCharacters = o.KeepWords, o.KeepCharacters
	a.setLooks(cmp.Or(o.LookShare, r.corpus.LookShare))
	return &a, nil
}

// capitalised returns how often words of the vocabulary that are no names are
// capitalised within sentences.
func (r *Repairer) capitalised() float64 {
	capitals, all := 0, 0
	for i, known := range r.known {
		if known && !r.named(i) {
			capitals += r.names[i]
			all += r.count[i]
		}
	}
	return float64(capitals) / float64(max(all, 1))
}

// plain reports whether w consists of the letters a to z.
func plain(w string) bool {
	return strings.Trim(w, "abcdefghijklmnopqrstuvwxyz") == "" && w != ""
}

// ErrorRate returns the probability that a character is wrong: that of the
// Options, that of the Corpus, or the estimate.
func (r *Repairer) ErrorRate() float64 { return r.rate }

// inflected reports whether w is an inflected form of a word of the vocabulary.
func (r *Repairer) inflected(w string) bool {
	for _, end := range [...]string{"'s", "s'"} {
		if strings.HasSuffix(w, end) {
			w = strings.TrimSuffix(w, end)
			if i, ok := r.id[w]; ok && r.known[i] {
				return true
			}
		}
	}
	l := english.Lemma(w)
	if l == w || len(l) < 3 {
		return false
	}
	i, ok := r.id[l]
	return ok && (r.known[i] || r.count[i] >= 3*r.o.MinCount)
}

// The model of words that are not known: their share of clean text, and the
// probability of a letter.
const (
	strangeShare = 0.003
	perLetter    = -2.2
	perLater     = -3.2 // of those after the longLetters-th
	longLetters  = 8
	// besides is how much more frequent words are beside each other than their
	// frequencies say, as what is run together usually is.
	besides = 3
)

// strange returns the probability of a word of n letters that nobody has listed.
func strange(n int) float64 {
	return strangeShare * math.Exp(perLetter*float64(min(n, longLetters))+perLater*float64(max(0, n-longLetters)))
}

// guess is what a word may have been meant to be.
type guess struct {
	own     float64  // probability that it was meant as it is
	options []option // the likeliest first; nil: nothing else
}

// option is something that a word may have been meant to be.
type option struct {
	words       []string // more than one: spaces were missing
	first, last int32    // of these, in the index
	p           float64  // probability, together with the error
}

// mostOptions is the number of options that are kept.
const mostOptions = 6

// best returns the likeliest option by itself and how sure it is, nil if that is
// not enough.
func (g *guess) best(least float64) *option {
	sum := g.own
	for _, o := range g.options {
		sum += o.p
	}
	if len(g.options) == 0 || g.options[0].p < least*sum {
		return nil
	}
	return &g.options[0]
}

// meant returns what w, a word in lower case that may have digits in place of
// letters, was meant to be. It remembers its results.
func (r *Repairer) meant(w string, f form) *guess {
	key := w
	if f == capital {
		key += "A"
	} else if f.named() {
		key += string("^_|~"[f-name])
	}
	if g, ok := r.cache.of.Load(key); ok {
		return g.(*guess)
	}
	g := new(guess)
	if !digits(w) {
		*g = r.guess(w, f)
	} else if l := lettered.Replace(w); r.rate < noisyRate && !digits(strings.TrimRight(w, "0123456789")) {
		// A number of something, as in item5.
	} else if r.listed(l) {
		i := int32(r.id[l])
		g.options = []option{{[]string{l}, i, i, 1}}
	} else if len(l) > 4 {
		*g = r.guess(l, lower)
	}
	if len(w) <= mostWord && r.cache.n.Load() < mostCached {
		if _, had := r.cache.of.LoadOrStore(strings.Clone(key), g); !had {
			r.cache.n.Add(1)
		}
	}
	return g
}

// listed reports whether w is frequent in the corpus, and the more so if it is
// not in the vocabulary.
func (r *Repairer) listed(w string) bool {
	i, ok := r.id[w]
	return ok && (r.count[i] >= r.o.MinCount && r.known[i] || r.count[i] >= 3*r.o.MinCount)
}

// guess returns what w, a word in lower case, was meant to be. It was
// written in form f, by which it may be a name. Nothing but a name that is frequent in
// the corpus is put in the place of such a word.
func (r *Repairer) guess(w string, f form) guess {
	name := f.named()
	switch {
	case f == mixed && r.SpaceRate() >= manySpaces:
		return r.joined(w)
	case f == slip:
		return r.slipped(w)
	}
	if len(w) < 2 && r.rate < noisyRate || len(w) > longestRun || name && (len(w) < shortestName || f == mixed && len(w) < shortestMixed || r.rate < noisyRate) {
		return guess{}
	}
	own, listed := r.id[w]
	if name && listed && r.known[own] {
		return guess{}
	}
	var g guess
	var expected float64 // probability of w as an error, in whatever form
	g.options, expected = r.near(w, f)
	compound := 0.0
	if !name && (!listed || !r.known[own]) {
		if parts, p := r.split(w); p > 0 {
			compound = r.compound(parts)
			g.options = append(g.options, option{parts, int32(r.id[parts[0]]), int32(r.id[parts[len(parts)-1]]), p})
			expected += p
		}
	}
	g.own = r.alone(w, f, expected)
	if (f == capital || f == acronym) && (!listed || !r.known[own]) {
		g.own *= atStart
	}
	g.own += compound
	slices.SortStableFunc(g.options, func(a, b option) int { return cmp.Compare(b.p, a.p) })
	if len(g.options) > mostOptions {
		g.options = slices.Clip(g.options[:mostOptions])
	}
	return g
}

// near returns the words within a few edits of w that it may have been meant to be, and
// the probability that any of them is written w, in whatever form.
func (r *Repairer) near(w string, f form) (out []option, sum float64) {
	if len(w) > mostWord {
		return nil, 0
	}
	name := f.named()
	own, listed := r.id[w]
	edits := 2
	if len(w) < 5 && (r.rate < noisyRate || len(w) < 4) || name && len(w) < shortestTwice || f == acronym {
		edits = 1
	}
	var room [64]near
	for _, n := range r.index.near(room[:0], w, edits, mostBucket) {
		c := int(n.id)
		if listed && c == own || r.count[c] < r.o.MinCount && !r.known[c] ||
			f == capital && r.count[c] < r.o.MinCount {
			continue
		}
		form := 0.0
		if name {
			var ok bool
			if form, ok = r.asName(c, w, f, n.edits); !ok {
				continue
			}
		}
		meant := r.index.words[c]
		if len(meant) < 2 && (r.rate < noisyRate || len(w) > 2) || possessive(meant, w) {
			continue
		}
		p := math.Exp(r.prior[c] + channel(meant, w, r.rate))
		sum += p
		out = append(out, option{[]string{meant}, n.id, n.id, p * math.Exp(form)})
	}
	return out, sum
}

// asName reports whether w, written as a name of form f, may have been meant as word c
// of the index, which is so many edits away, and returns the logarithm of how much
// less likely that is than for a word in lower case.
func (r *Repairer) asName(c int, w string, f form, edits int) (float64, bool) {
	sure := r.named(c) && (edits == 1 && len(w) >= sureName || len(w) >= sureTwice)
	switch {
	case sure || r.named(c) && f == acronym:
		return 0, true
	case r.named(c):
		return -math.Log(unsureName), true
	case f != name || len(w) < shortestTitle || edits > 1 && len(w) < titleTwice || r.count[c] < namesFactor*r.o.MinCount:
		return 0, false
	}
	// A word of a title, perhaps: how often it is capitalised, and others are.
	share := (float64(r.names[c]) + titleWeight*r.titles) / (float64(r.count[c]) + titleWeight)
	return math.Log(share / unsureTitle), share > 0
}

// titleWeight is the weight, in words, of how often words are capitalised within
// sentences in general beside how often one is.
const titleWeight = 20

// named reports whether word c of the index is a name that is frequent in the corpus.
func (r *Repairer) named(c int) bool {
	return r.names[c] >= namesFactor*r.o.MinCount && usualShare*r.names[c] >= r.count[c]
}

// slipped returns what w, a word with a capital beside its first letter, was meant to
// be: a frequent word with its first letters swapped, or the key beside the first one
// pressed too. Where that is a name, a letter more may be wrong.
func (r *Repairer) slipped(w string) guess {
	if own, listed := r.id[w]; listed && r.known[own] || r.rate < noisyRate || len(w) > mostWord {
		return guess{}
	}
	var g guess
	sum := 0.0
	meant := []string{w[1:2] + w[:1] + w[2:]}
	if w[0] == w[1] || beside(w[0], w[1]) {
		meant = append(meant, w[:1]+w[2:])
	}
	further := 0
	if len(w) > shortestTwice {
		further = 1
	}
	var room [64]near
	for _, m := range meant {
		for _, n := range r.index.near(room[:0], m, further, mostBucket) {
			i, x := int(n.id), r.index.words[n.id]
			// What is as near without the slip is an identifier, as in eQuery.
			if r.count[i] < namesFactor*r.o.MinCount || n.edits > 0 && (!r.named(i) || distance(x, w, mostEdits) != mostEdits) {
				continue
			}
			p := math.Exp(r.prior[i] + channel(x, w, r.rate))
			g.options = append(g.options, option{[]string{x}, n.id, n.id, p})
			sum += p
		}
	}
	slices.SortStableFunc(g.options, func(a, b option) int { return cmp.Compare(b.p, a.p) })
	g.own = r.alone(w, slip, sum)
	return g
}

// alone returns the probability that w, in form f, was meant as it is. sum is that of the
// options: what is left of the word's own count when those that are errors have
// been taken away is what was meant.
func (r *Repairer) alone(w string, f form, sum float64) float64 {
	seen := r.corpus.Hidden[hashed(w)]
	own, listed := r.id[w]
	if listed {
		seen = r.count[own]
	}
	p := strange(len(w))
	if f != acronym { // whose letters are no word's
		p *= r.letters.odds(w)
	}
	if r.inflected(w) {
		p = max(p, 2e-6)
	}
	expected := sum * r.total
	if listed && r.known[own] {
		p = max(p, math.Exp(r.prior[own])-float64(seen)/(r.total+1))
		p += max(0, float64(seen)-expected) / (r.total + 1)
	} else if extra := float64(seen) - r.doubt()*expected; seen >= r.o.MinCount && extra > float64(r.o.MinCount) {
		p += extra / (r.total + 1)
	}
	return p
}

// doubt is how much oftener than expected an error may occur: people and keyboards
// have errors of their own, and the more so the more errors there are.
func (r *Repairer) doubt() float64 { return 3 + 200*min(max(r.rate, r.SpaceRate()/3), 0.05) }

// possessive reports whether two words differ only in an apostrophe or a final
// s: a difference that models hardly see, and readers do.
func possessive(a, b string) bool {
	if strings.Contains(a, "'") || strings.Contains(b, "'") {
		return strings.ReplaceAll(a, "'", "") == strings.ReplaceAll(b, "'", "")
	}
	return a == b+"s" || b == a+"s"
}

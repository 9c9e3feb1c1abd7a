package cohort

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/surface"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// termCounts counts, for each segment, the texts that a word or phrase is in.
// A text counts a term once, so that one who repeats himself is not a trend.
type termCounts struct {
	k        int
	stop     *text.Set
	splitter text.Splitter
	lemma    func(string) string // nil: words count as written
	terms    map[string]*term
	texts    []int     // texts of each segment that were counted, [k]
	total    []float64 // sum of all terms' counts of words in each segment, [k]
	seen     map[string]struct{}
	tokens   []text.Token // of the text at hand
	run      []text.Token // content words in a row, the last three
	lemmas   []string     // of run
}

// term is one word or phrase of up to three words, under its lemmas.
type term struct {
	words  int           // 1 for a word, 2 or 3 for a phrase
	forms  surface.Forms // as it is written
	counts []int32       // texts, [k]
	users  []int32       // users, [k]; texts of a user that are not in a row count him again
	last   []int32       // last user seen + 1, [k]
}

// mostTerms bounds the memory of counting: above it, what was seen once is
// forgotten.
const mostTerms = 1 << 20

func newTermCounts(k int, lang string, o *Options) *termCounts {
	lemma := o.Lemma
	if lemma == nil && (lang == "en" || lang == "zh") { // Chinese texts are full of English words
		lemma = english.Lemma
	}
	return &termCounts{
		k: k, stop: stopWords(lang), splitter: o.Splitter, lemma: lemma, terms: map[string]*term{},
		texts: make([]int, k), total: make([]float64, k), seen: map[string]struct{}{},
	}
}

// stopWords are those of lang. English texts get the Chinese ones as well, as
// Chinese texts do the English: either may be mixed with the other, and without
// that they take nothing away.
func stopWords(lang string) *text.Set {
	if lang == string(text.English) {
		lang = string(text.Chinese)
	}
	return text.StopWords(text.Language(lang))
}

// add counts the terms of one text of a user of segment i.
func (c *termCounts) add(i, user int, s string) {
	c.texts[i]++
	clear(c.seen)
	shouted := surface.Shouted(s)
	c.cut()
	c.tokens = c.splitter.AppendTokens(c.tokens[:0], s)
	for _, t := range c.tokens {
		isWord := t.Kind == text.Word || t.Kind == text.Han
		if !isWord || c.stop.Has(t.Text) || surface.Placeholder(s, t) {
			c.cut()
			continue
		}
		// One Chinese character alone says little: it is left out like a stop word.
		if t.Kind == text.Han && c.splitter.Chinese != nil && utf8.RuneCountInString(t.Text) == 1 {
			c.cut()
			continue
		}
		// Pairs overlap, so a phrase of them would repeat them.
		if len(c.run) > 0 && t.Start < c.run[len(c.run)-1].End {
			c.cut()
		}
		if len(c.run) == 3 {
			c.run = append(c.run[:0], c.run[1:]...)
			c.lemmas = append(c.lemmas[:0], c.lemmas[1:]...)
		}
		lemma := t.Text
		if c.lemma != nil && t.Kind == text.Word {
			if lemma = c.lemma(t.Text); c.stop.Has(lemma) {
				c.cut()
				continue
			}
		}
		c.run, c.lemmas = append(c.run, t), append(c.lemmas, lemma)
		for n := 1; n <= len(c.run); n++ {
			from := len(c.run) - n
			c.count(i, user, strings.Join(c.lemmas[from:], " "), s, c.run[from:], shouted)
		}
	}
	if len(c.terms) > mostTerms {
		c.prune()
	}
}

// cut ends a row of content words.
func (c *termCounts) cut() { c.run, c.lemmas = c.run[:0], c.lemmas[:0] }

// count counts the term of a key, one or more words joined by spaces, which
// stands as run in s.
func (c *termCounts) count(i, user int, key, s string, run []text.Token, shouted bool) {
	words := len(run)
	if words == 1 && len(key) < 2 {
		return
	}
	if _, ok := c.seen[key]; ok {
		return
	}
	c.seen[key] = struct{}{}
	t := c.terms[key]
	if t == nil {
		t = &term{words: words, counts: make([]int32, c.k), users: make([]int32, c.k), last: make([]int32, c.k)}
		c.terms[strings.Clone(key)] = t // a word is cut from the text, which must not stay
	}
	t.forms.Add(surface.Phrase(s, run, shouted))
	t.counts[i]++
	if t.last[i] != int32(user)+1 {
		t.last[i] = int32(user) + 1
		t.users[i]++
	}
	if words == 1 {
		c.total[i]++
	}
}

func (c *termCounts) prune() {
	for s, t := range c.terms {
		if sum32(t.counts) == 1 {
			delete(c.terms, s)
		}
	}
}

func sum32(x []int32) (n int) {
	for _, v := range x {
		n += int(v)
	}
	return n
}

// leastTelling is by how many standard errors more a term must be said in a
// segment than in the others to be one of its own: one-sided 5 % chance.
const leastTelling = 1.645

// telling returns the most words (phrases: false) or phrases that set segment
// i apart by c-TF-IDF (Grootendorst, BERTopic, 2022): tf(t, i) x ln(1 + A /
// f(t)), tf being the share of the segment's counts, f the count over all
// segments and A the mean count of a segment. With few segments that weight
// hardly falls for words that all of them say, so terms whose log-odds against
// the others (see odds) are not above leastTelling standard errors are left out.
// So are terms of fewer than minUsers users: they would tell of a person, not of
// a segment.
func (c *termCounts) telling(i, most int, phrases bool, minUsers int) []Word {
	v := c.versus(i, func(j int) bool { return j != i })
	a := v.all / float64(max(c.k, 1))
	var found []ranked[Word]
	for key, t := range c.terms {
		if (t.words > 1) != phrases || t.counts[i] < 2 || int(t.users[i]) < minUsers {
			continue
		}
		if _, z, _ := v.of(t); c.k > 1 && !(z > leastTelling) {
			continue
		}
		tf := float64(t.counts[i]) / max(c.total[i], 1)
		score := tf * math.Log1p(a/float64(sum32(t.counts)))
		found = append(found, ranked[Word]{key, score, int(t.counts[i]), Word{Count: int(t.counts[i]), Score: score}})
	}
	kept := distinct(found, most)
	words := make([]Word, len(kept))
	for j, w := range kept {
		words[j] = w.value
		words[j].Text = c.terms[w.key].forms.Commonest()
	}
	return words
}

// ranked is something found under a term's key.
type ranked[T any] struct {
	key   string
	score float64
	count int // texts of the segment
	value T
}

// distinct takes the most of what scores best without repeating itself, by
// maximal marginal relevance (see keyword.Choose), and orders it by score.
func distinct[T any](found []ranked[T], most int) []ranked[T] {
	slices.SortFunc(found, func(x, y ranked[T]) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(strings.Count(y.key, " "), strings.Count(x.key, " ")), cmp.Compare(x.key, y.key))
	})
	// What is far down is not chosen, be it ever so different.
	pool := make([]keyword.Candidate, min(len(found), max(8*most, 64)))
	for i := range pool {
		pool[i] = keyword.Candidate{Key: found[i].key, Score: found[i].score, Count: found[i].count}
	}
	chosen := keyword.Choose(pool, most, keyword.DefaultDiversity)
	slices.Sort(chosen)
	kept := make([]ranked[T], len(chosen))
	for i, at := range chosen {
		kept[i] = found[at]
	}
	return kept
}

// versus compares segment i with the segments of rest, term by term: the
// log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn,
// Fightin' Words, 2008). The prior is the counts over all segments, scaled to as
// many as one average segment has.
type versus struct {
	i              int
	rest           []bool // [k]
	all, own, them float64
	scale          float64
}

func (c *termCounts) versus(i int, rest func(j int) bool) versus {
	v := versus{i: i, rest: make([]bool, c.k), own: c.total[i], scale: 1 / float64(max(c.k, 1))}
	for j, t := range c.total {
		v.all += t
		if v.rest[j] = rest(j); v.rest[j] {
			v.them += t
		}
	}
	return v
}

// of returns the log-odds ratio of a term, also in standard errors, and how many
// texts of the rest it is in.
func (v *versus) of(t *term) (logOdds, z float64, others int) {
	for j, n := range t.counts {
		if v.rest[j] {
			others += int(n)
		}
	}
	own, other, prior := float64(t.counts[v.i]), float64(others), v.all*v.scale
	p := float64(sum32(t.counts)) * v.scale
	logOdds = math.Log((own+p)/(v.own+prior-own-p)) - math.Log((other+p)/(v.them+prior-other-p))
	return logOdds, logOdds / math.Sqrt(1/(own+p)+1/(other+p)), others
}

// odds returns the words that segment i says more than rest do and that do not
// repeat one another, strongest first: their log-odds ratios (see versus) in standard errors.
func (c *termCounts) odds(i int, rest func(j int) bool, most, minUsers int) []Odds {
	v := c.versus(i, rest)
	if v.all == 0 {
		return nil
	}
	var found []ranked[Odds]
	for key, t := range c.terms {
		if t.words > 1 || t.counts[i] < 2 || int(t.users[i]) < minUsers {
			continue
		}
		lo, z, others := v.of(t)
		if z > 0 && !math.IsNaN(z) && !math.IsInf(z, 0) {
			found = append(found, ranked[Odds]{key, z, int(t.counts[i]), Odds{LogOdds: lo, Z: z, Count: int(t.counts[i]), Others: others}})
		}
	}
	kept := distinct(found, most)
	words := make([]Odds, len(kept))
	for j, w := range kept {
		words[j] = w.value
		words[j].Word = c.terms[w.key].forms.Commonest()
	}
	return words
}

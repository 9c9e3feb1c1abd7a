package cohort

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
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
	words  int     // 1 for a word, 2 or 3 for a phrase
	forms  []form  // as it is written
	counts []int32 // texts, [k]
	users  []int32 // users, [k]; texts of a user that are not in a row count him again
	last   []int32 // last user seen + 1, [k]
}

// form is a way in which a term is written.
type form struct {
	text string
	n    int32
}

// written is the commonest form of a term, the first by spelling of equals.
func (t *term) written() string {
	best := t.forms[0]
	for _, f := range t.forms[1:] {
		if f.n > best.n || f.n == best.n && f.text < best.text {
			best = f
		}
	}
	return best.text
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
		k: k, stop: text.StopWords(text.Language(lang)), splitter: o.Splitter, lemma: lemma, terms: map[string]*term{},
		texts: make([]int, k), total: make([]float64, k), seen: map[string]struct{}{},
	}
}

// add counts the terms of one text of a user of segment i.
func (c *termCounts) add(i, user int, s string) {
	c.texts[i]++
	clear(c.seen)
	c.cut()
	c.tokens = c.splitter.AppendTokens(c.tokens[:0], s)
	for _, t := range c.tokens {
		isWord := t.Kind == text.Word || t.Kind == text.Han
		if !isWord || c.stop.Has(t.Text) || strings.HasPrefix(t.Text, "[") {
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
			c.count(i, user, n, strings.Join(c.lemmas[from:], " "), c.run[from:])
		}
	}
	if len(c.terms) > mostTerms {
		c.prune()
	}
}

// cut ends a row of content words.
func (c *termCounts) cut() { c.run, c.lemmas = c.run[:0], c.lemmas[:0] }

// count counts the term of a key, one or more words joined by spaces.
func (c *termCounts) count(i, user, words int, s string, run []text.Token) {
	if words == 1 && len(s) < 2 {
		return
	}
	if _, ok := c.seen[s]; ok {
		return
	}
	c.seen[s] = struct{}{}
	t := c.terms[s]
	if t == nil {
		t = &term{words: words, counts: make([]int32, c.k), users: make([]int32, c.k), last: make([]int32, c.k)}
		c.terms[strings.Clone(s)] = t // a word is cut from the text, which must not stay
	}
	t.write(run)
	t.counts[i]++
	if t.last[i] != int32(user)+1 {
		t.last[i] = int32(user) + 1
		t.users[i]++
	}
	if words == 1 {
		c.total[i]++
	}
}

// write counts the form of a term that run is: a space goes where words do not
// touch.
func (t *term) write(run []text.Token) {
	written := run[0].Text
	if len(run) > 1 {
		var b strings.Builder
		for j, w := range run {
			if j > 0 && w.Start > run[j-1].End {
				b.WriteByte(' ')
			}
			b.WriteString(w.Text)
		}
		written = b.String()
	}
	for i := range t.forms {
		if t.forms[i].text == written {
			t.forms[i].n++
			return
		}
	}
	t.forms = append(t.forms, form{strings.Clone(written), 1}) // cut from the text, which must not stay
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

// telling returns the most words (phrases: false) or phrases that set segment
// i apart by c-TF-IDF (Grootendorst, BERTopic, 2022): tf(t, i) x ln(1 + A /
// f(t)), tf being the share of the segment's counts, f the count over all
// segments and A the mean count of a segment. Terms of fewer than minUsers
// users are left out: they would tell of a person, not of a segment.
func (c *termCounts) telling(i, most int, phrases bool, minUsers int) []Word {
	var all float64
	for _, t := range c.total {
		all += t
	}
	a := all / float64(max(c.k, 1))
	var out []Word
	for _, t := range c.terms {
		if (t.words > 1) != phrases || t.counts[i] < 2 || int(t.users[i]) < minUsers {
			continue
		}
		tf := float64(t.counts[i]) / max(c.total[i], 1)
		out = append(out, Word{Text: t.written(), Count: int(t.counts[i]), Score: tf * math.Log1p(a/float64(sum32(t.counts)))})
	}
	slices.SortFunc(out, func(x, y Word) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Text, y.Text))
	})
	return distinctWords(out, most)
}

// distinctWords takes the best words, leaving out those that say again what a
// better one said: the same but for an ending, or a part of it.
func distinctWords(sorted []Word, most int) []Word {
	out := make([]Word, 0, most)
	for _, w := range sorted {
		if len(out) == most {
			break
		}
		if !slices.ContainsFunc(out, func(o Word) bool { return sayAlike(o.Text, w.Text) }) {
			out = append(out, w)
		}
	}
	return out
}

func sayAlike(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if strings.Contains(" "+b+" ", " "+a+" ") {
		return true
	}
	rest, ok := strings.CutPrefix(b, a)
	return ok && len(a) > 2 && (rest == "s" || rest == "es" || rest == "ed" || rest == "ing" || rest == "d")
}

// odds returns the words that segment i says more than rest do, strongest
// first: log-odds ratio with an informative Dirichlet prior, in standard
// errors (Monroe, Colaresi and Quinn, Fightin' Words, 2008). The prior is the
// counts over all segments, scaled to as many as one average segment has.
func (c *termCounts) odds(i int, rest func(j int) bool, most, minUsers int) []Odds {
	var all, restTotal float64
	for j, t := range c.total {
		all += t
		if rest(j) {
			restTotal += t
		}
	}
	if all == 0 {
		return nil
	}
	scale := 1 / float64(max(c.k, 1))
	prior := all * scale
	var out []Odds
	for _, t := range c.terms {
		if t.words > 1 || t.counts[i] < 2 || int(t.users[i]) < minUsers {
			continue
		}
		var other float64
		for j, n := range t.counts {
			if rest(j) {
				other += float64(n)
			}
		}
		own := float64(t.counts[i])
		p := float64(sum32(t.counts)) * scale
		lo := math.Log((own+p)/(c.total[i]+prior-own-p)) - math.Log((other+p)/(restTotal+prior-other-p))
		z := lo / math.Sqrt(1/(own+p)+1/(other+p))
		if z > 0 && !math.IsNaN(z) && !math.IsInf(z, 0) {
			out = append(out, Odds{Word: t.written(), LogOdds: lo, Z: z, Count: int(own), Others: int(other)})
		}
	}
	slices.SortFunc(out, func(x, y Odds) int {
		return cmp.Or(cmp.Compare(y.Z, x.Z), cmp.Compare(x.Word, y.Word))
	})
	kept := make([]Odds, 0, most)
	for _, o := range out {
		if len(kept) < most && !slices.ContainsFunc(kept, func(k Odds) bool { return sayAlike(k.Word, o.Word) }) {
			kept = append(kept, o)
		}
	}
	return kept
}

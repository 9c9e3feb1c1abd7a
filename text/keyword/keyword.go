package keyword

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/surface"
	"github.com/seed-56ee9438/cohort/text"
)

// ErrShape is the error for as many labels as there are not texts.
var ErrShape = errors.New("keyword: texts and labels differ in number")

// A Keyword is a word or phrase that tells a segment from the others.
type Keyword struct {
	Text   string  // the commonest way it is written in the segment, with its own capitals: iPod
	Score  float64 // c-TF-IDF weight, higher is more telling; cosine for ByEmbedding
	Count  int     // how often it occurs in the segment
	Texts  int     // in how many of the segment's texts it occurs
	Others int     // how often it occurs outside the segment
}

// Options of keyword extraction. The zero value is ready to use.
type Options struct {
	// Top is how many keywords a segment gets. 0 means 10.
	Top int
	// MaxWords is the most words a phrase may have, 1 to 3. 0 means 3. A phrase
	// must occur at least twice.
	MaxWords int
	// MinTexts is in how many texts of the segment a keyword must occur. 0
	// means 2, or 1 in a segment of fewer than 10 texts.
	MinTexts int
	// Diversity, from 0 to 1, trades weight against difference from the
	// keywords already chosen (maximal marginal relevance; see Choose). 0
	// means DefaultDiversity; a negative value switches it off.
	Diversity float64
	// Candidates is how many terms of a segment ByEmbedding embeds, those of the
	// most c-TF-IDF weight; 0 means 100.
	Candidates int
	// Stop are the words that no phrase may begin or end with. nil means
	// text.StopWords of the language most texts are in.
	Stop *text.Set
	// Splitter splits texts; give it a Segmenter for Chinese words, or Chinese
	// keywords are pairs of characters.
	Splitter text.Splitter
	// Lemma maps a lower-case word to the form under which its inflections are
	// counted together, such as english.Lemma; nil counts words as written.
	Lemma func(word string) string
}

func (o Options) withDefaults() Options {
	if o.Top == 0 {
		o.Top = 10
	}
	if o.MaxWords == 0 {
		o.MaxWords = 3
	}
	o.MaxWords = min(max(o.MaxWords, 1), 3)
	switch {
	case o.Diversity == 0:
		o.Diversity = DefaultDiversity
	case o.Diversity < 0:
		o.Diversity = 0
	}
	o.Diversity = min(o.Diversity, 1)
	if o.Candidates <= 0 {
		o.Candidates = 100
	}
	o.Candidates = max(o.Candidates, o.Top)
	return o
}

// Extract returns the keywords of each segment, best first: result[s] are
// those of the texts whose label is s. Labels run from 0; texts labelled below 0
// (noise) count for no segment. It returns ErrShape if the lengths differ, and
// the context's error if it ends.
//
// The weight is c-TF-IDF (Grootendorst 2022, BERTopic): the share of the term
// among the segment's terms, times ln(1 + A/f), where f is how often the term
// occurs in all segments and A the mean number of terms a segment has.
// Keywords are then chosen by maximal marginal relevance (Carbonell and
// Goldstein 1998) so that they do not repeat one another.
func Extract(ctx context.Context, texts []string, labels []int, o Options) ([][]Keyword, error) {
	if len(texts) != len(labels) {
		return nil, fmt.Errorf("%w: %d texts, %d labels", ErrShape, len(texts), len(labels))
	}
	if o.Stop == nil {
		o.Stop = text.StopWords(text.DetectAll(texts))
	}
	c := NewCounter(o)
	for i, s := range texts {
		if i%256 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, fmt.Errorf("keyword: at text %d of %d: %w", i, len(texts), err)
			}
		}
		c.Add(labels[i], s)
	}
	return c.Keywords(), nil
}

// A Counter counts the terms of segments, one text after another, so that the
// texts need not fit in memory. It is not safe for concurrent use.
type Counter struct {
	opt      Options
	ids      map[string]int32 // term, its lemmas joined by spaces -> index
	terms    []term
	segments []segment
	tokens   []text.Token
	words    []word
	seen     map[int32]struct{}
}

// term is a word or phrase, counted under its lemmas.
type term struct {
	key   string
	words int
	total int // occurrences in all segments
}

type segment struct {
	texts int
	count map[int32]*tally
	total int // occurrences of terms
}

type tally struct {
	count, texts int
	forms        surface.Forms
}

type word struct {
	token int // in Counter.tokens
	lemma string
	stop  bool
	glued bool // only white space, or nothing between Han, before it
}

// NewCounter returns an empty Counter. Unlike Extract it cannot guess the
// language: a nil Options.Stop means the English and Chinese stop words.
func NewCounter(o Options) *Counter {
	o = o.withDefaults()
	if o.Stop == nil {
		o.Stop = text.StopWords(text.Chinese)
	}
	return &Counter{opt: o, ids: map[string]int32{}, seen: map[int32]struct{}{}}
}

// Add counts the terms of s for segment label; a label below 0 is passed over.
func (c *Counter) Add(label int, s string) {
	if label < 0 {
		return
	}
	for len(c.segments) <= label {
		c.segments = append(c.segments, segment{count: map[int32]*tally{}})
	}
	seg := &c.segments[label]
	seg.texts++
	c.split(s)
	clear(c.seen)
	shouted := surface.Shouted(s)
	for i := range c.words {
		if c.words[i].stop {
			continue
		}
		for n := 1; n <= c.opt.MaxWords && i+n <= len(c.words); n++ {
			last := &c.words[i+n-1]
			if n > 1 && !last.glued {
				break
			}
			if last.stop {
				continue
			}
			c.count(seg, s, i, n, shouted)
		}
	}
}

// split fills c.words with the words of s.
func (c *Counter) split(s string) {
	c.tokens = c.opt.Splitter.AppendTokens(c.tokens[:0], s)
	c.words = c.words[:0]
	end, broken := 0, true
	pairs := c.opt.Splitter.Chinese == nil
	for i, t := range c.tokens {
		if t.Kind != text.Word && t.Kind != text.Han {
			broken = true
			end = t.End
			continue
		}
		w := word{token: i, lemma: t.Text}
		w.glued = !broken && (t.Start >= end && strings.TrimSpace(s[end:t.Start]) == "")
		if pairs && t.Kind == text.Han {
			w.glued = false // pairs overlap: phrases of them are no phrases
		}
		w.stop = c.opt.Stop.Has(t.Text) || short(t) || surface.Placeholder(s, t)
		if c.opt.Lemma != nil && t.Kind == text.Word && !w.stop {
			w.lemma = c.opt.Lemma(t.Text)
			w.stop = c.opt.Stop.Has(w.lemma)
		}
		c.words = append(c.words, w)
		end, broken = t.End, false
	}
}

// short tells whether a word is too short to be a keyword: one letter, one
// Chinese character, or none at all.
func short(t text.Token) bool {
	if t.Kind == text.Han {
		return len(t.Text) <= 4 && len([]rune(t.Text)) < 2
	}
	return len(t.Text) < 2
}

// count adds one occurrence of the phrase of n words from word i.
func (c *Counter) count(seg *segment, s string, i, n int, shouted bool) {
	words := c.words[i : i+n]
	key := words[0].lemma
	if n > 1 {
		var k strings.Builder
		for j, w := range words {
			if j > 0 {
				k.WriteByte(' ')
			}
			k.WriteString(w.lemma)
		}
		key = k.String()
	}
	id, ok := c.ids[key]
	if !ok {
		id = int32(len(c.terms))
		c.terms = append(c.terms, term{key: key, words: n})
		c.ids[key] = id
	}
	c.terms[id].total++
	seg.total++
	t := seg.count[id]
	if t == nil {
		t = &tally{}
		seg.count[id] = t
	}
	t.count++
	t.forms.Add(surface.Phrase(s, c.tokens[words[0].token:words[n-1].token+1], shouted))
	if _, ok := c.seen[id]; !ok {
		c.seen[id] = struct{}{}
		t.texts++
	}
}

// Keywords returns the keywords of each segment, best first. The order does not
// depend on the order of the texts.
func (c *Counter) Keywords() [][]Keyword {
	mean := c.meanSize()
	out := make([][]Keyword, len(c.segments))
	for s := range c.segments {
		all := c.rank(&c.segments[s], mean, false)
		if len(all) == 0 {
			continue
		}
		pool := all[:min(len(all), max(8*c.opt.Top, 64))]
		out[s] = c.choose(pool, func(a, b int) float64 { return likeness(pool[a].key, pool[b].key) })
	}
	return out
}

// choose picks Top of pool, which comes by falling score; see Choose.
func (c *Counter) choose(pool []candidate, alike func(a, b int) float64) []Keyword {
	terms := make([]Candidate, len(pool))
	for i, k := range pool {
		terms[i] = Candidate{Key: k.key, Score: k.Score, Count: k.Count}
	}
	var chosen []Keyword
	for _, i := range choose(terms, c.opt.Top, c.opt.Diversity, pool[0].Score, alike) {
		k := pool[i].Keyword
		k.Text = pool[i].forms.Commonest()
		chosen = append(chosen, k)
	}
	return chosen
}

// meanSize is the mean number of terms of a segment.
func (c *Counter) meanSize() float64 {
	total := 0
	for _, seg := range c.segments {
		total += seg.total
	}
	return float64(total) / float64(max(len(c.segments), 1))
}

// A segment of fewer texts than this has few.
const fewTexts = 10

// candidate is a term with its weight in one segment.
type candidate struct {
	Keyword
	key    string
	words  int
	forms  *surface.Forms // Text is the commonest: of those that are looked at, since most are not
	vector []float32      // of unit length, for ByEmbedding
}

// rank returns the terms of seg by falling weight, without their Text, with phrases that occur only
// once if rare.
func (c *Counter) rank(seg *segment, mean float64, rare bool) []candidate {
	least := c.opt.MinTexts
	if least == 0 {
		least = 2
		if seg.texts < fewTexts {
			least = 1
		}
	}
	var all []candidate
	for id, t := range seg.count {
		if t.texts < least || !rare && c.terms[id].words > 1 && t.count < 2 {
			continue
		}
		all = append(all, candidate{
			Keyword: Keyword{
				Count: t.count, Texts: t.texts,
				Score:  CTFIDF(t.count, seg.total, c.terms[id].total, mean),
				Others: c.terms[id].total - t.count,
			},
			key: c.terms[id].key, words: c.terms[id].words, forms: &t.forms,
		})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.words, a.words), strings.Compare(a.key, b.key))
	})
	return all
}

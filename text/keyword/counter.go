package keyword

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// Options defines what a Counter counts as a term. The zero value is ready to
// use.
type Options struct {
	// MaxWords is the maximum number of words of a phrase, 1 to 3. 0 means 3.
	MaxWords int
	// Stop holds the words that are not part of a term. nil means the English and
	// Chinese ones of text.StopWords, since the two languages are often mixed.
	Stop *text.Set
	// Splitter splits texts. If it has no Segmenter for Chinese words, Chinese
	// terms are pairs of characters.
	Splitter text.Splitter
	// Lemma maps a lower-case word to the form under which its inflections are
	// counted together, such as english.Lemma; nil counts words as written.
	Lemma func(word string) string
	// Together is the number of different texts of each segment whose words are
	// kept, so that Query.Coherence can tell which words occur together: those
	// with the smallest hashes. 0 means none.
	Together int
	// Follow selects the users whose terms are kept, so that Counter.Writers can
	// tell which of them use a term. nil means none.
	Follow func(user int) bool
}

// maxPhrase is the maximum number of words of a phrase.
const maxPhrase = 3

// maxTerms bounds the memory of a Counter: above it, terms seen in only one
// text are dropped.
const maxTerms = 1 << 20

// A Counter counts, for each segment, the texts and the users that use a word
// or a phrase. Marks (package marks) are not counted. A text counts a term
// once, so repetition by one writer has no effect. Texts are added one after
// another and not kept. A Counter is not safe for concurrent use.
type Counter struct {
	unsavedState

	o     Options
	terms map[string]*term
	texts []int  // number of texts of each segment, [segments]
	sizes []int  // sum of the counts of all words in each segment, [segments]
	bags  []bags // words of some texts of each segment, [segments]; nil without Options.Together
	last  int32  // number of the last new term

	followed map[int]*termsOf // by user

	// State of the current text:
	seen   map[string]struct{}
	tokens []text.Token
	run    []text.Token // the last consecutive content words, at most Options.MaxWords
	lemmas []string     // of run
	bag    []int32      // numbers of its words
	ids    []int32      // numbers of its terms, if its user is followed
	follow bool         // whether it is
	hash   uint64       // of its words
}

// term is a word or a phrase, counted under its lemmas.
type term struct {
	words int   // 1 for a word
	id    int32 // its number
	forms spellings
	texts []int32 // [segments]
	users []int32 // [segments]; a user is counted again if texts of others come between theirs
	last  []int32 // last user seen + 1, [segments]
}

func (c *Counter) newTerm(words int) *term {
	n := len(c.texts)
	counts := make([]int32, 3*n)
	c.last++
	return &term{words: words, id: c.last, texts: counts[:n:n], users: counts[n : 2*n : 2*n], last: counts[2*n:]}
}

// total returns the number of texts in all segments that contain the term.
func (t *term) total() (n int) {
	for _, v := range t.texts {
		n += int(v)
	}
	return n
}

// NewCounter returns an empty Counter of segments numbered from 0.
func NewCounter(segments int, o Options) *Counter {
	if o.MaxWords <= 0 || o.MaxWords > maxPhrase {
		o.MaxWords = maxPhrase
	}
	if o.Stop == nil {
		o.Stop = text.StopWords(text.Chinese) // includes the English ones
	}
	c := &Counter{
		o: o, terms: map[string]*term{}, seen: map[string]struct{}{},
		texts: make([]int, segments), sizes: make([]int, segments),
		followed: map[int]*termsOf{},
	}
	if o.Together > 0 {
		c.bags = make([]bags, segments)
	}
	return c
}

// Segments returns the number of segments.
func (c *Counter) Segments() int { return len(c.texts) }

// Add counts the terms of one text. The caller chooses the numbers of users. It
// panics if the segment is out of range.
func (c *Counter) Add(segment, user int, s string) {
	c.texts[segment]++
	clear(c.seen)
	c.endRun()
	c.bag, c.hash = c.bag[:0], 0
	c.ids, c.follow = c.ids[:0], c.o.Follow != nil && c.o.Follow(user)
	loud := shouted(s)
	in := marks.Find(s)
	c.tokens = c.o.Splitter.AppendTokens(c.tokens[:0], s)
	for _, t := range c.tokens {
		lemma, ok := c.content(t, in)
		if !ok {
			c.endRun()
			continue
		}
		// Pairs of characters overlap, so a phrase of them would repeat them.
		if len(c.run) > 0 && t.Start < c.run[len(c.run)-1].End {
			c.endRun()
		}
		if len(c.run) == c.o.MaxWords {
			c.run = append(c.run[:0], c.run[1:]...)
			c.lemmas = append(c.lemmas[:0], c.lemmas[1:]...)
		}
		c.run, c.lemmas = append(c.run, t), append(c.lemmas, lemma)
		for n := 1; n <= len(c.run); n++ {
			from := len(c.run) - n
			c.count(segment, user, strings.Join(c.lemmas[from:], " "), s, c.run[from:], loud)
		}
	}
	if c.bags != nil && len(c.bag) > 0 {
		c.bags[segment].add(c.hash, c.bag, c.o.Together)
	}
	if c.follow {
		t := c.followed[user]
		if t == nil {
			t = &termsOf{}
			c.followed[user] = t
		}
		t.add(c.ids)
	}
	if len(c.terms) > maxTerms {
		c.prune()
	}
}

// content returns the lemma of a token, and whether it can be part of a term;
// tokens within the text's marks cannot.
func (c *Counter) content(t text.Token, in [][2]int) (lemma string, ok bool) {
	isWord := t.Kind == text.Word || t.Kind == text.Han
	if !isWord || c.o.Stop.Has(t.Text) || marks.Contains(in, t.Start, t.End) {
		return "", false
	}
	// A single Chinese character says little: it is left out like a stop word.
	if t.Kind == text.Han && c.o.Splitter.Chinese != nil && utf8.RuneCountInString(t.Text) == 1 {
		return "", false
	}
	if c.o.Lemma == nil || t.Kind != text.Word {
		return t.Text, true
	}
	lemma = c.o.Lemma(t.Text)
	return lemma, !c.o.Stop.Has(lemma)
}

// endRun ends a sequence of content words.
func (c *Counter) endRun() { c.run, c.lemmas = c.run[:0], c.lemmas[:0] }

// count counts the term with this key, its lemmas joined by spaces, which
// occurs as run in s.
func (c *Counter) count(segment, user int, key, s string, run []text.Token, loud bool) {
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
		t = c.newTerm(words)
		c.terms[strings.Clone(key)] = t // key is a substring of the text, which must not be kept alive
	}
	if c.follow {
		c.ids = append(c.ids, t.id)
	}
	t.forms.of(segment).add(phrase(s, run, loud))
	t.texts[segment]++
	if t.last[segment] != int32(user)+1 {
		t.last[segment] = int32(user) + 1
		t.users[segment]++
	}
	if words == 1 {
		c.sizes[segment]++
		if c.bags != nil && len(c.bag) < bagWords {
			c.bag = append(c.bag, t.id)
			c.hash = hashWord(c.hash, key)
		}
	}
}

func (c *Counter) prune() {
	for key, t := range c.terms {
		if t.total() == 1 {
			delete(c.terms, key)
		}
	}
}

// AppendWords appends the words of s, as Add would count them and each once,
// without counting them.
func (c *Counter) AppendWords(dst []string, s string) []string {
	c.tokens = c.o.Splitter.AppendTokens(c.tokens[:0], s)
	return c.AppendWordsOf(dst, s, c.tokens)
}

// AppendWordsOf is AppendWords for a text that has been split into tokens, as by
// Options.Splitter.
func (c *Counter) AppendWordsOf(dst []string, s string, tokens []text.Token) []string {
	clear(c.seen)
	in := marks.Find(s)
	for _, t := range tokens {
		lemma, ok := c.content(t, in)
		if _, twice := c.seen[lemma]; !ok || twice || len(lemma) < 2 {
			continue
		}
		c.seen[lemma] = struct{}{}
		dst = append(dst, lemma)
	}
	return dst
}

package opinion

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/seed-56ee9438/cohort/sentiment"
)

//go:embed data/en_context.txt
var englishContext string

// contexts says what words mean in the company of others.
type contexts struct {
	pairs   map[[2]string]float64 // word, noun -> valence
	words   map[string]bool       // words of pairs
	ignored map[string]bool       // words that are no opinions of an aspect
	wishes  map[string]bool
	wanting map[string]bool // what makes "would" a wish
	// expecting are verbs whose negation says that what follows surprises.
	expecting map[string]bool
	says      map[string]float64 // words that say the same of whatever aspect
}

var contextsOfEnglish = sync.OnceValue(func() *contexts { return readContexts(englishContext) })

func readContexts(file string) *contexts {
	c := &contexts{pairs: map[[2]string]float64{}, words: map[string]bool{}, ignored: map[string]bool{}, wishes: map[string]bool{}, wanting: map[string]bool{}, expecting: map[string]bool{}, says: map[string]float64{}}
	sections(file, func(section, w string) {
		switch section {
		case "ignored":
			c.ignored[w] = true
		case "wish":
			c.wishes[w] = true
		case "expecting":
			c.expecting[w] = true
		case "would":
			c.wanting[w] = true
		default:
			value, words, _ := strings.Cut(section, " ")
			var v float64
			if value == "says" {
				value = words
			}
			if _, err := fmt.Sscan(value, &v); err != nil {
				panic(err) // the file is embedded
			}
			if value == words {
				c.says[w] = v
				return
			}
			for said := range strings.FieldsSeq(words) {
				c.pairs[[2]string{said, w}] = v
				c.words[said] = true
			}
		}
	})
	return c
}

// adjust leaves out the spans of a sentence that are no opinions, and turns the
// good words of a wish, and those of a surprise back.
func (x *Extractor) adjust() {
	c := contextsOfEnglish()
	kept, wish, next := x.spans[:0], false, 0
	for _, o := range x.spans {
		i, j := tokenAt(x.tagged, o.Start), tokenAt(x.tagged, o.End-1)
		for ; next <= i; next++ {
			wish = (wish || x.wishes(c, next)) && x.tagged[next].class != stop
		}
		if i == j && x.ignores(c, i) {
			continue
		}
		switch {
		case wish && o.Value > 0:
			o.Value *= wished
		case o.Negated && o.Value < 0 && x.surpassed(c, i, j):
			o.Value = -o.Value
		}
		kept = append(kept, o)
	}
	x.spans = kept
}

// surpassed reports whether the negation before the opinion words [i, j] is one of
// an expectation, or of a degree that there could be: I didn't expect to love it,
// I can't recommend it more.
func (x *Extractor) surpassed(c *contexts, i, j int) bool {
	for k := max(i-4, 0); k < i; k++ {
		if c.expecting[x.tagged[k].Text] {
			return true
		}
	}
	if x.tagged[i].Text != "recommend" {
		return false
	}
	for k := j + 1; k < min(j+7, len(x.tagged)) && x.tagged[k].class != stop; k++ {
		if t := x.tagged[k].Text; t == "more" || t == "enough" {
			return true
		}
	}
	return false
}

// ignores reports whether token i is no opinion, though it may be elsewhere.
func (x *Extractor) ignores(c *contexts, i int) bool {
	switch t := &x.tagged[i]; t.Text {
	case "pretty":
		return t.class == adverb
	case "well":
		return i > 0 && x.tagged[i-1].Text == "as"
	case "like":
		return !x.liked(i)
	default:
		return c.ignored[t.Text]
	}
}

// wishes reports whether a wish begins with token i. With "would" one does if
// something else is wanted (it would be nice, I would like), not if something is
// expected (it would look great with jeans).
func (x *Extractor) wishes(c *contexts, i int) bool {
	if !c.wishes[x.tagged[i].Text] {
		return false
	}
	if x.tagged[i].Text != "would" {
		return true
	}
	for i++; i < len(x.tagged) && x.tagged[i].class == adverb; i++ {
	}
	return i < len(x.tagged) && c.wanting[x.tagged[i].Text]
}

// wished is the factor of what is good in a wish.
const wished = -0.6

// liked reports whether the like at token i is a verb.
func (x *Extractor) liked(i int) bool {
	if i == 0 {
		return false
	}
	switch b := &x.tagged[i-1]; b.class {
	case pronoun, adverb, infinitive:
		return true
	case auxiliary:
		return strings.HasPrefix(b.Text, "do") || strings.HasPrefix(b.Text, "did")
	}
	return false
}

// company returns what a word beside the phrase says of just its nouns.
func (x *Extractor) company(p phrase) companion {
	c, l := contextsOfEnglish(), lexiconOfEnglish()
	nouns := func(i int) string { return l.singular(x.tagged[i].Text) }
	for i := p.from; i < p.name; i++ {
		if v, ok := x.pair(c, p, i, nouns); ok {
			return companion{v, i, true}
		}
	}
	linked, negated := false, false
	for i := p.to; i < min(p.to+6, len(x.tagged)); i++ {
		t := &x.tagged[i]
		if t.class == stop || t.closed == conjunction && t.Text != "not" {
			break
		}
		negated = negated || t.Text == "not" || strings.HasSuffix(t.Text, "n't") || t.Text == "never"
		linked = linked || t.class == auxiliary || t.class == verb
		if !linked {
			continue
		}
		if v, ok := x.pair(c, p, i, nouns); ok {
			if negated {
				v = -v
			}
			return companion{v, i, true}
		}
	}
	return companion{}
}

// pair returns the valence of token i beside one of the phrase's nouns.
func (x *Extractor) pair(c *contexts, p phrase, i int, noun func(int) string) (v float64, ok bool) {
	said := x.tagged[i].Text
	if !c.words[said] {
		said = plainDegree(said)
	}
	if !c.words[said] {
		return 0, false
	}
	for j := p.to - 1; j >= p.name; j-- {
		if v, ok := c.pairs[[2]string{said, noun(j)}]; ok {
			return v, true
		}
	}
	return 0, false
}

// negatesHan reports whether a Chinese word inverts what follows.
func negatesHan(s string) bool {
	switch s {
	case "不", "没", "没有", "不够", "不是", "不算", "并不", "不太", "不会", "不能", "不那么", "没那么", "不怎么", "无", "未":
		return true
	}
	return false
}

// plainDegree returns a Chinese word without a degree before it: 很大, 大.
func plainDegree(s string) string {
	for _, d := range []string{"很", "太", "过", "较", "挺", "超", "更", "最", "够", "真"} {
		if rest, ok := strings.CutPrefix(s, d); ok {
			return rest
		}
	}
	return s
}

// tooMuch reports whether a word says that there is too much of what may be good.
func tooMuch(s string) bool {
	return strings.HasPrefix(s, "太") || strings.HasPrefix(s, "过于") || s == "过"
}

// companyHan is company for Chinese: the word follows within a few others, or
// stands before 的.
func (x *Extractor) companyHan(p phrase) companion {
	c := contextsOfChinese()
	key := ""
	for i := p.name; i < p.to; i++ {
		key += x.tagged[i].Text
	}
	nouns := func(i int) string { return x.tagged[i].Text }
	whole := func(int) string { return key }
	negated := false
	for i := p.to; i < min(p.to+4, len(x.tagged)); i++ {
		t := &x.tagged[i]
		if t.class == stop {
			break
		}
		negated = negated || negatesHan(t.Text)
		v, ok := x.pair(c, p, i, whole)
		if !ok {
			v, ok = x.pair(c, p, i, nouns)
		}
		if i > p.to && ok && v > 0 && tooMuch(x.tagged[i-1].Text) || tooMuch(t.Text) {
			v = -math.Abs(v)
		}
		if ok {
			if negated {
				v = -v
			}
			return companion{v, i, true}
		}
	}
	if i := p.name - 2; i >= 0 && x.tagged[i+1].Text == "的" {
		if v, ok := x.pair(c, p, i, nouns); ok {
			return companion{v, i, true}
		}
	}
	return companion{}
}

// overlapping reports whether a span covers token i.
func (x *Extractor) overlapping(o sentiment.Span, i int) bool {
	return o.Start < x.tagged[i].End && x.tagged[i].Start < o.End
}

package opinion

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

var (
	//go:embed data/zh_nouns.txt.gz
	chineseNouns []byte
	//go:embed data/zh_words.txt
	chineseWords string
	//go:embed data/zh_context.txt
	chineseContext string
)

// hanWord is what is known of a Chinese word.
type hanWord uint8

const (
	hanNoun hanWord = 1 << iota
	hanAspect
	hanNoAspect
	hanOther // in the dictionary of nouns, but none
	hanAbout // it follows the name of what is spoken of: 电池方面
)

var lexiconOfChinese = sync.OnceValue(func() map[string]hanWord {
	l := map[string]hanWord{}
	for line := range strings.Lines(unzip(chineseNouns)) {
		l[strings.TrimSpace(line)] = hanNoun
	}
	sections(chineseWords, func(section, w string) {
		switch section {
		case "aspect":
			l[w] = hanNoun | hanAspect
		case "no aspect":
			l[w] = hanNoun | hanNoAspect
		case "about":
			l[w] = hanNoun | hanNoAspect | hanAbout
		default:
			l[w] = hanOther
		}
	})
	return l
})

var contextsOfChinese = sync.OnceValue(func() *contexts { return readContexts(chineseContext) })

// longestHan is the maximum number of words of a Chinese aspect's name.
const longestHan = 4

// chinese is english for a sentence in Chinese.
func (x *Extractor) chinese(dst []Mention, s string, at [2]int) []Mention {
	l := lexiconOfChinese()
	said := s[at[0]:at[1]]
	x.tokens = text.Splitter{Chinese: x.o.Chinese}.AppendTokens(x.tokens[:0], said)
	x.tagged = tagHan(l, x.tagged[:0], x.tokens)
	x.spans = sentiment.AppendChineseSpans(x.spans[:0], said)
	x.adjustHan(said)
	for i := 0; i < len(x.tagged); i++ {
		if x.tagged[i].class != noun {
			continue
		}
		j := i + 1
		for j < len(x.tagged) && x.tagged[j].class == noun && x.tagged[j].Start == x.tagged[j-1].End {
			j++
		}
		p := phrase{from: max(i, j-longestHan), name: max(i, j-longestHan), to: j}
		i = j
		if key := keyHan(l, x.tagged, &p); key != "" {
			m := Mention{Aspect: key, Start: at[0] + x.tagged[p.name].Start, End: at[0] + x.tagged[p.to-1].End, Sentence: at}
			m.Listed = l[x.tagged[p.to-1].Text]&hanAspect != 0 || l[key]&hanAspect != 0
			x.weigh(&m, p, at[0], x.companyHan(p), x.distanceHan)
			dst = append(dst, m)
		}
	}
	return dst
}

func tagHan(l map[string]hanWord, dst []tagged, tokens []text.Token) []tagged {
	for _, t := range tokens {
		c := other
		switch t.Kind {
		case text.Han:
			if l[t.Text]&hanNoun != 0 && !graded(l, t.Text) {
				c = noun
			}
		case text.Word:
			c = noun
		case text.Number:
			c = number
		default:
			c = stop
		}
		dst = append(dst, tagged{Token: t, class: c})
	}
	return dst
}

// graded reports whether a word is a degree with what is no noun: 太小.
func graded(l map[string]hanWord, s string) bool {
	rest := plainDegree(s)
	return rest != s && l[rest]&hanOther != 0
}

// keyHan returns the aspect's key, and cuts words off the phrase that do not
// belong to its name.
func keyHan(l map[string]hanWord, s []tagged, p *phrase) string {
	for p.to-p.name > 1 && l[s[p.to-1].Text]&hanNoAspect != 0 && (l[s[p.to-1].Text]&hanAbout != 0 || l[s[p.to-2].Text]&hanAspect == 0) {
		p.to--
	}
	for p.name < p.to && l[s[p.name].Text]&hanNoAspect != 0 {
		p.name++
	}
	if p.name == p.to {
		return ""
	}
	p.from = p.name
	var key strings.Builder
	han := false
	for i := p.name; i < p.to; i++ {
		key.WriteString(s[i].Text)
		han = han || s[i].Kind == text.Han
	}
	if k := key.String(); han && (len(k) > len("屏") || l[k]&hanAspect != 0) || !han && len(k) > 1 {
		return k
	}
	return ""
}

// adjustHan is adjust for Chinese; s is the sentence. It adds the words that say
// something of aspects alone.
func (x *Extractor) adjustHan(s string) {
	c := contextsOfChinese()
	kept, wish, next := make([]sentiment.Span, 0, len(x.spans)+1), false, 0
	for _, o := range x.spans {
		i := tokenAt(x.tagged, o.Start)
		for ; next <= i && next < len(x.tagged); next++ {
			wish = (wish || c.wishes[x.tagged[next].Text]) && x.tagged[next].class != stop
		}
		if c.ignored[s[o.Start:o.End]] || i < len(x.tagged) && x.hides(c, i, o) {
			continue
		}
		if wish && o.Value > 0 {
			o.Value *= wished
		}
		kept = append(kept, o)
	}
	for i := range x.tagged {
		v, ok := c.says[x.tagged[i].Text]
		if !ok {
			continue
		}
		o := sentiment.Span{Start: x.tagged[i].Start, End: x.tagged[i].End, Value: v}
		if slices.ContainsFunc(kept, func(k sentiment.Span) bool { return k.Start < o.End && o.Start < k.End }) {
			continue
		}
		if i > 0 && negatesHan(x.tagged[i-1].Text) || i > 1 && negatesHan(x.tagged[i-2].Text) && x.tagged[i-1].class != stop {
			o.Value, o.Negated = -v, true
		}
		kept = append(kept, o)
	}
	slices.SortStableFunc(kept, func(a, b sentiment.Span) int { return cmp.Compare(a.Start, b.Start) })
	x.spans = kept
}

// hides reports whether the opinion word is but a part of a longer word, token i,
// which means something else.
func (x *Extractor) hides(c *contexts, i int, o sentiment.Span) bool {
	t := &x.tagged[i]
	if t.End-t.Start <= o.End-o.Start || o.Start < t.Start || o.End > t.End {
		return false
	}
	if _, ok := c.says[t.Text]; ok {
		return true
	}
	if t.class == noun { // 垃圾桶, but 好书
		return o.Start > t.Start || o.End-o.Start >= len("垃圾")
	}
	first, _ := utf8.DecodeRuneInString(t.Text)
	return utf8.RuneCountInString(t.Text) == 2 && o.End-o.Start <= utf8.UTFMax-1 && !strings.ContainsRune("很太不挺真超最好没极够更", first)
}

// distanceHan is distance for Chinese: what stands soon after the aspect in its
// clause belongs to it, and what stands before it, with 的 or not.
func (x *Extractor) distanceHan(p phrase, o sentiment.Span) (d int, direct bool) {
	s := x.tagged
	first, last := tokenAt(s, o.Start), tokenAt(s, max(o.Start, o.End-1))
	from, to := p.to, first
	if last < p.name {
		from, to = last+1, p.name
		d = p.name - last
		direct = d == 1 || d == 2 && s[p.name-1].Text == "的"
	} else {
		d = max(first-p.to+1, 1)
		direct = d <= 4
	}
	for i := from; i < to; i++ {
		if s[i].class == stop {
			return d + clausePenalty, false
		}
	}
	if direct {
		d = 1
	}
	return d, direct
}

package opinion

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

// Options configures an Extractor.
type Options struct {
	// Lang is the language of the texts; Unknown: by the script of each sentence.
	Lang text.Language
	// Chinese cuts Chinese into words, such as chinese.Lazy; nil: Chinese sentences
	// have no mentions.
	Chinese text.Segmenter
}

// Extractor finds mentions. It keeps memory between texts: it is not safe for
// concurrent use.
type Extractor struct {
	unsavedState
	o      Options
	tokens []text.Token
	tagged []tagged
	spans  []sentiment.Span
}

// NewExtractor returns an Extractor.
func NewExtractor(o Options) *Extractor { return &Extractor{o: o} }

// Append appends the mentions of aspects in s to dst, in order. Time is linear
// in the length of s.
func (x *Extractor) Append(dst []Mention, s string) []Mention {
	for _, at := range text.Sentences(s) {
		lang := x.o.Lang
		if lang == text.Unknown {
			lang = text.Detect(s[at[0]:at[1]])
		}
		from := len(dst)
		for piece := range pieces(s, at) {
			switch {
			case lang == text.English:
				dst = x.english(dst, s, piece)
			case lang == text.Chinese && x.o.Chinese != nil:
				dst = x.chinese(dst, s, piece)
			}
		}
		for i := range dst[from:] {
			dst[from+i].Sentence = at
		}
	}
	return dst
}

// longestPiece is the length in bytes beyond which a sentence is cut, since the
// time of one grows with the square of its words.
const longestPiece = 1000

// pieces yields the parts of a sentence, cut at spaces if there are any.
func pieces(s string, at [2]int) func(func([2]int) bool) {
	return func(yield func([2]int) bool) {
		for from := at[0]; from < at[1]; {
			to := at[1]
			if to-from > longestPiece {
				to = from + longestPiece
				if i := strings.LastIndexByte(s[from:to], ' '); i > 0 {
					to = from + i
				}
				for to > from+1 && to < at[1] && !utf8.RuneStart(s[to]) {
					to--
				}
			}
			if !yield([2]int{from, to}) {
				return
			}
			from = to
		}
	}
}

// say sets what is said of the phrase p by the opinion words of its clause; base
// is the offset of the sentence.
func (x *Extractor) say(m *Mention, p phrase, base int) {
	distance := x.distance
	if head := &x.tagged[p.to-1]; head.file == fileBody { // my small waist says nothing of the goods
		distance = func(p phrase, o sentiment.Span) (int, bool) {
			d, direct := x.distance(p, o)
			if i := tokenAt(x.tagged, o.Start); i >= p.from && i < p.name {
				d = farAway
			}
			return d, direct && d < farAway
		}
	}
	x.weigh(m, p, base, x.company(p), distance)
}

// companion is what a word beside a phrase says of just its nouns.
type companion struct {
	value float64
	token int
	found bool
}

// weigh sums the opinion words of a sentence, each divided by its distance, which
// also reports whether the word belongs to the phrase.
func (x *Extractor) weigh(m *Mention, p phrase, base int, c companion, distance func(phrase, sentiment.Span) (int, bool)) {
	start, end := x.tagged[p.name].Start, x.tagged[p.to-1].End
	var sum, most float64
	if c.found {
		sum, most, m.Direct = c.value, math.Abs(c.value), c.value != 0
		m.Word = [2]int{base + x.tagged[c.token].Start, base + x.tagged[c.token].End}
	}
	for _, o := range x.spans {
		if o.Start >= start && o.End <= end || c.found && x.overlapping(o, c.token) {
			continue // the name itself
		}
		d, direct := distance(p, o)
		v := o.Value / float64(d)
		sum += v
		m.Direct = m.Direct || direct
		if math.Abs(v) > most {
			most, m.Word = math.Abs(v), [2]int{base + o.Start, base + o.End}
		}
	}
	m.Value = squash(sum)
}

// squash brings a sum of valences into [-1, 1].
func squash(v float64) float64 { return v / math.Sqrt(v*v+0.25) }

// distance returns the number of words from an opinion word to a phrase, and
// whether it belongs to it.
func (x *Extractor) distance(p phrase, o sentiment.Span) (d int, direct bool) {
	s := x.tagged
	first, last := tokenAt(s, o.Start), tokenAt(s, o.End-1)
	switch {
	case last < p.name:
		d = p.name - last
		direct = first >= p.from || x.between(last+1, p.from)
		if direct {
			d = 1
		}
		for i := last + 1; i < p.name; i++ {
			if s[i].class == stop || s[i].closed == conjunction {
				d += clausePenalty
				break
			}
		}
	default:
		d = max(first-p.to+1, 1)
		linked := false
		for i := p.to; i < first; i++ {
			if s[i].class == stop || s[i].closed == conjunction {
				d += clausePenalty
				break
			}
			linked = linked || s[i].class == auxiliary || s[i].class == verb
		}
		direct = linked && d <= 4
		if direct {
			d = 1
		}
	}
	return d, direct
}

// Words added to a distance beyond the clause; and a distance at which an opinion
// word hardly counts.
const (
	clausePenalty = 6
	farAway       = 100
)

// between reports whether tokens [i, j) may stand between a verb and its
// object: love the new.
func (x *Extractor) between(i, j int) bool {
	if j-i > 3 {
		return false
	}
	for ; i < j; i++ {
		switch x.tagged[i].class {
		case determiner, possessive, adjective, adverb, number:
		default:
			return false
		}
	}
	return true
}

// tokenAt returns the index of the last token that starts at or before byte i.
func tokenAt(s []tagged, i int) int {
	lo, hi := 0, len(s)
	for lo < hi {
		mid := (lo + hi) / 2
		if s[mid].Start <= i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return max(lo-1, 0)
}

package attribution

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// Word is a word or another piece of a text, and its part of a score.
type Word struct {
	Text       string // as it is written
	Start, End int    // bytes [Start, End) of the text
	Value      float64
}

// Words divides the values of tokens among the words of s, the text that the
// Attribution is of, in the order of the text. A token that belongs to several
// words is divided by bytes. What belongs to none, such as punctuation, is
// listed as it is tokenized, so that all values add up to those of the tokens.
// Runs of Chinese characters are divided into words by splitter's Chinese, and
// otherwise into characters.
func (a *Attribution) Words(s string, splitter text.Splitter) []Word {
	words := wordsOf(s, splitter)
	var rest []Word
	for t, span := range a.Spans {
		start, end := min(max(span[0], 0), len(s)), min(span[1], len(s))
		if start >= end {
			continue
		}
		// Words are disjoint and ascending: the first that ends after start.
		from, _ := slices.BinarySearchFunc(words, start, func(w Word, at int) int {
			return cmp.Compare(w.End, at+1)
		})
		covered, to := 0, from
		for ; to < len(words) && words[to].Start < end; to++ {
			covered += overlap(words[to], start, end)
		}
		if covered == 0 {
			if n := len(rest); n > 0 && rest[n-1].Start == start && rest[n-1].End == end { // bytes of one character
				rest[n-1].Value += a.Values[t]
				continue
			}
			rest = append(rest, Word{s[start:end], start, end, a.Values[t]})
			continue
		}
		for i := from; i < to; i++ {
			words[i].Value += a.Values[t] * float64(overlap(words[i], start, end)) / float64(covered)
		}
	}
	words = append(words, rest...)
	slices.SortStableFunc(words, func(a, b Word) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	return words
}

// wordsOf returns the words of s, disjoint and in order.
func wordsOf(s string, splitter text.Splitter) []Word {
	var words []Word
	end := 0 // of the word before
	for _, t := range splitter.AppendTokens(nil, s) {
		start := max(t.Start, end) // overlapping pairs
		for start < t.End {
			end = t.End
			if t.Kind == text.Han && splitter.Chinese == nil {
				_, n := utf8.DecodeRuneInString(s[start:])
				end = min(start+n, t.End)
			}
			words = append(words, Word{Text: s[start:end], Start: start, End: end})
			start = end
		}
		end = max(end, t.End)
	}
	return words
}

// overlap returns the number of bytes that w has of [start, end).
func overlap(w Word, start, end int) int { return max(0, min(w.End, end)-max(w.Start, start)) }

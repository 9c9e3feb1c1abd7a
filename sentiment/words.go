package sentiment

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/english"
)

// EnglishWords returns the sentiment of the words of an English text: their
// valences, inverted by a negation (valence shifters, Polanyi and Zaenen 2006)
// up to the end of the clause, but at most six words on. A negated positive is
// negative, and a negated fault is positive: cannot fault it, doesn't leak.
func EnglishWords(s string) Lexical { return readEnglish(s, newReading()) }

// readEnglish reads the words of s with r.
func readEnglish(s string, r *reading) Lexical {
	l := englishLexicon()
	words, at := plainWords(s)
	for i := 0; i < len(words); {
		r.from, r.to = at[i][0], at[i][1]
		if words[i] == "" {
			r.end()
			i++
			continue
		}
		if n, e, ok := l.phrase(words[i:]); ok {
			r.to = at[i+n-1][1]
			r.add(e)
			i += n
			continue
		}
		if better, n := couldBeMore(l, words[i:]); n > 0 {
			r.end()
			r.to = at[i+n-1][1]
			r.count(better, true)
			i += n
			continue
		}
		e, ok := l.word(words[i])
		switch {
		case ok:
			r.add(e)
		case strings.HasSuffix(words[i], "n't"):
			r.add(entry{use: negates})
		default:
			r.plain()
		}
		i++
	}
	out := r.result()
	out.Words = len(words)
	return out
}

// plainWords returns the words of s in lower case, with "" at the ends of
// clauses, and the offsets in s of their starts and ends.
func plainWords(s string) (words []string, at [][2]int) {
	for _, t := range (text.Splitter{KeepPossessive: true, SplitHyphens: false}).AppendTokens(nil, s) {
		switch t.Kind {
		case text.Word:
			words = append(words, t.Text)
		case text.Number:
			words = append(words, "0")
		case text.Punct, text.Symbol, text.Han:
			words = append(words, "")
		default:
			continue
		}
		at = append(at, [2]int{t.Start, t.End})
	}
	return words, at
}

// phrase finds the longest phrase of two words or more at the start of words.
func (l *lexicon) phrase(words []string) (n int, e entry, ok bool) {
	for n = min(l.longest, len(words)); n > 1; n-- {
		if e, ok = l.entries[strings.Join(words[:n], " ")]; ok {
			return n, e, true
		}
	}
	return 0, entry{}, false
}

// word looks up a word, first as written, then by its lemma.
func (l *lexicon) word(w string) (entry, bool) {
	e, ok := l.entries[w]
	if !ok {
		e, ok = l.entries[english.Lemma(w)]
	}
	return e, ok
}

// ChineseWords is EnglishWords for Chinese texts: at each place the longest
// word in the lexicon counts.
func ChineseWords(s string) Lexical { return readChinese(s, newReading()) }

// readChinese reads the words of s with r.
func readChinese(s string, r *reading) Lexical {
	l := chineseLexicon()
	halves := 0
	for i := 0; i < len(s); {
		r.from, r.to = i, i
		if v, n := l.chineseTurn(s[i:]); n > 0 {
			r.end()
			r.to = i + n
			r.count(v, true)
			halves += utf8.RuneCountInString(s[i : i+n])
			i += n
			continue
		}
		n, e, ok := l.longestAt(s[i:])
		if ok {
			r.to = i + n
			r.add(e)
			i += n
			halves += 2
			continue
		}
		halves++
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsPunct(c) || c == '\n' || c == ' ':
			r.end()
		default:
			r.plain()
		}
		i += size
	}
	out := r.result()
	out.Words = (halves + 1) / 2
	return out
}

// longestAt finds the longest word that s begins with.
func (l *lexicon) longestAt(s string) (n int, e entry, ok bool) {
	ends := make([]int, 0, 16)
	for at := range s {
		if at > 0 {
			ends = append(ends, at)
		}
		if len(ends) == l.longest {
			break
		}
	}
	if len(ends) < l.longest {
		ends = append(ends, len(s))
	}
	for k := len(ends) - 1; k >= 0; k-- {
		if e, ok = l.entries[s[:ends[k]]]; ok {
			return ends[k], e, true
		}
	}
	return 0, entry{}, false
}

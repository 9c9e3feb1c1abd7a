package report

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/visible"
	"github.com/seed-56ee9438/cohort/result"
)

// span is a part of a quotation, shaded by how far its word keeps the text in
// its segment: 0 not at all, to 3 like the word that does most.
type span struct {
	Text string
	Heat int
}

// shade divides a quotation at the words whose effects were measured.
func shade(q result.Quote) []span {
	s := visible.Text(q.Text)
	most := 0.0
	for _, w := range q.Words {
		most = max(most, w.Effect)
	}
	type mark struct{ from, to, heat int }
	var marks []mark
	for _, w := range q.Words {
		word := visible.Text(w.Word)
		if w.Effect <= 0 || word == "" {
			continue
		}
		heat := min(3, int(math.Ceil(3*w.Effect/most)))
		for at := 0; ; {
			i := strings.Index(s[at:], word)
			if i < 0 {
				break
			}
			from, to := at+i, at+i+len(word)
			if isWord(s, from, to) {
				marks = append(marks, mark{from, to, heat})
			}
			at = to
		}
	}
	slices.SortFunc(marks, func(a, b mark) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out []span
	at := 0
	for _, m := range marks {
		if m.from < at { // within a longer word
			continue
		}
		if m.from > at {
			out = append(out, span{Text: s[at:m.from]})
		}
		out = append(out, span{s[m.from:m.to], m.heat})
		at = m.to
	}
	if at < len(s) || len(out) == 0 {
		out = append(out, span{Text: s[at:]})
	}
	return out
}

// withShades counts the users with a text whose words have effects.
func withShades(s *result.Segmentation) int {
	quoted := map[string]bool{}
	for _, p := range s.Segments {
		for _, q := range p.Quotes {
			if len(q.Words) > 0 {
				quoted[q.User] = true
			}
		}
	}
	n := 0
	for _, u := range s.Users {
		if quoted[u.ID] || slices.ContainsFunc(u.Deciding, func(d result.Deciding) bool { return len(d.Words) > 0 }) {
			n++
		}
	}
	return n
}

// isWord reports whether s[from:to] is not part of a longer word; in scripts
// without spaces between words anything can be one.
func isWord(s string, from, to int) bool {
	spaced := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}
	before, _ := utf8.DecodeLastRuneInString(s[:from])
	first, _ := utf8.DecodeRuneInString(s[from:])
	last, _ := utf8.DecodeLastRuneInString(s[:to])
	after, _ := utf8.DecodeRuneInString(s[to:])
	inside := spaced(before) && spaced(first) || spaced(last) && spaced(after)
	return !inside
}

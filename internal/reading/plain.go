package reading

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/emoji"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// Plain returns the text that a model reads for a text as shown: without its
// marks (package marks; kinds are additional kinds of placeholders, unknown to
// package pii), and with its emoji spelled out in the text's language, since
// vocabularies seldom contain them. It is "" if there is no other content.
func Plain(shown string, kinds ...string) string {
	said := marks.Remove(shown, kinds...)
	if spelled := emoji.Spell(said, text.Detect(said)); spelled != "" {
		return spelled
	}
	return said // emoji without a name
}

// legible reports whether the model can read a text: it has words besides its
// emoji, and the model knows most of them. To the model, all texts that consist
// of emoji are the same; they would form a segment clearer than any other.
func (r *Reader) legible(p *prepared, i *Item) bool {
	if !hasWord(marks.Remove(i.Clean, slices.Collect(maps.Keys(p.Masked))...)) {
		return false
	}
	return r.c.Legible == nil || r.c.Legible(i.Plain)
}

// hasWord reports whether a text has a word or a number besides its emoji, or
// no emoji at all.
func hasWord(s string) bool {
	start, end, ok := emoji.Next(s, 0)
	if !ok {
		return true
	}
	at := 0
	for ; ok; start, end, ok = emoji.Next(s, at) {
		if strings.ContainsFunc(s[at:start], isWord) {
			return true
		}
		at = end
	}
	return strings.ContainsFunc(s[at:], isWord)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

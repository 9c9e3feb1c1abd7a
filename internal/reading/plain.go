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

// Plain returns what is said in a text as it is shown: without its marks (package
// marks; kinds are of placeholders in it that package pii does not know), and with
// its emoji spelled in the text's own language, for vocabularies seldom have them.
// It is "" where nothing is said.
func Plain(shown string, kinds ...string) string {
	said := marks.Remove(shown, kinds...)
	if spelled := emoji.Spell(said, text.Detect(said)); spelled != "" {
		return spelled
	}
	return said // emoji without a name
}

// legible tells whether the model can read a text: it has words beside its emoji,
// and the model knows most of them. All texts of one emoji are the same to it, and
// would be a segment clearer than any of what people say.
func (r *Reader) legible(p *prepared, i *Item) bool {
	if !hasWord(marks.Remove(i.Clean, slices.Collect(maps.Keys(p.Masked))...)) {
		return false
	}
	return r.c.Legible == nil || r.c.Legible(i.Plain)
}

// hasWord tells whether a text has a word or a number beside its emoji, or no
// emoji at all.
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

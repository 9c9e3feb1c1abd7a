package reading

import (
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

// legible tells whether the model knows what a text is made of.
func (r *Reader) legible(plain string) bool { return r.c.Legible == nil || r.c.Legible(plain) }

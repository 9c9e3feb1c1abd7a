package report

import (
	"fmt"
	"strings"
	"unicode"
)

// visible shows characters by their code point that would otherwise turn the
// order of text (bidirectional controls), or be neither seen nor harmless
// (controls, zero-width characters outside emoji).
func visible(s string) string {
	odd := func(r rune) bool {
		switch {
		case r == '\n' || r == '\t':
			return false
		case unicode.IsControl(r), r == 0xfeff, r == 0x200b, r == 0x2060,
			r == 0x200e, r == 0x200f, r == 0x061c,
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069,
			r >= 0xe0000 && r <= 0xe007f:
			return true
		}
		return false
	}
	if strings.IndexFunc(s, odd) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if odd(r) {
			fmt.Fprintf(&b, "⟨U+%04X⟩", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// briefRunes is how much of a name, an ID or a word is shown among other text.
const briefRunes = 80

// brief is visible, cut where it is longer than any name should be.
func brief(s string) string { return shorten(visible(s), briefRunes) }

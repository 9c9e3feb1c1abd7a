// Package visible makes text of unknown origin fit to be shown among other text.
package visible

import (
	"fmt"
	"strings"
	"unicode"
)

// Text shows characters by their code point that would otherwise turn the
// order of text (bidirectional controls), or be neither seen nor harmless
// (controls, noncharacters, zero-width characters outside emoji).
func Text(s string) string {
	odd := func(r rune) bool {
		switch {
		case r == '\n' || r == '\t':
			return false
		case unicode.IsControl(r), r == 0xfeff, r&0xfffe == 0xfffe, r == 0x200b, r == 0x2060,
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

// Brief is Text, cut where it is longer than any name should be.
func Brief(s string) string { return Shorten(Text(s), briefRunes) }

// Shorten returns the first characters of s with an ellipsis, most in all.
func Shorten(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

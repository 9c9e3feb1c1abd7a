package tokenize

import "github.com/seed-56ee9438/cohort/tokenize/internal/ucd"

// normalize applies the normaliser step by step. The one-pass bertPath gives
// the same result for nearly all texts; this is for the rest, and for BERT's
// normaliser in front of other components.
func (n bertNormalizer) normalize(a aligned) aligned {
	if n.lowerFirst {
		a = a.lower()
	}
	if n.clean {
		a = a.filter(func(r rune) bool { return r < 0x80 && r >= ' ' && r != 0x7F || !ucd.Is(r, ucd.Control) })
		a = a.expand(func(r rune) string {
			if r != ' ' && ucd.Is(r, ucd.White) {
				return " "
			}
			return ""
		})
	}
	if n.chinese {
		a = a.expand(func(r rune) string {
			if r >= 0x80 && ucd.Is(r, ucd.CJK) {
				return " " + string(r) + " "
			}
			return ""
		})
	}
	if n.strip {
		a = normalForm{}.normalize(a)
		a = a.filter(func(r rune) bool { return r < 0x80 || !ucd.Is(r, ucd.Mark) })
	}
	if n.lower {
		a = a.lower()
	}
	return a
}

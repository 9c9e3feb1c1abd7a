package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"

	"github.com/seed-56ee9438/cohort/text/hans"
)

// invisible removes control characters except tab and line breaks, zero-width
// characters (except joiners inside emoji and in scripts that need them), soft
// hyphens, direction marks and the replacement character.
func invisible(e *editor) {
	s := e.s
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7F {
				e.put(i, i+1, "")
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case 0x80 <= r && r <= 0x9F && r != 0x85, r == 0xAD, r == 0x200B, r == 0x200E, r == 0x200F, 0x202A <= r && r <= 0x202E,
			0x2060 <= r && r <= 0x2069, r == 0xFEFF, r == utf8.RuneError, 0xE000 <= r && r <= 0xF8FF, 0xFFF9 <= r && r <= 0xFFFC:
			e.put(i, i+n, "")
		}
		i += n
	}
}

// normalize brings the text into a normal form, segment by segment.
func normalize(e *editor, form NormalForm) {
	f := norm.NFC
	if form == NFKC {
		f = norm.NFKC
	}
	compose(e, f)
	if form != Width {
		return
	}
	// If composition changed something, width works on its result in the next
	// pass; offsets stay correct.
	if e.changed {
		e.finish()
		e.changed = true
	}
	s := e.s
	for i := 0; i < len(s); {
		if s[i] != 0xE3 && s[i] != 0xEF { // as U+3000, kana and all full- and half-width forms begin
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0x3000:
			e.put(i, i+n, " ")
		case 0xFF01 <= r && r <= 0xFF5E:
			if half := r - 0xFEE0; !unicode.IsPunct(half) || half == '@' || half == '#' || half == '%' || half == '&' || half == '/' || half == '-' || half == '_' || half == '.' {
				e.put(i, i+n, string(half))
			}
		case strings.HasPrefix(s[i+n:], "ﾞ") && voiced(r, '\u3099') != "":
			e.put(i, i+n+len("ﾞ"), voiced(r, '\u3099'))
			n += len("ﾞ")
		case strings.HasPrefix(s[i+n:], "ﾟ") && voiced(r, '\u309a') != "":
			e.put(i, i+n+len("ﾟ"), voiced(r, '\u309a'))
			n += len("ﾟ")
		case 0xFF61 <= r && r <= 0xFFDC:
			if wide := width.LookupRune(r).Wide(); wide != 0 {
				e.put(i, i+n, string(wide))
			}
		}
		i += n
	}
}

// voiced returns the full-width kana of r with a sound mark, which is a letter of
// its own: ｶﾞ is ガ; "" if there is none.
func voiced(r, mark rune) string {
	if wide := width.LookupRune(r).Wide(); wide != 0 {
		r = wide
	}
	c := norm.NFC.String(string([]rune{r, mark}))
	if utf8.RuneCountInString(c) != 1 {
		return ""
	}
	return c
}

// compose brings the text into form f. Stretches that are already in it, nearly
// all of most texts, are skipped at once; only the surroundings of other
// characters are processed segment by segment.
func compose(e *editor, f norm.Form) {
	s := e.s
	var it norm.Iter
	var seg []byte
	for at := 0; at < len(s); {
		base := at + f.QuickSpanString(s[at:]) // a boundary
		if base == len(s) {
			return
		}
		it.InitString(f, s[base:])
		for !it.Done() {
			// if one character becomes several (… -> ...), the iterator returns them
			// one by one and advances with the last
			from := base + it.Pos()
			seg = append(seg[:0], it.Next()...)
			for base+it.Pos() == from && !it.Done() {
				seg = append(seg, it.Next()...)
			}
			to := base + it.Pos()
			at = to
			if string(seg) != s[from:to] {
				e.put(from, to, string(seg))
			} else if to == len(s) || f.PropertiesString(s[to:]).BoundaryBefore() {
				break
			}
		}
	}
}

// simplify converts traditional Chinese characters to simplified ones.
func simplify(e *editor) {
	s := e.s
	to := hans.Simplify(s)
	if to == s {
		return
	}
	for i, j := 0, 0; i < len(s); {
		_, n := utf8.DecodeRuneInString(s[i:])
		_, m := utf8.DecodeRuneInString(to[j:])
		if s[i:i+n] != to[j:j+m] {
			e.put(i, i+n, to[j:j+m])
		}
		i, j = i+n, j+m
	}
}

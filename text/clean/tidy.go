package clean

import (
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text/emoji"
)

// repeats shortens runs of more than most of the same letter, mark or symbol,
// and of the same pair of punctuation marks, to most. Digits stay.
func repeats(e *editor, most int) {
	s := e.s
	for i := 0; i < len(s); {
		size := 1
		r := rune(s[i])
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		end := i + size
		if end+size > len(s) || s[end+size-1] != s[end-1] { // the usual case, quickly ruled out
			i = end
			continue
		}
		for end+size <= len(s) && s[end:end+size] == s[i:i+size] {
			end += size
		}
		if (end-i)/size > most && !unicode.IsDigit(r) && !unicode.IsSpace(r) {
			e.put(i+most*size, end, "")
		}
		i = end
	}
}

// spaces replaces each run of white space by one space, or by one or two line
// breaks if lines are kept, and trims both ends.
func spaces(e *editor, lines bool) {
	s := e.s
	for i := 0; i < len(s); {
		if c := s[i]; c > ' ' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if !isSpace(r) {
			i += size
			continue
		}
		start, breaks := i, 0
		for i < len(s) {
			r, size := rune(s[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
			}
			if !isSpace(r) {
				break
			}
			if r == '\n' || r == 0x2028 || r == 0x2029 || r == 0x85 || r == '\r' && (i+1 >= len(s) || s[i+1] != '\n') {
				breaks++
			}
			i += size
		}
		with := " "
		switch {
		case start == 0 || i == len(s):
			with = ""
		case lines && breaks > 0:
			with = "\n\n"[:min(breaks, 2)]
		}
		e.put(start, i, with)
	}
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || r == 0x3000 || r == 0x180E }

// letters counts the letters and digits of s, up to most.
func letters(s string, most int) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || emoji.Is(r) {
			if n++; n >= most {
				break
			}
		}
	}
	return n
}

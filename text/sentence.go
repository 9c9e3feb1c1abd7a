package text

import (
	"strings"
	"unicode/utf8"
)

// Sentences splits s into sentences, as byte ranges [start, end) of s without
// the white space around them, in order. A sentence ends at 。！？… or a line
// break, and at . ! ? before white space, but not after an initial or a common
// abbreviation (Dr., e.g.); closing quotes and brackets belong to it.
func Sentences(s string) [][2]int {
	var out [][2]int
	start := 0
	add := func(end int) {
		from := start + strings.Index(s[start:end], strings.TrimSpace(s[start:end]))
		if n := len(strings.TrimSpace(s[start:end])); n > 0 {
			out = append(out, [2]int{from, from + n})
		}
		start = end
	}
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		end := i + n
		switch r {
		case '\n':
			add(end)
		case '。', '！', '？', '…', '.', '!', '?':
			for end < len(s) {
				r, n := utf8.DecodeRuneInString(s[end:])
				if !strings.ContainsRune("。！？….!?\"'”’」』）)】]", r) {
					break
				}
				end += n
			}
			wide := n > 1
			next := end == len(s) || class(firstRune(s[end:])) == classSpace
			if wide || next && !(r == '.' && end == i+1 && abbreviation(s[start:i])) {
				add(end)
			}
		}
		i = end
	}
	add(len(s))
	return out
}

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }

// abbreviation tells whether s ends with an initial or a common abbreviation.
func abbreviation(s string) bool {
	i := len(s)
	for i > 0 && (isASCIILetter(s[i-1]) || s[i-1] == '.') && len(s)-i < 8 {
		i--
	}
	switch w := strings.ToLower(s[i:]); w {
	case "mr", "mrs", "ms", "dr", "prof", "st", "vs", "e.g", "i.e", "etc", "no", "approx", "inc", "ltd", "jr", "sr":
		return true
	default:
		return len(w) == 1 && w != "i"
	}
}

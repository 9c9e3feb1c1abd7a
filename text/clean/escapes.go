package clean

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes decodes escapes that exports left in the text: \n, \t, \" and \u00e9
// of JSON and databases, _x000D_ of spreadsheets.
func escapes(e *editor) {
	s := e.s
	for i := 0; i < len(s); {
		next := strings.IndexAny(s[i:], "\\_")
		if next < 0 {
			return
		}
		i += next
		var with string
		var size int
		if s[i] == '_' {
			with, size = sheetEscape(s[i:])
		} else {
			with, size = backslashEscape(s, i)
		}
		if size == 0 {
			i++
			continue
		}
		e.put(i, i+size, with)
		i += size
	}
}

// sheetEscape returns the character of the Office Open XML escape (_x000D_) at
// the start of s, and the length of the escape; 0 if there is none.
func sheetEscape(s string) (with string, size int) {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return "", 0
	}
	r, ok := hex4(s[2:6])
	if !ok {
		return "", 0
	}
	return plainRune(r), 7
}

// plainRune returns r, a line break if r is any kind of line break, or a space
// if it is another control character.
func plainRune(r rune) string {
	switch {
	case r == '\r' || r == '\n':
		return "\n"
	case unicode.IsControl(r) || r == utf8.RuneError || utf16.IsSurrogate(r):
		return " "
	}
	return string(r)
}

// hex4 returns the value of four hexadecimal digits.
func hex4(s string) (rune, bool) {
	r := rune(0)
	for i := range 4 {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return r, true
}

// backslashEscape returns the meaning and the length of the escape at the
// backslash s[i]; 0 if it is no escape, as in a path or a TeX command.
func backslashEscape(s string, i int) (with string, size int) {
	at := i + 1
	for at < len(s) && s[at] == '\\' && at-i < 3 {
		at++ // escaped twice
	}
	if at >= len(s) {
		return "", 0
	}
	switch s[at] {
	case 'n', 'r':
		with = "\n"
	case 't':
		with = " "
	case '"', '\'', '/':
		return s[at : at+1], at + 1 - i
	case 'u':
		return unicodeEscape(s, i, at)
	default:
		return "", 0
	}
	if inPath(s, i) || texCommand(s[at:]) {
		return "", 0
	}
	return with, at + 1 - i
}

// unicodeEscape returns the character of \uXXXX, or of a surrogate pair in this
// form; i is the offset of the backslash, at that of the u.
func unicodeEscape(s string, i, at int) (with string, size int) {
	if at+5 > len(s) {
		return "", 0
	}
	r, ok := hex4(s[at+1 : at+5])
	if !ok || inPath(s, i) {
		return "", 0
	}
	end := at + 5
	if utf16.IsSurrogate(r) {
		low := strings.TrimLeft(s[end:], "\\")
		skipped := len(s) - end - len(low)
		if skipped == 0 || len(low) < 5 || low[0] != 'u' {
			return " ", end - i
		}
		second, ok := hex4(low[1:5])
		if !ok {
			return " ", end - i
		}
		r = utf16.DecodeRune(r, second)
		end += skipped + 5
	}
	return plainRune(r), end - i
}

// inPath reports whether the backslash at i is part of a Windows path: C:\new,
// \\server\tools.
func inPath(s string, i int) bool {
	start := i
	for start > 0 && i-start < 128 && s[start-1] > ' ' && s[start-1] != '"' {
		start--
	}
	word := s[start:i]
	if len(word) >= 2 && word[1] == ':' && asciiAlnum(word[0]) || strings.HasPrefix(word, `\\`) {
		return true
	}
	return word == "" && i+2 < len(s) && s[i+1] == '\\' && !strings.ContainsRune("nrtu\"'/", rune(s[i+2]))
}

// texWords are TeX commands that begin like an escape.
var texWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`nabla ne neq neg newline newcommand newpage nolimits not notin nu theta tau text textbf textit textrm textsf
		texttt times title to top tan tanh therefore tilde triangle rho right rightarrow rangle rm ref rceil rfloor`) {
		words[w] = true
	}
	return words
}()

// texCommand reports whether s begins with the name of a TeX command.
func texCommand(s string) bool {
	end := 0
	for end < len(s) && end < 16 && 'a' <= s[end]|0x20 && s[end]|0x20 <= 'z' {
		end++
	}
	return texWords[s[:end]]
}

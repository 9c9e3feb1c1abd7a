package clean

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes undoes what exports write in place of characters and readers then see:
// \n, \t, \" and \u00e9 of JSON and of databases, _x000D_ of spreadsheets.
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

// sheetEscape returns the character that s begins with in the way of Office Open
// XML, _x000D_, and the escape's length; 0 where there is none.
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

// plainRune is r, a line break for any that is one, and a space for another
// control character.
func plainRune(r rune) string {
	switch {
	case r == '\r' || r == '\n':
		return "\n"
	case unicode.IsControl(r) || r == utf8.RuneError || utf16.IsSurrogate(r):
		return " "
	}
	return string(r)
}

// hex4 is the value of four hexadecimal digits.
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

// backslashEscape returns what the escape at the backslash s[i] stands for, and
// its length; 0 where there is none, as in a path or a command of TeX.
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

// unicodeEscape returns the character of \uXXXX, or of a pair of surrogates so
// written; i is where the backslash is, at where the u.
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

// inPath tells whether the backslash at i is one of a path of Windows: C:\new,
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

// texWords are commands of TeX that begin like an escape.
var texWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`nabla ne neq neg newline newcommand newpage nolimits not notin nu theta tau text textbf textit textrm textsf
		texttt times title to top tan tanh therefore tilde triangle rho right rightarrow rangle rm ref rceil rfloor`) {
		words[w] = true
	}
	return words
}()

// texCommand tells whether s begins with the name of a command of TeX.
func texCommand(s string) bool {
	end := 0
	for end < len(s) && end < 16 && 'a' <= s[end]|0x20 && s[end]|0x20 <= 'z' {
		end++
	}
	return texWords[s[:end]]
}

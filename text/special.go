package text

import (
	"strings"
	"unicode/utf8"
)

// initialsEnd returns the end of single letters with full stops between them at
// i, U.S. or e.g., including their last stop; i if there are none. I and A
// without a stop after them are words of their own: vitamin C.I like it.
func initialsEnd(s string, i int) int {
	at, letters := i, 0
	for at < len(s) && isASCIILetter(s[at]) && isUpperASCII(s[at]) == isUpperASCII(s[i]) {
		stopped := at+1 < len(s) && s[at+1] == '.'
		if !stopped && (letters == 0 || s[at] == 'I' || s[at] == 'A' || !endsWord(s, at+1)) {
			break
		}
		if letters++; letters > mostInitials {
			return i // also prevents a long row from being read from each of its letters
		}
		if at++; !stopped {
			break
		}
		at++
	}
	switch {
	case letters < 2, at < len(s) && !endsWord(s, at):
		return i
	}
	return at
}

const mostInitials = 6

// signedEnd returns the end of the letter at i with signs that make it a name
// or a grade: C++, C#, A+; or with a slash and another letter: w/o, A/C. It is
// i if there are none.
func signedEnd(s string, i int) int {
	end := i + 1
	switch rest := s[end:]; {
	case strings.HasPrefix(rest, "++"):
		end += 2
	case strings.HasPrefix(rest, "+"), strings.HasPrefix(rest, "#"):
		end++
	case len(rest) >= 2 && rest[0] == '/' && isASCIILetter(rest[1]):
		if end += 2; end < len(s) && s[end] == '/' || i > 0 && s[i-1] == '/' {
			return i // a/b/c
		}
	default:
		return i
	}
	if end < len(s) && (!endsWord(s, end) || s[end] == '+' || s[end] == '#') {
		return i
	}
	return end
}

// letterWords are Chinese words whose first character is a Latin letter.
var letterWords = NewSet(strings.Fields("t恤 t台 u盘 u型 v领 v型 k歌 a股 b股 b超 x光 q弹 a字 e卡")...)

// letterWordEnd returns the end of the Chinese word that begins with the Latin
// letter at i, T恤, which has one more character; i if there is none.
func letterWordEnd(s string, i int) int {
	if i+1 >= len(s) || s[i+1] < utf8.RuneSelf {
		return i
	}
	_, n := utf8.DecodeRuneInString(s[i+1:])
	if end := i + 1 + n; letterWords.Has(strings.ToLower(s[i:end])) {
		return end
	}
	return i
}

// decadeEnd returns the end of the 's after figures that end at i, as in 90's;
// i if there is none.
func decadeEnd(s string, i int) int {
	if i >= len(s) {
		return i
	}
	r, n := decode(s, i)
	if end := i + n + 1; isApostrophe(r) && end <= len(s) && s[end-1] == 's' && (end == len(s) || endsWord(s, end)) {
		return end
	}
	return i
}

// special returns the end of a word at i that is not just letters in a row; i
// if there is none.
func special(s string, i int) int {
	// Most words have a second letter, and are not special.
	if !isASCIILetter(s[i]) || i+1 >= len(s) || isASCIILetter(s[i+1]) {
		return i
	}
	switch s[i+1] {
	case '.':
		return initialsEnd(s, i)
	case '+', '#', '/':
		return signedEnd(s, i)
	}
	return letterWordEnd(s, i)
}

// endsWord reports whether there is no letter or digit at i of s.
func endsWord(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := decode(s, i)
	switch class(r) {
	case classLetter, classDigit, classMark, classKana:
		return false
	}
	return true
}

func isUpperASCII(c byte) bool { return 'A' <= c && c <= 'Z' }

package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isBreak reports whether r ends a line.
func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

func isSpace(r rune) bool { return class(r) == classSpace }
func isLower(r rune) bool { return unicode.IsLower(r) }
func isDots(r rune) bool  { return r == '.' || r == '…' }

// isWideStop reports whether r ends a sentence regardless of what follows.
func isWideStop(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '｡', '।', '؟', '۔':
		return true
	}
	return false
}

// isStop reports whether r can end a sentence.
func isStop(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '．':
		return true
	}
	return isWideStop(r)
}

// isEmoji reports whether r is an emoji, or a joiner or modifier of one.
func isEmoji(r rune) bool {
	return r >= 0x2190 && r < 0x2E80 && class(r) == classSymbol || r >= 0x1F000 && class(r) == classSymbol ||
		r == 0xFE0F || r == 0x200D || 0x1F3FB <= r && r <= 0x1F3FF
}

// emoticon returns the length of the emoticon at the start of s: :) ;-( =D :'(
// <3.
func emoticon(s string) int {
	if strings.HasPrefix(s, "<3") {
		return 2
	}
	if len(s) < 2 || strings.IndexByte(":;=", s[0]) < 0 {
		return 0
	}
	n := 1
	for n < len(s) && n < 3 && (s[n] == '-' || s[n] == '\'') {
		n++
	}
	if n == len(s) || strings.IndexByte(")(]DPpOo/|*3", s[n]) < 0 {
		return 0
	}
	if n++; n < len(s) && (isASCIILetter(s[n]) || isASCIIDigit(s[n]) || s[n] >= utf8.RuneSelf) && isASCIILetter(s[n-1]) {
		return 0 // :Price
	}
	for n < len(s) && (s[n] == ')' || s[n] == '(') {
		n++
	}
	return n
}

// face returns the end of the emoticon at i, or i. An emoticon whose mouth is a
// letter, a digit or a slash must stand alone, to exclude units and paths.
func face(s string, i int) int {
	n := emoticon(s[i:])
	if n == 0 {
		return i
	}
	if mouth := s[i+n-1]; mouth == '(' || mouth == ')' || mouth == ']' {
		return i + n
	}
	if i > 0 && !isBoundary(s[i-1]) || i+n < len(s) && !isBoundary(s[i+n]) {
		return i
	}
	return i + n
}

// isBoundary reports whether an emoticon may be next to c.
func isBoundary(c byte) bool {
	return c >= utf8.RuneSelf || asciiClass[c] == classSpace || strings.IndexByte(".,!?;()\"'", c) >= 0
}

// pictureEnd returns the end of the emoji at i, including a variation selector,
// skin tone, further emoji after a joiner, and the second letter of a flag. If
// there is no emoji, it is the end of the character.
func pictureEnd(s string, i int) int {
	r, size := utf8.DecodeRuneInString(s[i:])
	i += size
	if isRegional(r) {
		if next, n := utf8.DecodeRuneInString(s[i:]); isRegional(next) {
			i += n
		}
		return i
	}
	for {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == 0xFE0F || 0x1F3FB <= r && r <= 0x1F3FF:
			i += n
		case r == 0x200D:
			next, m := utf8.DecodeRuneInString(s[i+n:])
			if !isEmoji(next) || next == 0x200D {
				return i
			}
			i += n + m
		default:
			return i
		}
	}
}

// isRegional reports whether r is a regional indicator, a letter of a flag.
func isRegional(r rune) bool { return 0x1F1E6 <= r && r <= 0x1F1FF }

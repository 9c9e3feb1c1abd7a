package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isBreak tells whether r ends a line.
func isBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

func isSpace(r rune) bool { return class(r) == classSpace }
func isLower(r rune) bool { return unicode.IsLower(r) }
func isDots(r rune) bool  { return r == '.' || r == '…' }

// isWideStop tells whether r ends a sentence whatever follows.
func isWideStop(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '｡', '।', '؟', '۔':
		return true
	}
	return false
}

// isStop tells whether r can end a sentence.
func isStop(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '．':
		return true
	}
	return isWideStop(r)
}

// isEmoji tells whether r is a picture, or a joiner or sign of one.
func isEmoji(r rune) bool {
	return r >= 0x2190 && r < 0x2E80 && class(r) == classSymbol || r >= 0x1F000 && class(r) == classSymbol ||
		r == 0xFE0F || r == 0x200D || 0x1F3FB <= r && r <= 0x1F3FF
}

// emoticon is the length of the emoticon that s begins with: :) ;-( =D :'( <3.
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

package surface

import (
	"strings"

	"github.com/seed-56ee9438/cohort/text"
)

// digestLetters is the length of the digest in a placeholder of package text/pii.
const digestLetters = 20

// Placeholder tells whether token t of s is part of what package text/pii writes
// for personal data, [email] or [email:abcdefghijklmnopabcd], and so no word of
// whoever wrote s. A word that he put in brackets himself counts as one too.
func Placeholder(s string, t text.Token) bool {
	before, after := s[:t.Start], s[t.End:]
	if strings.HasSuffix(before, "[") {
		if strings.HasPrefix(after, "]") {
			return true
		}
		rest, ok := strings.CutPrefix(after, ":")
		return ok && digest(rest)
	}
	kind, ok := strings.CutSuffix(before, ":")
	if !ok || !digest(s[t.Start:]) {
		return false
	}
	for i := len(kind) - 1; i >= 0; i-- {
		switch c := kind[i]; {
		case c == '[':
			return i < len(kind)-1
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-':
		default:
			return false
		}
	}
	return false
}

// digest tells whether s begins with a digest and the bracket after it.
func digest(s string) bool {
	if len(s) <= digestLetters || s[digestLetters] != ']' {
		return false
	}
	return strings.Trim(s[:digestLetters], "abcdefghijklmnop") == ""
}

package marks

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
)

// piiKinds are the types of package pii, which this package does not import.
var piiKinds = []string{
	"email", "url", "ip", "mac", "phone", "card", "iban", "ssn", "cn_id", "uscc", "passport", "qq", "wechat", "handle", "address", "person",
}

// digestLetters is the length of the digest that package pii writes for a hash
// or a pseudonym, in letters a to p.
const digestLetters = 20

// placeholderEnd returns the end of the placeholder at i, [email] or
// [email:abcdefghijklmnopabcd]; i if there is none. With a digest any kind is
// accepted.
func placeholderEnd(s string, i int, kinds []string) int {
	end := i + 1
	for end < len(s) && (asciiAlnum(s[end]) || s[end] == '_' || s[end] == '-') {
		end++
	}
	kind := s[i+1 : end]
	if kind == "" || end == len(s) {
		return i
	}
	switch s[end] {
	case ']':
		if slices.Contains(piiKinds, kind) || slices.Contains(kinds, kind) {
			return end + 1
		}
	case ':':
		if stop := end + 1 + digestLetters; stop < len(s) && s[stop] == ']' && strings.Trim(s[end+1:stop], "abcdefghijklmnop") == "" {
			return stop + 1
		}
	}
	return i
}

// linkEnd returns the end of the link at i, which has a scheme or begins with
// www.; i if there is none.
func linkEnd(s string, i int) int {
	if i > 0 && asciiAlnum(s[i-1]) {
		return i
	}
	rest := s[i:]
	from := 0
	for _, p := range [...]string{"http://", "https://", "ftp://", "www."} {
		if len(rest) > len(p) && strings.EqualFold(rest[:len(p)], p) {
			from = len(p)
			break
		}
	}
	if from == 0 {
		return i
	}
	end := from
	for end < len(rest) && rest[end] > ' ' && rest[end] < 0x7F && strings.IndexByte("\"<>`", rest[end]) < 0 {
		end++
	}
	for end > from && strings.IndexByte(".,;:!?)]}'*", rest[end-1]) >= 0 {
		end--
	}
	if end == from {
		return i
	}
	return i + end
}

// maxHanName is the maximum number of Chinese characters of a mentioned name;
// anything longer is a sentence.
const maxHanName = 15

// mentionEnd returns the end of the @name at i; i if there is none, as in an
// e-mail address. A name of ASCII characters ends before other characters.
func mentionEnd(s string, i int) int {
	if i > 0 && (asciiAlnum(s[i-1]) || strings.IndexByte("_%+", s[i-1]) >= 0) {
		return i
	}
	end, others := i+1, 0
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		switch {
		case r == '_' || r < utf8.RuneSelf && asciiAlnum(byte(r)):
		case r >= utf8.RuneSelf && isSaid(r) && (others > 0 || end-i < 4):
			others++
		default:
			r = -1
		}
		if r < 0 {
			break
		}
		end += n
	}
	if utf8.RuneCountInString(s[i+1:end]) < 2 || others > maxHanName {
		return i
	}
	return end
}

// maxTopic is the maximum length of a #topic# in runes.
const maxTopic = 40

// hashtagEnd returns the end of the #word, or of the #words# of Chinese sites,
// at i; i if there is none. #5 is a number.
func hashtagEnd(s string, i int) int {
	if i > 0 && (asciiAlnum(s[i-1]) || s[i-1] == '&' || s[i-1] == '#') {
		return i
	}
	_, sign := utf8.DecodeRuneInString(s[i:])
	if end := topicEnd(s, i+sign); end > 0 {
		return end
	}
	end := i + sign
	letters := false
	for end < len(s) {
		r, n := utf8.DecodeRuneInString(s[end:])
		if r != '_' && !isSaid(r) && !unicode.Is(unicode.M, r) {
			break
		}
		letters = letters || unicode.IsLetter(r)
		end += n
	}
	if word := s[i+sign : end]; end < len(s) && s[end] == '#' && len(word) > 1 && (end+1 == len(s) || !asciiAlnum(s[end+1])) {
		return end + 1 // #618#
	}
	if !letters {
		return i
	}
	return end
}

// topicEnd returns the end of the words and the closing # that begin at i; 0 if
// there are none. The words must be Chinese, on one line, without a stop or
// other signs of continued text.
func topicEnd(s string, i int) int {
	han, runes := false, 0
	for at, r := range s[i:] {
		switch {
		case r == '#' || r == '＃':
			if !han {
				return 0
			}
			return i + at + utf8.RuneLen(r)
		case r == '\n' || r == '\r' || r == '@' || r == '[' || strings.ContainsRune("。！？!?", r):
			return 0
		}
		han = han || text.IsHan(r)
		if runes++; runes > maxTopic {
			return 0
		}
	}
	return 0
}

func asciiAlnum(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' }

package pii

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// at looks at the @ at i: an e-mail address around it or a handle after it.
func (z *scanner) at(i int) int {
	if end := z.email(i); end > i {
		return end
	}
	if end := z.spelledEmail(i, i+1); end > i {
		return end
	}
	if i < z.urlEnd && (z.s[i-1] != '/' || !z.profile(i-1)) {
		return i + 1
	}
	return z.handle(i)
}

// email reports the address around the @ at i (RFC 5321 without quoted local
// parts and address literals), or returns i.
func (z *scanner) email(i int) int {
	s := z.s
	start := z.localStart(i)
	if start == i || s[i-1] == '.' || strings.Contains(s[start:i], "..") {
		return i
	}
	end := domainEnd(s, i+1)
	if end == 0 {
		return i
	}
	if s[start:i] == "git" && end < len(s) && s[end] == ':' {
		return end // git@host:path names a repository
	}
	return z.add(kEmail, start, end, 0.99, "address with a domain")
}

// localStart returns where the local part begins that ends at i, or i if there is
// none.
func (z *scanner) localStart(i int) int {
	start := i
	for i-start < 64 {
		n := z.localBefore(start, i)
		if n == 0 {
			break
		}
		start -= n
	}
	for start < i && z.s[start] < utf8.RuneSelf && !alnum(z.s[start]) && z.s[start] != '_' {
		start++
	}
	return start
}

// localBefore returns the size of the character before start if it may belong
// to the local part of the address whose @ is at i, or 0. Apostrophes may
// between letters (o'brien), and non-ASCII letters (RFC 6531) may if they are
// Latin; Chinese ones belong to the sentence.
func (z *scanner) localBefore(start, i int) int {
	s := z.s
	if start <= z.done {
		return 0
	}
	switch c := s[start-1]; {
	case byteClass[c]&(bAlnum|bLocal) != 0:
		return 1
	case c == '\'':
		if start < i && start-1 > z.done && letter(s[start-2]) && letter(s[start]) {
			return 1
		}
	case c >= utf8.RuneSelf:
		if r, n := utf8.DecodeLastRuneInString(s[z.done:start]); unicode.Is(unicode.Latin, r) {
			return n
		}
	}
	return 0
}

// domainEnd returns the end of the domain name with a dot that begins at i, or
// 0. Labels that cannot end a domain are excluded: bob@example.com.2 ends
// before the last dot.
func domainEnd(s string, i int) int {
	best, label, labels := 0, i, 0
	for j := i; j <= len(s) && j-i <= 253; j++ {
		if j < len(s) && (alnum(s[j]) || s[j] == '-') {
			continue
		}
		if j < len(s) && s[j] >= utf8.RuneSelf {
			if r, n := utf8.DecodeRuneInString(s[j:]); unicode.Is(unicode.Latin, r) {
				j += n - 1
				continue
			}
		}
		if j == label || s[label] == '-' || s[j-1] == '-' {
			break
		}
		if labels++; labels > 1 && topLevel(s[label:j]) {
			best = j
			if lex().fileTypes.Has(strings.ToLower(s[label:j])) {
				best = 0
			}
		}
		if j == len(s) || s[j] != '.' {
			break
		}
		label = j + 1
	}
	return best
}

// topLevel reports whether a label may be a top-level domain: letters, or
// punycode.
func topLevel(label string) bool {
	if len(label) < 2 || len(label) > 24 {
		return false
	}
	if strings.HasPrefix(label, "xn--") {
		return true
	}
	for i := range len(label) {
		if !letter(label[i]) {
			return false
		}
	}
	return true
}

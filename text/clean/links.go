package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/marks"
)

func asciiAlnum(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// links treats URLs that have a scheme or begin with www.
func links(e *editor, t Treatment) {
	s := e.s
	with := ""
	if t == Replace {
		with = "[url]"
	}
	for i := 0; i < len(s); i++ {
		start := -1
		switch s[i] {
		case ':':
			if strings.HasPrefix(s[i:], "://") {
				start = i
				for start > e.from && asciiAlnum(s[start-1]) && i-start < 10 {
					start--
				}
				if start == i {
					start = -1
				}
			}
		case '.':
			if i >= 3 && i-3 >= e.from && strings.EqualFold(s[i-3:i], "www") && (i == 3 || !asciiAlnum(s[i-4])) {
				start = i - 3
			}
		}
		if start < 0 {
			continue
		}
		end := i
		for end < len(s) && s[end] > ' ' && s[end] < 0x7F && strings.IndexByte("\"<>`", s[end]) < 0 {
			end++
		}
		for end > i && strings.IndexByte(".,;:!?)]}'*", s[end-1]) >= 0 {
			end--
		}
		if end <= i+3 {
			continue
		}
		e.put(start, end, with)
		i = end - 1
	}
}

// mentions treats @name, except in the middle of an e-mail address.
func mentions(e *editor, t Treatment) {
	s := e.s
	with := ""
	if t == Replace {
		with = "[handle]"
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '@' || i > 0 && (asciiAlnum(s[i-1]) || strings.IndexByte("._%+-/", s[i-1]) >= 0) {
			continue
		}
		end := wordEnd(s, i+1)
		if end-i < 3 {
			continue
		}
		e.put(i, end, with)
		i = end - 1
	}
}

// wordEnd returns the end of the name of letters, digits and _ that begins at
// i.
func wordEnd(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) {
			break
		}
		i += n
	}
	return i
}

// hashtags treats #word and the #words# of Chinese sites. Trailing hashtags,
// which are marks and not words of the text, keep their sign.
func hashtags(e *editor, t Treatment) {
	s := e.s
	end := len(s)
	if t == Replace {
		end = marks.Tags(s)
	}
	for i := 0; i < end; {
		n := 0
		switch {
		case s[i] == '#':
			n = 1
		case strings.HasPrefix(s[i:], "＃"):
			n = len("＃")
		}
		if n == 0 {
			i++
			continue
		}
		if i > 0 && (asciiAlnum(s[i-1]) || s[i-1] == '&' || s[i-1] == '#') {
			i += n
			continue
		}
		end := wordEnd(s, i+n)
		word := s[i+n : end]
		// #5 and #12345 are numbers
		if !strings.ContainsFunc(word, unicode.IsLetter) {
			i = max(end, i+n)
			continue
		}
		stop := end
		if r, _ := utf8.DecodeRuneInString(word); text.IsHan(r) && stop < len(s) && s[stop] == '#' {
			stop++
		}
		if t == Drop {
			e.put(i, stop, "")
		} else {
			e.put(i, i+n, "")
			splitCamel(e, i+n, end)
			if stop > end {
				e.put(end, stop, " ")
			}
		}
		i = stop
	}
}

// splitCamel inserts spaces into the tag s[start:end]: BestPhoneEver,
// best_phone.
func splitCamel(e *editor, start, end int) {
	s := e.s
	for i := start + 1; i < end; i++ {
		switch {
		case s[i] == '_':
			e.put(i, i+1, " ")
		case 'A' <= s[i] && s[i] <= 'Z' && ('a' <= s[i-1] && s[i-1] <= 'z' || i+1 < end && 'a' <= s[i+1] && s[i+1] <= 'z' && 'A' <= s[i-1] && s[i-1] <= 'Z'):
			e.put(i, i, " ")
		}
	}
}

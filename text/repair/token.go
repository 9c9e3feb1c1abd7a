package repair

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// token is a word that may be repaired: s[start:end] consists of ASCII letters
// and apostrophes.
type token struct {
	start, end int
	form       form
}

// form is how a word is written.
type form uint8

const (
	lower   form = iota
	capital      // only its first letter is upper-case
	upper        // all letters are upper-case
	name         // like capital, within a sentence
	acronym      // like upper, within a text that is not
	mixed        // with capitals within: an identifier, or words run together
	slip         // with a capital beside the first letter, where a slip of the fingers may have put it
)

// words ranges over the words of s that are neither codes, numbers, links nor
// handles by their form and what surrounds them.
func words(s string) iter.Seq[token] {
	return func(yield func(token) bool) {
		shouts, titled := shouted(s), titled(s)
		starts := true // a sentence starts
		for i := 0; i < len(s); {
			r, size := utf8.DecodeRuneInString(s[i:])
			if unicode.IsSpace(r) {
				i += size
				continue
			}
			end := i + strings.IndexFunc(s[i:], unicode.IsSpace)
			if end < i {
				end = len(s)
			}
			if !chunk(s, i, end, starts || titled, shouts, yield) {
				return
			}
			starts = endsSentence(s[i:end])
			i = end
		}
	}
}

const (
	opening = "\"'({“‘*"
	closing = "\"')]}”’.,;:!?…*"
)

// chunk yields the words of s[i:end], which has no space.
func chunk(s string, i, end int, starts, shouts bool, yield func(token) bool) bool {
	if strings.ContainsRune("[<", rune(s[i])) { // a placeholder, markup
		return true
	}
	for i < end && strings.ContainsRune(opening, at(s, i)) {
		i += width(s, i)
	}
	for end > i {
		r, size := utf8.DecodeLastRuneInString(s[i:end])
		if !strings.ContainsRune(closing, r) {
			break
		}
		end -= size
	}
	together := runTogether(s[i:end])
	if end > i && !together && digits(s[i:end]) {
		return !alike(s[i:end]) || yield(token{i, end, lower})
	}
	first := i
	// All or nothing: a chunk with a digit, a dot or a sign within is a code, a
	// link or a number.
	for j := i; j < end && !together; j++ {
		if c := s[j]; !letter(c) && (!strings.ContainsRune("'-,;!?", rune(c)) || j == i) {
			return true
		}
	}
	for i <= end {
		j := i
		for j < end && (letter(s[j]) || s[j] == '\'') {
			j++
		}
		if t := (token{start: i, end: j}); j > i && t.fits(s, starts && i == first, shouts) && !yield(t) {
			return false
		}
		i = j + 1
	}
	return true
}

// What is taken for sentences without spaces: so many bytes, so many letters in a
// row among them.
const (
	leastTogether = 40
	leastLetters  = 20
)

// runTogether reports whether c, which has no space, consists of sentences rather
// than being a code or a link: letters, digits and what punctuates sentences.
func runTogether(c string) bool {
	if len(c) < leastTogether || strings.HasPrefix(c, "www.") || strings.Contains(c, "://") {
		return false
	}
	row, longest := 0, 0
	for i := range len(c) {
		switch {
		case letter(c[i]) || c[i] == '\'':
			row++
			longest = max(longest, row)
		case strings.IndexByte(".,;:!?()\"-0123456789", c[i]) < 0:
			return false
		default:
			row = 0
		}
	}
	return longest >= leastLetters
}

// digits reports whether c has a digit.
func digits(c string) bool { return strings.ContainsAny(c, "0123456789") }

// alike reports whether c may be a word in lower case with digits in place of
// letters that look like them, as from optical character recognition: there are
// at least twice as many letters as digits, and no other digits.
func alike(c string) bool {
	n := 0
	for i := range len(c) {
		switch c[i] {
		case '0', '1', '5':
			n++
		default:
			if c[i] < 'a' || c[i] > 'z' {
				return false
			}
		}
	}
	return len(c) > 2 && n*3 <= len(c)
}

// lettered replaces the digits of a word by the letters that look like them.
var lettered = strings.NewReplacer("0", "o", "1", "l", "5", "s")

func at(s string, i int) rune { r, _ := utf8.DecodeRuneInString(s[i:]); return r }

func width(s string, i int) int { _, n := utf8.DecodeRuneInString(s[i:]); return n }

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// fits sets the form of t and reports whether it may be repaired: not if it may
// be an identifier. starts: it starts a sentence; shouts:
// the text is in upper case.
func (t *token) fits(s string, starts, shouts bool) bool {
	ups, letters := 0, 0
	for i := t.start; i < t.end; i++ {
		if letter(s[i]) {
			letters++
			if s[i] < 'a' {
				ups++
			}
		}
	}
	first := s[t.start] < 'a'
	switch {
	case ups == 0:
		t.form = lower
	case shouts && ups == letters:
		t.form = upper
	case first && ups == 1 && starts:
		t.form = capital
	case first && ups == 1 && letters > 1:
		t.form = name
	case ups == letters && letters > 1:
		t.form = acronym
	case letters >= leastMixed && letters == t.end-t.start && (ups == 1 || ups == 2 && first) && s[t.start+1] < 'a':
		t.form = slip
	case letters >= leastMixed && t.humps(s):
		t.form = mixed
	default:
		return false
	}
	return letters > 0
}

// leastMixed is the number of letters of the shortest words run together that are
// told by the capitals within.
const leastMixed = 5

// humps reports whether a capital follows a small letter in t.
func (t *token) humps(s string) bool {
	for i := t.start + 1; i < t.end; i++ {
		if s[i] < 'a' && letter(s[i]) && s[i-1] >= 'a' {
			return true
		}
	}
	return false
}

// endsSentence reports whether a sentence ends with a chunk.
func endsSentence(c string) bool {
	c = strings.TrimRight(c, "\"')]}”’*")
	return strings.HasSuffix(c, ".") || strings.HasSuffix(c, "!") || strings.HasSuffix(c, "?") || strings.HasSuffix(c, ":") || strings.HasSuffix(c, "…")
}

// shouted reports whether most letters of s are upper-case, and there are more
// than an acronym has.
func shouted(s string) bool {
	ups, lows := 0, 0
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			ups++
		} else if 'a' <= c && c <= 'z' {
			lows++
		}
	}
	return ups > 8 && lows*4 < ups
}

// The least number of words of leastOfTitle letters or more after the first by which
// a text is seen to be a title with its words capitalised.
const (
	leastInTitle = 3
	leastOfTitle = 4
)

// titled reports whether nearly all longer words of s are capitalised, so that
// capitals do not tell names.
func titled(s string) bool {
	ups, lows := 0, 0
	for i, w := range strings.Fields(s) {
		if w = strings.TrimRight(strings.TrimLeft(w, opening), closing); i == 0 || len(w) < leastOfTitle || strings.ContainsFunc(w[1:], func(r rune) bool { return r < 'a' || r > 'z' }) {
			continue
		}
		if 'A' <= w[0] && w[0] <= 'Z' {
			ups++
		} else {
			lows++
		}
	}
	return ups >= leastInTitle && ups >= 4*lows
}

// named reports whether a word of the form may be a name.
func (f form) named() bool { return f >= name }

// as writes w, in lower case, in a form.
func (f form) as(w string) string {
	switch f {
	case capital, name, mixed, slip:
		return strings.ToUpper(w[:1]) + w[1:]
	case upper, acronym:
		return strings.ToUpper(w)
	}
	return w
}

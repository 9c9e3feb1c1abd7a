package pii

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// brackets stand around the words for signs: anna [at] example [dot] com.
var brackets = [][2]string{{"(", ")"}, {"[", "]"}, {"{", "}"}, {"<", ">"}, {"（", "）"}, {"【", "】"}}

var (
	atWords  = []string{"at", "a", "ät", "arroba", "arobase"} // a only in brackets
	dotWords = []string{"dot", "punkt", "point", "punto"}
	// atObjects are words before "at" that are not local parts: email me at …
	atObjects = []string{"me", "us", "you", "him", "her", "them", "it", "look", "available"}
	// commonEnds are ends of domains, beside those of countries, that follow a dot
	// between hyphens: titles in links are written so, too.
	commonEnds = []string{"com", "org", "net", "edu", "gov", "info", "biz", "name", "dev", "app", "online", "shop"}
	// mailWords are the beginnings of words that announce an address.
	mailWords = []string{"mail", "contact", "write", "writing", "reach", "address", "reply", "send", "forward"}
)

// spelledAt returns where the word for @ begins that the run s[start:end] of ASCII
// letters is, or ends; -1 if it is none.
func spelledAt(s string, start, end int) int {
	switch n := end - start; {
	case n == 1 && s[start]|0x20 == 't' && start >= 2 && (s[start-2:start] == "ä" || s[start-2:start] == "Ä"):
		return start - 2
	case s[start]|0x20 != 'a':
	case n == 1 || n == 2 && s[start+1]|0x20 == 't' || (n == 6 || n == 7) && slices.Contains(atWords, strings.ToLower(s[start:end])):
		return start
	}
	return -1
}

// sign is a @ or a dot as written at [start, end), spaces included.
type sign struct {
	start, end int
	bracketed  bool
	spelled    bool // as a word or in brackets
	spaced     bool
	tight      bool // in brackets without a space
}

// around returns the sign whose word or character is s[start:end], or ok false
// if it stands neither in brackets nor between spaces.
func (z *scanner) around(start, end int) (g sign, ok bool) {
	left, right := z.blanks(start, -1), z.blanks(end, 1)
	if left > 0 && !alnum(z.s[left-1]) {
		if g, ok := z.bracketed(left, right); ok {
			g.tight = g.tight && left == start && right == end
			return g, true
		}
	}
	g = sign{start: left, end: right, spelled: letter(z.s[start]) || z.s[start] >= utf8.RuneSelf, spaced: left < start || right > end}
	return g, !g.spelled || left < start && right > end
}

// bracketed returns the sign whose brackets stand around s[left:right].
func (z *scanner) bracketed(left, right int) (g sign, ok bool) {
	for _, b := range brackets {
		if strings.HasSuffix(z.s[:left], b[0]) && strings.HasPrefix(z.s[right:], b[1]) {
			from, to := left-len(b[0]), right+len(b[1])
			g = sign{start: z.blanks(from, -1), end: z.blanks(to, 1), bracketed: true, spelled: true}
			g.tight = g.start == from && g.end == to
			return g, true
		}
	}
	return g, false
}

// blanks returns the position after, or in front of, at most two spaces at i.
func (z *scanner) blanks(i, step int) int {
	for range 2 {
		switch {
		case step > 0 && i < len(z.s) && z.s[i] == ' ':
			i++
		case step < 0 && i > 0 && z.s[i-1] == ' ':
			i--
		}
	}
	return i
}

// spelledEmail reports the address whose @, or the word for it, is s[start:end],
// and whose signs may be spelled, as people write them against collectors of
// addresses; or returns 0. Without brackets the words before it must speak of
// mail, or it must look like nothing else: we shop at example dot com.
func (z *scanner) spelledEmail(start, end int) int {
	s := z.s
	if end-start > 1 && start > 0 && s[start-1] == '-' && end < len(s) && s[end] == '-' {
		return z.hyphenatedEmail(start, end)
	}
	at, ok := z.around(start, end)
	if !ok || end-start == 1 && s[start] != '@' && !at.tight {
		return 0
	}
	domain, stop, dots := z.spelledDomain(at.end)
	if stop == 0 || !at.spelled && !at.spaced && !dots {
		return 0
	}
	first := z.localStart(at.start)
	if first == at.start || !z.freeLeft(first) {
		return 0
	}
	if at.bracketed || !at.spelled && !at.spaced {
		return z.add(kEmail, first, stop, 0.95, "address with its signs spelled")
	}
	local := s[first:at.start]
	shout := start+2 == end && s[start] == 'A' && local != strings.ToUpper(local)
	only := end-start > 2 // nothing else is called ät or arroba
	plain := !strings.ContainsFunc(local, func(r rune) bool { return r < 'A' })
	if slices.Contains(atObjects, strings.ToLower(local)) || len(domain) < 4 ||
		plain && !shout && !only && !z.announced(first) {
		return 0
	}
	return z.add(kEmail, first, stop, 0.8, "address with its signs spelled")
}

// hyphenatedEmail is spelledEmail for an address whose signs are words between
// hyphens, at least one dot included: anna-at-example-dot-com.
func (z *scanner) hyphenatedEmail(start, end int) int {
	s := z.s
	stop := end
	for stop < len(s) && (alnum(s[stop]) || s[stop] == '-') {
		stop++
	}
	domain := strings.ToLower(s[end+1 : stop])
	for _, w := range dotWords {
		domain = strings.ReplaceAll(domain, "-"+w+"-", ".")
	}
	first := z.localStart(start - 1)
	local := s[first : start-1]
	end = strings.LastIndexByte(domain, '.')
	if end < 0 || len(domain)-end != 3 && !slices.Contains(commonEnds, domain[end+1:]) || domainEnd(domain, 0) != len(domain) || local == "" || !z.freeLeft(first) ||
		slices.Contains(atObjects, strings.ToLower(local[strings.LastIndexByte(local, '-')+1:])) {
		return 0
	}
	return z.add(kEmail, first, stop, 0.8, "address with its signs spelled")
}

// spelledDomain reads the domain at i, whose dots may be spelled. It returns it
// in its usual form, its end, or 0, and whether a dot is spelled.
func (z *scanner) spelledDomain(i int) (domain string, end int, spelled bool) {
	s := z.s
	var b strings.Builder
	for j := i; b.Len() < 253; {
		from := j
		for j < len(s) && (alnum(s[j]) || s[j] == '-') {
			j++
		}
		if j == from {
			break
		}
		dot, more := z.dotAfter(j)
		if !more && b.Len() == 0 {
			break
		}
		b.WriteString(s[from:j])
		if domainEnd(b.String(), 0) == b.Len() {
			domain, end = b.String(), j
		}
		if !more {
			break
		}
		spelled = spelled || dot.spelled
		b.WriteByte('.')
		j = dot.end
	}
	return domain, end, spelled
}

// dotAfter returns the dot that follows a label of a domain, which ends at i.
func (z *scanner) dotAfter(i int) (sign, bool) {
	s := z.s
	if i+1 < len(s) && s[i] == '.' && alnum(s[i+1]) {
		return sign{start: i, end: i + 1}, true
	}
	j := z.blanks(i, 1)
	for _, b := range brackets {
		if strings.HasPrefix(s[j:], b[0]) {
			j = z.blanks(j+len(b[0]), 1)
			break
		}
	}
	end := j
	for end < len(s) && letter(s[end]) && end-j < 6 {
		end++
	}
	switch {
	case end > j && slices.Contains(dotWords, strings.ToLower(s[j:end])):
	case end == j && j < len(s) && s[j] == '.':
		end = j + 1
	default:
		return sign{}, false
	}
	g, ok := z.around(j, end)
	g.spelled = true
	return g, ok && (g.bracketed || g.start < j && g.end > end)
}

// announced reports whether the words before i speak of mail.
func (z *scanner) announced(i int) bool {
	before := strings.ToLower(z.s[max(z.done, i-contextBytes):i])
	return slices.ContainsFunc(mailWords, func(w string) bool { return strings.Contains(before, w) })
}

// unspelled returns an address with its signs as characters.
func unspelled(address string) string {
	if !strings.ContainsAny(address, "@ ()[]{}<>（）【】") { // its signs stand between hyphens
		words := strings.Split(address, "-")
		for i, w := range words {
			between := i > 0 && i+1 < len(words)
			switch lower := strings.ToLower(w); {
			case between && lower != "a" && slices.Contains(atWords, lower):
				words[i] = "@"
			case between && slices.Contains(dotWords, lower):
				words[i] = "."
			}
		}
		address = strings.Join(words, "-")
		for _, sign := range []string{"@", "."} {
			address = strings.ReplaceAll(address, "-"+sign+"-", sign)
		}
		return address
	}
	words := strings.FieldsFunc(address, func(r rune) bool { return strings.ContainsRune(" ()[]{}<>（）【】", r) })
	for i, w := range words {
		switch {
		case i > 0 && slices.Contains(atWords, strings.ToLower(w)):
			words[i] = "@"
		case i > 0 && slices.Contains(dotWords, strings.ToLower(w)):
			words[i] = "."
		}
	}
	return strings.Join(words, "")
}

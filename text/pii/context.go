package pii

import (
	"strings"
	"unicode/utf8"
)

// topic is a meaning that the words before a number can give it.
type topic uint8

const (
	inPhone topic = iota
	inCard
	inSSN
	inPassport
	inIdentity
	inVersion
	inOrder // orders, parcels, serial and catalogue numbers, quantities: not personal
	numTopics
)

// topicNames are the names of the topics' lists.
var topicNames = [numTopics]string{"phone", "card", "ssn", "passport", "identity", "version", "order"}

// nearby holds, for each topic, the distance in bytes of its nearest word
// before the number, plus one; 0 if there is none.
type nearby [numTopics]int

// near reports whether the topic is the nearest of all that occur.
func (c *nearby) near(t topic) bool {
	if c[t] == 0 {
		return false
	}
	for u, n := range c {
		if topic(u) != t && n != 0 && n < c[t] {
			return false
		}
	}
	return true
}

// refuted reports whether the nearest words say that the number is not
// personal, rather than t.
func (c *nearby) refuted(t topic) bool {
	return c[inOrder] != 0 && (c[t] == 0 || c[inOrder] < c[t])
}

// contextBytes is how many bytes before a number are searched for words.
const contextBytes = 48

// nearby reads the words before i in the same sentence. It ignores bracketed
// type names, which masking leaves.
func (z *scanner) nearby(i int) nearby {
	if z.contextAt != i+1 {
		z.contextAt, z.words = i+1, z.readContext(i)
	}
	return z.words
}

func (z *scanner) readContext(i int) (near nearby) {
	at := i
	for low := max(i-contextBytes, 0); at > low; {
		n := endMark(z.s[:at])
		if n == 0 {
			break
		}
		at -= n
	}
	if at == i || strings.TrimRight(z.s[at:i], " \t") == "" {
		return z.wordsBefore(i, contextBytes)
	}
	// The number begins a sentence or a line: only the end of the one before it
	// counts (my new number!! 202…, or a form's label above its value), and only
	// as evidence for what the number is, not that it is not personal.
	c := z.wordsBefore(at, aloneBytes)
	for t := range numTopics {
		if t != inOrder && t != inVersion && c.near(t) {
			near[t] = c[t]
		}
	}
	return near
}

// aloneBytes is how many bytes of the sentence before are searched for words.
const aloneBytes = 16

// endMark returns the length of the white space or end of sentence at the end
// of s, or 0.
func endMark(s string) int {
	switch s[len(s)-1] {
	case ' ', '\t', '\r', '\n', '!', '?':
		return 1
	}
	for _, m := range [...]string{"。", "！", "？"} {
		if strings.HasSuffix(s, m) {
			return len(m)
		}
	}
	return 0
}

// wordsBefore reads the words of the sentence that contains i, up to size bytes
// before it.
func (z *scanner) wordsBefore(i, size int) (c nearby) {
	s := z.s
	low := max(i-size, 0)
	for j := i; j > low; {
		b := s[j-1]
		switch {
		case letter(b):
			end := j
			for j > low && letter(s[j-1]) {
				j--
			}
			if j > 0 && (alnum(s[j-1]) || s[j-1] == '[') {
				continue // the tail of a word cut by the window, or of an identifier
			}
			t, ok := lex().latinTopics[lower(s[j:end])]
			if !ok && (z.ownNumber(j, end) || z.initial(j, end)) {
				t, ok = inPhone, true
			}
			if ok && c[t] == 0 {
				c[t] = i - end + 1
			}
		case b >= utf8.RuneSelf:
			r, size := utf8.DecodeLastRuneInString(s[low:j])
			if r == '。' || r == '！' || r == '？' || r == '；' {
				return c
			}
			j -= size
			c.han(s, j, i)
		case b == '\n' || b == '!' || b == '?' || b == ';':
			return c
		case b == '.' && j < i && s[j] == ' ' && j >= 5 && letter(s[j-2]) && letter(s[j-3]) && letter(s[j-4]) && letter(s[j-5]):
			return c // the end of a sentence, not of "no." or "tel."
		default:
			j--
		}
	}
	return c
}

// initial reports whether s[j:end] is a letter that signatures put before a
// telephone number: T: 020 7946 0123, M: 07911 123456.
func (z *scanner) initial(j, end int) bool {
	return end-j == 1 && end < len(z.s) && z.s[end] == ':' && oneOf("tTmMpPfFdDoOwWhH", z.s[j])
}

// ownNumber reports whether the word s[j:end] is "number" after a possessive:
// my number, her new number. Numbers of orders or cards have other words before
// it.
func (z *scanner) ownNumber(j, end int) bool {
	s := z.s
	if !lex().numbers.Has(lower(s[j:end])) {
		return false
	}
	if j < 2 || s[j-1] != ' ' {
		return false
	}
	start := j - 1
	for start > 0 && j-start < 12 && letter(s[start-1]) {
		start--
	}
	return lex().owners.Has(lower(s[start:j-1])) && (start == 0 || !alnum(s[start-1]))
}

// han records the topic of a Chinese word that begins at j.
func (c *nearby) han(s string, j, i int) {
	if j+6 > i {
		return
	}
	t, ok := lex().hanTopics[s[j:j+6]]
	if ok && c[t] == 0 {
		c[t] = i - j - 6 + 1
	}
}

// lower is strings.ToLower for a short ASCII word. It does not allocate if the
// word is already in lower case.
func lower(w string) string {
	for i := range len(w) {
		if w[i] < 'a' {
			return strings.ToLower(w)
		}
	}
	return w
}

// quantity reports whether what follows i shows that a number is an amount.
func (z *scanner) quantity(i int) bool {
	s := z.s
	if strings.HasPrefix(s[i:], " ") {
		i++
	}
	if i >= len(s) {
		return false
	}
	if s[i] == '%' {
		return true
	}
	if s[i] >= utf8.RuneSelf {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return strings.ContainsRune(lex().quantitySigns, r)
	}
	j := i
	for j < len(s) && letter(s[j]) && j-i < 12 {
		j++
	}
	return lex().quantities.Has(lower(s[i:j]))
}

// money reports whether a currency sign stands right before i.
func (z *scanner) money(i int) bool {
	last := i - 1
	if last > 0 && z.s[last] == ' ' {
		last--
	}
	if last < 0 || z.s[last] != '$' && z.s[last] < utf8.RuneSelf {
		return false
	}
	s := strings.TrimSuffix(z.s[max(0, i-4):i], " ")
	for _, sign := range [...]string{"$", "￥", "¥", "€", "£", "₹"} {
		if strings.HasSuffix(s, sign) {
			return true
		}
	}
	return false
}

// labelBefore returns which of labels, in lower case, precedes i, with only
// punctuation and words such as is, no. and 号 in between. strong reports
// whether a colon, an equals sign or a word for "number" is in between.
func (z *scanner) labelBefore(i int, labels []string) (name string, strong bool) {
	s := z.s
	low := max(i-40, 0)
	j := i
	for range 6 {
		n := connector(s[low:j])
		if n == 0 {
			break
		}
		if part := s[j-n : j]; part != " " && part != "(" && part != "（" && part != "，" && part != "," {
			strong = true
		}
		j -= n
	}
	for _, l := range labels {
		n := len(l)
		if j-low < n || !equalFold(s[j-n:j], l) {
			continue
		}
		if letter(l[0]) && j-n > 0 && alnum(s[j-n-1]) {
			continue
		}
		return l, strong
	}
	return "", false
}

// connector returns the length of the connecting piece at the end of s, or 0.
func connector(s string) int {
	if s == "" {
		return 0
	}
	if c := s[len(s)-1]; c < utf8.RuneSelf && !oneOf(" :dDrRoO.mMsS#=(,-\"\t", c) {
		return 0
	}
	for _, c := range lex().connectors {
		if n := len(c); len(s) >= n && equalFold(s[len(s)-n:], c) {
			if letter(c[0]) && len(s) > n && alnum(s[len(s)-n-1]) {
				continue
			}
			return n
		}
	}
	return 0
}

// equalFold compares strings ignoring the case of ASCII letters; b is in lower
// case.
func equalFold(a, b string) bool {
	for i := range len(b) {
		c := a[i]
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != b[i] {
			return false
		}
	}
	return true
}

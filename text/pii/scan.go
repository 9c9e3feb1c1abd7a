package pii

import (
	"slices"
	"strings"
)

// Classes of bytes.
const (
	bDigit  = 1 << iota // 0-9
	bHex                // a-f, A-F
	bLetter             // g-z, G-Z
	bStop               // @, : and [ are examined; everything else outside runs is skipped
	bLocal              // may also occur in the local part of an e-mail address
	bAlnum  = bDigit | bHex | bLetter
)

var byteClass = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		switch {
		case '0' <= b && b <= '9':
			t[c] = bDigit
		case 'a' <= b|0x20 && b|0x20 <= 'f':
			t[c] = bHex
		case 'g' <= b|0x20 && b|0x20 <= 'z':
			t[c] = bLetter
		case b == '@' || b == ':' || b == '[':
			t[c] = bStop
		case strings.IndexByte("._%+-", b) >= 0:
			t[c] = bLocal
		}
	}
	return t
}()

func alnum(c byte) bool   { return byteClass[c]&bAlnum != 0 }
func digit(c byte) bool   { return byteClass[c] == bDigit }
func letter(c byte) bool  { return byteClass[c]&(bHex|bLetter) != 0 }
func hexByte(c byte) bool { return byteClass[c]&(bDigit|bHex) != 0 }

// scanner walks over a text once. It stops at runs of ASCII letters and digits,
// examines those with digits and what @ and : join, and skips the rest.
type scanner struct {
	d      *Detector
	s      string
	spans  []Span
	urlEnd int // numbers before this are in a URL: only those that it names are examined
	after  int // a value may begin here although it is joined to a word: tel13812345678
	before int // a value may end here although it is joined to a word: 13812345678vx
	done   int // bytes before this belong to spans already found
	group  [maxGroups]digits

	contextAt int // position for which words were read, plus one
	words     nearby
}

// scan finds all built-in types except street addresses.
func (z *scanner) scan() {
	s := z.s
	for i := 0; i < len(s); {
		c := byteClass[s[i]]
		if c&bAlnum == 0 {
			if c&bStop == 0 {
				i++
				continue
			}
			switch s[i] {
			case '@':
				i = z.at(i)
			case ':':
				i = z.colons(i)
			default:
				i = z.replaced(i)
			}
			continue
		}
		start, seen := i, uint8(0)
		for i < len(s) {
			c := byteClass[s[i]]
			if c&bAlnum == 0 {
				break
			}
			seen |= c
			i++
		}
		i = z.run(start, i, seen)
	}
}

// run looks at the run s[start:end] of letters and digits, which contains the
// classes seen, and returns where to continue.
func (z *scanner) run(start, end int, seen uint8) int {
	s := z.s
	if end < len(s) && (s[end] == ':' || s[end] == '.') && seen&bDigit == 0 {
		if next := z.url(start, end); next > end {
			return next
		}
	}
	if start < z.urlEnd && !z.namedParam(start) {
		return end
	}
	if seen&(bDigit|bHex) != 0 && seen&bLetter == 0 && end-start <= 4 && end < len(s) {
		if next := z.hexGroups(start, end); next > end {
			return next
		}
	}
	if s[start] == 'L' {
		if stop := z.videoLink(start); stop > 0 {
			return stop
		}
	}
	if at := spelledAt(s, start, end); at >= 0 {
		if stop := z.spelledEmail(at, end); stop > 0 {
			return stop
		}
	}
	if seen&bDigit == 0 {
		if stop := z.ibanApart(start, end); stop > 0 {
			return stop
		}
		return z.wechat(start, end, false)
	}
	if start > 0 && s[start-1] == '%' && end-start > 2 && hexByte(s[start]) && hexByte(s[start+1]) && allDigits(s[start+2:end]) {
		// The last byte of a percent-encoded character is joined to a number.
		z.after = start + 2
		next := z.number(start + 2)
		z.after = 0
		return next
	}
	if seen == bDigit {
		return z.number(start)
	}
	return z.mixed(start, end)
}

// mixed looks at the run s[start:end] of letters and digits.
func (z *scanner) mixed(start, end int) int {
	s := z.s
	n := end - start
	if stop := z.labelled(start, end); stop > 0 {
		return stop
	}
	if !z.freeLeft(start) {
		return end
	}
	if n >= 4 && letter(s[start]) && letter(s[start+1]) && digit(s[start+2]) && digit(s[start+3]) {
		if stop := z.iban(start); stop > 0 {
			return stop
		}
	}
	if n == 18 && z.freeRight(end) {
		if stop := z.chineseCode(start, end); stop > 0 {
			return stop
		}
	}
	if stop := z.passport(start, end); stop > 0 {
		return stop
	}
	if s[start]|0x20 == 'q' {
		if stop := z.joinedQQ(start, end); stop > 0 {
			return stop
		}
	}
	return z.wechat(start, end, true)
}

// replaced skips what masking left at i: [email] or [email:…].
func (z *scanner) replaced(i int) int {
	s := z.s
	j := i + 1
	for j < len(s) && j-i < 32 && (letter(s[j]) && s[j] >= 'a' || s[j] == '_') {
		j++
	}
	if j < len(s) && s[j] == ':' && len(s)-j > tokenLetters {
		j++
		for n := 0; n < tokenLetters; n++ {
			if s[j] < 'a' || s[j] > 'p' {
				return i + 1
			}
			j++
		}
	}
	if j == i+1 || j >= len(s) || s[j] != ']' || slices.Contains(atWords, s[i+1:j]) || slices.Contains(dotWords, s[i+1:j]) {
		return i + 1
	}
	z.done = j + 1
	return j + 1
}

// add reports a span and returns its end.
func (z *scanner) add(k kind, start, end int, score float64, reason string) int {
	if z.d.on[k] {
		z.spans = append(z.spans, Span{Start: start, End: end, Type: kindTypes[k], Score: score, Reason: reason})
	}
	z.done = end
	return end
}

// freeLeft reports whether a value may begin at i: not in the middle of a word,
// number, path or address. Non-ASCII characters are no obstacle, so that a
// number may be embedded in Chinese.
func (z *scanner) freeLeft(i int) bool {
	if i == 0 || i == z.after {
		return true
	}
	c := z.s[i-1]
	if alnum(c) || c == '_' || c == '@' {
		return false
	}
	if i < 2 {
		return true
	}
	switch c {
	case ',':
		return !z.thousands(i - 1)
	case '.':
		return !digit(z.s[i-2])
	case '+':
		return !alnum(z.s[i-2]) || z.labelEnds(i-1)
	case '-':
		return !alnum(z.s[i-2])
	}
	return true
}

// freeRight reports whether a value may end at i.
func (z *scanner) freeRight(i int) bool {
	if i >= len(z.s) || i == z.before {
		return true
	}
	c := z.s[i]
	if alnum(c) || c == '_' && i+1 < len(z.s) && alnum(z.s[i+1]) {
		return false
	}
	if c == ',' {
		return !z.thousands(i)
	}
	if (c == '.' || c == '-' || c == '@') && i+1 < len(z.s) {
		n := z.s[i+1]
		if c == '@' || c == '-' {
			return !alnum(n)
		}
		return !digit(n)
	}
	return true
}

// thousands reports whether the comma at i is within an amount, such as 12,345
// or 250,00, and not between two cells or items: there are up to three digits
// on either side.
func (z *scanner) thousands(i int) bool {
	before, after := 0, 0
	for before < 4 && i-before > 0 && digit(z.s[i-before-1]) {
		before++
	}
	for after < 4 && i+after+1 < len(z.s) && digit(z.s[i+after+1]) {
		after++
	}
	if before == 0 || before > 3 || after == 0 || after > 3 {
		return false
	}
	// If a hyphen, or a space and three digits, follow, it is not an amount.
	rest := z.s[i+1+after:]
	if len(rest) > 1 && rest[0] == '-' && digit(rest[1]) {
		return false
	}
	return len(rest) < 4 || rest[0] != ' ' || !allDigits(rest[1:4])
}

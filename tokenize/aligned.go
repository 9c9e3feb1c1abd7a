package tokenize

import (
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// aligned is a part of a text as it passes through the normalisers and
// pre-tokenisers, with the input bytes that each of its bytes stands for.
// Values are immutable: a slice of one shares its memory.
type aligned struct {
	text     string
	from, to []int // [len(text)], bytes of the input
	start    int   // where the part begins in the input
}

// align returns text[from:to] as aligned text. Bytes that are not UTF-8 become
// U+FFFD, one for each maximal subpart of a character as the Unicode Standard
// recommends, aligned with the bytes that it replaces.
func align(text string, from, to int) aligned {
	s := text[from:to]
	a := aligned{start: from, from: make([]int, 0, len(s)), to: make([]int, 0, len(s))}
	if utf8.ValidString(s) {
		a.text = s
		for i, r := range s {
			size := utf8.RuneLen(r)
			for range size {
				a.from, a.to = append(a.from, from+i), append(a.to, from+i+size)
			}
		}
		return a
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			size = malformed(s[i:])
		}
		b.WriteRune(r)
		for range utf8.RuneLen(r) {
			a.from, a.to = append(a.from, from+i), append(a.to, from+i+size)
		}
		i += size
	}
	a.text = b.String()
	return a
}

// malformed returns the length of the maximal subpart of a character at the
// start of s, which does not begin with a valid character.
func malformed(s string) int {
	// Bounds of the second byte, given the first: table 3-7 of the Unicode
	// Standard.
	low, high, need := byte(0x80), byte(0xBF), 0
	switch c := s[0]; {
	case c >= 0xC2 && c <= 0xDF:
		need = 1
	case c >= 0xE0 && c <= 0xEF:
		need = 2
		switch c {
		case 0xE0:
			low = 0xA0
		case 0xED:
			high = 0x9F
		}
	case c >= 0xF0 && c <= 0xF4:
		need = 3
		switch c {
		case 0xF0:
			low = 0x90
		case 0xF4:
			high = 0x8F
		}
	}
	n := 1
	for n <= need && n < len(s) && s[n] >= low && s[n] <= high {
		low, high = 0x80, 0xBF
		n++
	}
	return n
}

// slice returns the part [i, j), which must lie between characters.
func (a aligned) slice(i, j int) aligned {
	start := a.start
	if i < j {
		start = a.from[i]
	}
	return aligned{text: a.text[i:j], from: a.from[i:j], to: a.to[i:j], start: start}
}

// input returns the bytes of the input that the part [i, j) stands for.
// Whatever a model reports beyond the end of its word stands for no further
// input.
func (a aligned) input(i, j int) (from, to int) {
	n := len(a.text)
	i, j = min(i, n), min(j, n)
	switch {
	case i < j:
		return a.from[i], a.to[j-1]
	case i < n:
		return a.from[i], a.from[i]
	case n > 0:
		return a.to[n-1], a.to[n-1]
	}
	return a.start, a.start
}

// change is a character of a transformed text and how it was derived: 0 for a
// character that replaces one, 1 for an added one, -n for one that replaces 1+n
// characters. Added characters share the alignment of the byte before.
type change struct {
	r rune
	n int
}

// transform replaces the text; skipped is the number of characters at its
// beginning that are deleted.
func (a aligned) transform(changes []change, skipped int) aligned {
	at := 0 // next byte of the old text
	advance := func(chars int) {
		for ; chars > 0 && at < len(a.text); chars-- {
			_, size := utf8.DecodeRuneInString(a.text[at:])
			at += size
		}
	}
	advance(skipped)
	var b strings.Builder
	b.Grow(len(changes))
	out := aligned{start: a.start, from: make([]int, 0, len(changes)), to: make([]int, 0, len(changes))}
	for _, c := range changes {
		i := at
		if c.n > 0 {
			i--
		}
		from, to := a.start, a.start
		if i >= 0 && i < len(a.from) {
			from, to = a.from[i], a.to[i]
		}
		if c.n <= 0 {
			advance(1 - c.n)
		}
		before := b.Len()
		b.WriteRune(c.r)
		for range b.Len() - before {
			out.from, out.to = append(out.from, from), append(out.to, to)
		}
	}
	out.text = b.String()
	return out
}

// filter keeps the characters for which keep is true.
func (a aligned) filter(keep func(rune) bool) aligned {
	if strings.IndexFunc(a.text, func(r rune) bool { return !keep(r) }) < 0 {
		return a
	}
	var b strings.Builder
	out := aligned{start: a.start}
	for i, r := range a.text {
		if !keep(r) {
			continue
		}
		n := utf8.RuneLen(r)
		b.WriteRune(r)
		out.from, out.to = append(out.from, a.from[i:i+n]...), append(out.to, a.to[i:i+n]...)
	}
	out.text = b.String()
	return out
}

// expand replaces each character by the string that f returns for it; "" keeps
// the character.
func (a aligned) expand(f func(rune) string) aligned {
	changed := false
	for _, r := range a.text {
		if f(r) != "" {
			changed = true
			break
		}
	}
	if !changed {
		return a
	}
	changes := make([]change, 0, len(a.text))
	for _, r := range a.text {
		s := f(r)
		if s == "" {
			changes = append(changes, change{r, 0})
			continue
		}
		n := 0
		for _, r := range s {
			changes = append(changes, change{r, n})
			n = 1
		}
	}
	return a.transform(changes, 0)
}

func (a aligned) lower() aligned { return a.expand(ucd.Lower) }

// prepend puts s before the text; the new characters share the alignment of the
// first. An empty text stays empty.
func (a aligned) prepend(s string) aligned {
	if a.text == "" || s == "" {
		return a
	}
	// The first new character replaces the first old one, which then follows as
	// an added character.
	changes := make([]change, 0, len(s)+len(a.text))
	for _, r := range s {
		changes = append(changes, change{r, min(len(changes), 1)})
	}
	n := 1
	for _, r := range a.text {
		changes = append(changes, change{r, n})
		n = 0
	}
	return a.transform(changes, 0)
}

// replace replaces every match by content, which shares the alignment of the
// match's last byte.
func (a aligned) replace(p pattern, content string) aligned {
	matches := p.matches(a.text)
	count := 0
	for _, m := range matches {
		if m.match {
			count++
		}
	}
	if count == 0 || count*len(content) > growth(len(a.text)) {
		return a
	}
	var b strings.Builder
	out := aligned{start: a.start}
	for _, m := range matches {
		if !m.match {
			b.WriteString(a.text[m.from:m.to])
			out.from = append(out.from, a.from[m.from:m.to]...)
			out.to = append(out.to, a.to[m.from:m.to]...)
			continue
		}
		b.WriteString(content)
		from, to := a.start, a.start
		if m.to > 0 {
			from, to = a.from[m.to-1], a.to[m.to-1]
		}
		for range len(content) {
			out.from, out.to = append(out.from, from), append(out.to, to)
		}
	}
	out.text = b.String()
	return out
}

// strip removes white space from the ends.
func (a aligned) strip(left, right bool) aligned {
	i, j := 0, len(a.text)
	space := func(r rune) bool { return ucd.Is(r, ucd.White) }
	if left {
		i = len(a.text) - len(strings.TrimLeftFunc(a.text, space))
	}
	if right {
		j = max(i, len(strings.TrimRightFunc(a.text, space)))
	}
	return aligned{text: a.text[i:j], from: a.from[i:j], to: a.to[i:j], start: a.start}
}

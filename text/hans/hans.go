// Package hans converts traditional Chinese characters to simplified ones, with
// OpenCC's tables (about 35 kB): first phrases, the longest first, then
// characters.
package hans

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate python3 gen/tables.py data

//go:embed data/characters.txt
var characterData string

//go:embed data/phrases.txt
var phraseData string

type tables struct {
	chars   []uint16          // for each character from firstHan on, the simplified one, 0 if it is unchanged
	far     map[rune]rune     // conversions that involve characters outside chars
	longest map[rune]int      // first character of phrases -> length of the longest one in characters
	begins  [beginBits]uint64 // the characters from firstHan on that are in longest
	phrases map[string]string
}

// Nearly all characters that change are in this range. A table is much faster
// than a map, and suffices for most characters.
const (
	firstHan  = 0x3400
	lastHan   = 0x9FFF
	beginBits = (lastHan-firstHan)/64 + 1
	isFar     = 0xFFFF // value in chars: look in far
)

var load = sync.OnceValue(func() *tables {
	t := &tables{chars: make([]uint16, lastHan-firstHan+1), far: map[rune]rune{}, longest: map[rune]int{}, phrases: map[string]string{}}
	near := func(r rune) bool { return firstHan <= r && r <= lastHan }
	for line := range strings.Lines(characterData) {
		from, n := utf8.DecodeRuneInString(line)
		to, _ := utf8.DecodeRuneInString(line[n:])
		if near(from) && near(to) {
			t.chars[from-firstHan] = uint16(to)
		} else {
			t.far[from] = to
			if near(from) {
				t.chars[from-firstHan] = isFar
			}
		}
	}
	for line := range strings.Lines(phraseData) {
		from, to, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		t.phrases[from] = to
		r, _ := utf8.DecodeRuneInString(from)
		t.longest[r] = max(t.longest[r], utf8.RuneCountInString(from))
		if near(r) {
			t.begins[(r-firstHan)/64] |= 1 << ((r - firstHan) % 64)
		}
	}
	return t
})

// Simplify returns s in simplified characters, one for each traditional one, so
// that characters keep their positions. It returns s itself if nothing changes.
func Simplify(s string) string {
	first := changeable(s)
	if first == len(s) {
		return s
	}
	t := load()
	var out []byte // nil: nothing has changed yet
	done := 0      // s[:done] is in out
	for i := first; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		from, to, one := t.simple(s[i:], r, size)
		if one == r && (to == "" || to == s[i:i+from]) {
			i += from
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(s)+len(s)/16)
		}
		out = append(out, s[done:i]...)
		if to != "" {
			out = append(out, to...)
		} else {
			out = utf8.AppendRune(out, one)
		}
		i += from
		done = i
	}
	if out == nil {
		return s
	}
	return string(append(out, s[done:]...))
}

// simple returns the number of bytes of s to replace and the replacement. s
// begins with r of size bytes. The replacement is the phrase to or, if that is
// "", the character one, which may be r itself.
func (t *tables) simple(s string, r rune, size int) (from int, to string, one rune) {
	if r < 0x2E80 || size == 1 {
		return size, "", r
	}
	near := firstHan <= r && r <= lastHan
	if !near || t.begins[(r-firstHan)/64]>>((r-firstHan)%64)&1 != 0 {
		if from, to := t.phrase(s, r); from > 0 {
			return from, to, r
		}
	}
	if near {
		switch c := t.chars[r-firstHan]; c {
		case 0:
			return size, "", r
		case isFar:
		default:
			return size, "", rune(c)
		}
	}
	if c, ok := t.far[r]; ok {
		return size, "", c
	}
	return size, "", r
}

// changeable returns the offset of the first character that may change, or
// len(s).
func changeable(s string) int {
	for i := range len(s) {
		if s[i] >= 0xE2 {
			return i
		}
	}
	return len(s)
}

// phrase returns the length and the simplified form of the longest phrase at
// the start of s, whose first character is r.
func (t *tables) phrase(s string, r rune) (int, string) {
	longest := t.longest[r]
	if longest == 0 {
		return 0, ""
	}
	var ends [16]int
	n, i := 0, 0
	for n < min(longest, len(ends)) && i < len(s) {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
		ends[n] = i
		n++
	}
	for n--; n >= 0; n-- {
		if to, ok := t.phrases[s[:ends[n]]]; ok {
			return ends[n], to
		}
	}
	return 0, ""
}

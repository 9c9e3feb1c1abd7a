// Package hans turns traditional Chinese characters into simplified ones, with
// OpenCC's tables (some 35 kB): phrases first, longest first, then characters.
package hans

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/characters.txt
var characterData string

//go:embed data/phrases.txt
var phraseData string

type tables struct {
	chars   map[rune]rune
	phrases map[string]string
	first   map[rune]int // the longest phrase, in characters, that begins so
}

var load = sync.OnceValue(func() *tables {
	t := &tables{chars: map[rune]rune{}, phrases: map[string]string{}, first: map[rune]int{}}
	for line := range strings.Lines(characterData) {
		from, n := utf8.DecodeRuneInString(line)
		to, _ := utf8.DecodeRuneInString(line[n:])
		t.chars[from] = to
	}
	for line := range strings.Lines(phraseData) {
		from, to, _ := strings.Cut(strings.TrimRight(line, "\r\n"), "\t")
		t.phrases[from] = to
		r, _ := utf8.DecodeRuneInString(from)
		t.first[r] = max(t.first[r], utf8.RuneCountInString(from))
	}
	return t
})

// Simplify returns s in simplified characters, one for each traditional one, so
// that characters keep their places. It returns s itself where nothing changes.
func Simplify(s string) string {
	first := changeable(s)
	if first == len(s) {
		return s
	}
	t := load()
	var b strings.Builder
	changed := false
	b.Grow(len(s))
	b.WriteString(s[:first])
	for i := first; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r < 0x2E80 || size == 1 {
			b.WriteString(s[i : i+size])
			i += size
			continue
		}
		if from, to := t.phrase(s[i:], r); from > 0 {
			changed = changed || s[i:i+from] != to
			b.WriteString(to)
			i += from
			continue
		}
		if to, ok := t.chars[r]; ok {
			b.WriteRune(to)
			changed = true
		} else {
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	if !changed {
		return s
	}
	return b.String()
}

// changeable is where the first character that could change is, or len(s).
func changeable(s string) int {
	for i := range len(s) {
		if s[i] >= 0xE2 {
			return i
		}
	}
	return len(s)
}

// phrase returns the length and the simplified form of the longest phrase that
// s, whose first character is r, begins with.
func (t *tables) phrase(s string, r rune) (int, string) {
	longest := t.first[r]
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

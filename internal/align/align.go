// Package align finds where the words of a text are in another that it was made
// from, such as a cleaned text in what was written.
package align

import (
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-56ee9438/cohort/text/emoji"
)

// ErrTooLong: the two texts differ over too many words to compare.
var ErrTooLong = errors.New("align: texts differ over too many words")

// maxCells bounds the table of one comparison, a byte each.
const maxCells = 1 << 25

// Map leads from the bytes of a text to those of its source.
type Map struct {
	units []unit   // of the text, in order
	to    [][2]int // [units] bytes [start, end) of the source; [0, 0] if it has none
}

// unit is a word, an emoji, a mark, or any other single character but white space.
type unit struct {
	start, end int
	key        string // what it is compared by
	mark       bool   // stands for what is not shown
}

// New aligns made with the source that it was made from, by their longest common
// subsequence of words. Words changed between two common ones belong together in
// order if there are as many of them in both, and otherwise all with all. The
// ranges marks of made stand for words of source that are not to be shown:
// changed words beside one are mapped to nothing.
func New(made, source string, marks [][2]int) (*Map, error) {
	a, b := unitsOf(made, marks), unitsOf(source, nil)
	m := &Map{units: a, to: make([][2]int, len(a))}
	head := 0
	for head < len(a) && head < len(b) && a[head].same(&b[head]) {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail].same(&b[len(b)-1-tail]) {
		tail++
	}
	x, y := a[head:len(a)-tail], b[head:len(b)-tail]
	pairs, err := common(x, y)
	if err != nil {
		return nil, err
	}
	for i := range head {
		m.to[i] = b[i].span()
	}
	for i := range tail {
		m.to[len(a)-1-i] = b[len(b)-1-i].span()
	}
	i, j := 0, 0
	for _, p := range append(pairs, [2]int{len(x), len(y)}) {
		changed(x[i:p[0]], y[j:p[1]], m.to[head+i:head+p[0]])
		if p[0] < len(x) {
			m.to[head+p[0]] = y[p[1]].span()
		}
		i, j = p[0]+1, p[1]+1
	}
	return m, nil
}

// Span returns the bytes of the source that [start, end) of the text was made
// from, [0, 0] if there are none.
func (m *Map) Span(start, end int) (from, to int) {
	for i, u := range m.units {
		s := m.to[i]
		if u.end <= start || u.start >= end || s[0] == s[1] {
			continue
		}
		if s[1]-s[0] == u.end-u.start { // the same bytes, as a rule
			s = [2]int{s[0] + max(0, start-u.start), s[1] - max(0, u.end-end)}
		}
		if to == 0 {
			from = s[0]
		}
		from, to = min(from, s[0]), max(to, s[1])
	}
	return from, to
}

func (u *unit) span() [2]int { return [2]int{u.start, u.end} }

func (u *unit) same(v *unit) bool { return u.key == v.key && !u.mark && !v.mark }

// changed maps the words x to the words y in their place.
func changed(x, y []unit, to [][2]int) {
	switch {
	case len(y) == 0 || slices.ContainsFunc(x, func(u unit) bool { return u.mark }): // some of y may be what a mark stands for
	case len(x) == len(y):
		for i := range x {
			to[i] = y[i].span()
		}
	default:
		for i := range x {
			to[i] = [2]int{y[0].start, y[len(y)-1].end}
		}
	}
}

// common returns the pairs of indices of a longest common subsequence, in which
// a mark counts as one of the words that it stands for, but is no pair.
func common(x, y []unit) ([][2]int, error) {
	if len(x) == 0 || len(y) == 0 {
		return nil, nil
	}
	if len(x) > maxCells/len(y) {
		return nil, fmt.Errorf("%w: %d and %d", ErrTooLong, len(x), len(y))
	}
	const masked = -1
	ids := map[string]int{}
	of := func(units []unit) []int {
		out := make([]int, len(units))
		for i, u := range units {
			if u.mark {
				out[i] = masked
				continue
			}
			id, ok := ids[u.key]
			if !ok {
				id = len(ids)
				ids[u.key] = id
			}
			out[i] = id
		}
		return out
	}
	a, b := of(x), of(y)
	const (
		both = iota
		skipX
		skipY
	)
	step := make([]byte, len(a)*len(b))
	next, row := make([]int32, len(b)+1), make([]int32, len(b)+1) // lengths from i+1 and from i on
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			s := &step[i*len(b)+j]
			switch {
			case a[i] == b[j], a[i] == masked && next[j+1] >= max(next[j], row[j+1]):
				row[j], *s = next[j+1]+1, both
			case next[j] >= row[j+1]:
				row[j], *s = next[j], skipX
			default:
				row[j], *s = row[j+1], skipY
			}
		}
		next, row = row, next
	}
	var pairs [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch step[i*len(b)+j] {
		case both:
			if a[i] != masked {
				pairs = append(pairs, [2]int{i, j})
			}
			i, j = i+1, j+1
		case skipX:
			i++
		default:
			j++
		}
	}
	return pairs, nil
}

// unitsOf returns the units of s.
func unitsOf(s string, marks [][2]int) []unit {
	var out []unit
	smile, smileEnd, more := emoji.Next(s, 0)
	for at := 0; at < len(s); {
		if len(marks) > 0 && at >= marks[0][0] {
			if end := marks[0][1]; end > at {
				out = append(out, unit{start: at, end: end, mark: true})
				at = end
			}
			marks = marks[1:]
			continue
		}
		for more && smile < at {
			smile, smileEnd, more = emoji.Next(s, max(at, smileEnd))
		}
		r, n := utf8.DecodeRuneInString(s[at:])
		end := at + n
		switch {
		case more && smile == at:
			end = smileEnd
		case unicode.IsSpace(r):
			at = end
			continue
		case isWord(r):
			for end < len(s) && (len(marks) == 0 || end < marks[0][0]) && (!more || end < smile) {
				r, n := utf8.DecodeRuneInString(s[end:])
				if !isWord(r) {
					break
				}
				end += n
			}
		}
		out = append(out, unit{start: at, end: end, key: norm.NFKC.String(s[at:end])})
		at = end
	}
	return out
}

// isWord reports whether r is a character of a word that is longer than it.
func isWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// Blank returns s with spaces in place of the bytes of marks, so that nothing is
// aligned with these.
func Blank(s string, marks [][2]int) string {
	b := []byte(s)
	for _, m := range marks {
		for i := m[0]; i < m[1]; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

package repeats

import (
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// Limits of a stamp: its maximum length in bytes, and the minimum number of
// figures, as in a date. "Rating 5:" is not a stamp, since its figure carries
// meaning.
const (
	longestStamp = 96
	fewestDigits = 4
)

// stampEnd returns the end of the stamp at the start of s, some letters and
// figures and then a colon; 0 if there is none. The colon of a time, between
// figures, does not end it.
func stampEnd(s string) int {
	letters, digits := 0, 0
	last := rune(0)
	for i := 0; i < min(len(s), longestStamp); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == ':' || r == '：':
			next, _ := utf8.DecodeRuneInString(s[i+n:])
			if unicode.IsDigit(last) && unicode.IsDigit(next) {
				break
			}
			if letters < 2 || digits < fewestDigits || next == '/' {
				return 0
			}
			return i + n
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		case r == '\n', r == '。', r == '！', r == '!', r == '?', r == '？', r == utf8.RuneError:
			return 0
		}
		last = r
		i += n
	}
	return 0
}

// stampEnd returns the end of the stamp at the start of s if that is
// boilerplate, otherwise 0.
func (st *Stripper) stampEnd(c *Counter, s string) int {
	end := stampEnd(s)
	if end > 0 {
		h, _ := c.stampHash(s[:end])
		if _, ok := st.boilerplate[h]; ok {
			return end
		}
	}
	return 0
}

// Unstamped returns s without the stamp at its start, if that is boilerplate.
// If s consists of nothing but its stamp, it returns "": unlike a sentence, a
// stamp is never an opinion.
func (st *Stripper) Unstamped(s string) string {
	end := st.stampEnd(new(Counter), s)
	if end == 0 {
		return s
	}
	if rest := trim(s, [][2]int{{end, len(s)}}); len(rest) > 0 {
		return s[rest[0][0]:rest[0][1]]
	}
	return ""
}

// stampHash returns the hash of a stamp's letters, regardless of its figures,
// and the hash of the figures.
func (c *Counter) stampHash(s string) (letters, figures uint64) {
	c.units = appendUnits(c.units[:0], s)
	letters = 0x7374616d70 // differs from the hash of any sentence
	for _, u := range c.units {
		switch {
		case u.r == ' ':
		case unicode.IsDigit(u.r):
			figures = splitmix.Mix(figures ^ uint64(u.r))
		default:
			letters = splitmix.Mix(letters ^ uint64(u.r))
		}
	}
	return letters, figures
}

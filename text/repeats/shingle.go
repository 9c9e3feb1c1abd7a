package repeats

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
	"github.com/seed-56ee9438/cohort/text"
)

// A shingle is a piece of a text of this many letters. A Chinese character
// counts as two, since it carries about as much.
const (
	shingleUnits = 5
	hanUnits     = 2
)

// unit is a letter or digit in lower case, or a space between words.
type unit struct {
	r rune
	n int32 // number of letters it counts as
}

// shingles holds the buffers for cutting texts into shingles, one after
// another.
type shingles struct {
	units  []unit
	hashes []uint64
	spare  []uint64 // of the same length, for sorting hashes
}

// of returns the distinct hashes of the shingles of s, ascending; they are
// valid until the next call. Case, punctuation and the kind of white space make
// no difference. A text with fewer letters than a shingle is one shingle, a
// text without letters has none.
func (sh *shingles) of(s string) []uint64 {
	sh.units = appendUnits(sh.units[:0], s)
	sh.hashes = sh.hashes[:0]
	for i := range sh.units {
		if i > 0 && sh.units[i].r == ' ' {
			continue
		}
		var h uint64
		n := int32(0)
		for _, u := range sh.units[i:] {
			h = splitmix.Mix(h ^ uint64(u.r))
			if n += u.n; n >= shingleUnits {
				break
			}
		}
		if n < shingleUnits && i > 0 {
			break // the previous shingle contains the end of the text
		}
		sh.hashes = append(sh.hashes, h)
	}
	sh.sort()
	sh.hashes = slices.Compact(sh.hashes)
	return sh.hashes
}

// sort sorts the hashes in linear time by their eight-bit digits, the last
// first (Knuth, The Art of Computer Programming, volume 3, 5.2.5), unless they
// are only a few.
func (sh *shingles) sort() {
	if len(sh.hashes) < fewHashes {
		slices.Sort(sh.hashes)
		return
	}
	var counts [8][256]int32
	for _, h := range sh.hashes {
		for d := range counts {
			counts[d][uint8(h>>(8*d))]++
		}
	}
	sh.spare = slices.Grow(sh.spare[:0], len(sh.hashes))[:len(sh.hashes)]
	from, to := sh.hashes, sh.spare
	for d := range counts {
		at := int32(0)
		for i, n := range counts[d] {
			counts[d][i] = at
			at += n
		}
		for _, h := range from {
			i := &counts[d][uint8(h>>(8*d))]
			to[*i] = h
			*i++
		}
		from, to = to, from
	}
}

// fewHashes is the number of hashes from which they are sorted by digits.
const fewHashes = 512

func appendUnits(dst []unit, s string) []unit {
	space := false
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		u := unit{r: unicode.ToLower(r), n: 1}
		switch {
		case text.IsHan(r):
			u.n = hanUnits
		case unicode.IsLetter(r), unicode.IsDigit(r):
		case unicode.Is(unicode.M, r) || r == '\'' || r == '’':
			continue
		default:
			space = len(dst) > 0
			continue
		}
		// a space between Chinese characters is insignificant
		if space && (u.n != hanUnits || dst[len(dst)-1].n != hanUnits) {
			dst = append(dst, unit{r: ' ', n: 1})
		}
		space = false
		dst = append(dst, u)
	}
	return dst
}

// Letters returns the number of letters and digits of a text, a Chinese
// character counting as two.
func Letters(s string) int {
	var buf [64]unit
	n := 0
	for _, u := range appendUnits(buf[:0], s) {
		if u.r != ' ' {
			n += int(u.n)
		}
	}
	return n
}

// jaccard returns the Jaccard coefficient of two ascending sets.
func jaccard(a, b []uint64) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			both++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if n := len(a) + len(b) - both; n > 0 {
		return float64(both) / float64(n)
	}
	return 0
}

// Likeness returns the similarity of two texts, from 0 to 1: the Jaccard
// coefficient of their sets of shingles. A shingle is a piece of five letters,
// a Chinese character counting as two; case and punctuation make no difference.
// It is 0 if either text has no letters.
func Likeness(a, b string) float64 {
	var x, y shingles
	return jaccard(x.of(a), y.of(b))
}

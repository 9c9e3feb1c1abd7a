package tokenize

import (
	"slices"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// normalForm is one of the four Unicode normalisation forms (Unicode Standard
// Annex 15), in the reference's version of Unicode.
type normalForm struct{ compatible, composed bool }

// marked is a character of a decomposition in progress.
type marked struct {
	change
	class uint8
}

func (f normalForm) normalize(a aligned) aligned {
	affected := ucd.HasNFD | ucd.HasCCC
	if f.compatible {
		affected |= ucd.HasNFKD
	}
	plain := true
	for _, r := range a.text {
		// Composition can also join characters that are already decomposed:
		// their second parts have a class, or are jamo.
		if r >= 0x80 && (ucd.Is(r, affected) || f.composed) {
			plain = false
			break
		}
	}
	if plain {
		return a
	}
	list := f.decompose(a.text)
	if f.composed {
		list = compose(list)
	}
	changes := make([]change, len(list))
	for i, m := range list {
		changes[i] = m.change
	}
	return a.transform(changes, 0)
}

// decompose returns the canonical or compatibility decomposition, with marks in
// order.
func (f normalForm) decompose(s string) []marked {
	out := make([]marked, 0, len(s))
	pending := 0 // where the marks begin that may still be reordered
	push := func(r rune, n int) {
		var class uint8
		if r >= 0x80 {
			class = ucd.CombiningClass(r)
		}
		if class == 0 {
			sortMarks(out[pending:])
			pending = len(out) + 1
		}
		out = append(out, marked{change{r, n}, class})
	}
	for _, r := range s {
		if r < 0x80 {
			push(r, 0)
			continue
		}
		if l, v, t := ucd.Hangul(r); l != 0 {
			push(l, 0)
			push(v, 1)
			if t != 0 {
				push(t, 1)
			}
			continue
		}
		d := ucd.NFD(r)
		if f.compatible {
			d = ucd.NFKD(r)
		}
		if d == "" {
			push(r, 0)
			continue
		}
		n := 0
		for _, r := range d {
			push(r, n)
			n = 1
		}
	}
	sortMarks(out[pending:])
	return out
}

func sortMarks(marks []marked) {
	slices.SortStableFunc(marks, func(a, b marked) int { return int(a.class) - int(b.class) })
}

// compose joins starters with the characters that follow, where nothing blocks
// it.
func compose(list []marked) []marked {
	out := list[:0:0]
	starter := -1 // index in out of the last starter
	blocked := -1 // class of the last mark after it that was not joined
	for _, m := range list {
		if starter >= 0 && blocked < int(m.class) {
			if r, ok := ucd.Compose(out[starter].r, m.r); ok {
				// One character less: an added character now takes no place.
				out[starter].r = r
				out[starter].n += m.n - 1
				continue
			}
		}
		if m.class == 0 {
			starter, blocked = len(out), -1
		} else if starter >= 0 {
			blocked = int(m.class)
		}
		out = append(out, m)
	}
	return out
}

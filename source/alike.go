package source

import (
	"hash/maphash"
	"strings"
	"unicode"
	"unicode/utf8"
)

// alikeUsers finds users whose names look the same, by hashes of their names.
type alikeUsers struct {
	seed  maphash.Seed
	first map[uint64]uint64   // name as it looks -> the first that looks so
	later map[uint64]struct{} // the others
}

func newAlikeUsers() *alikeUsers {
	return &alikeUsers{maphash.MakeSeed(), map[uint64]uint64{}, map[uint64]struct{}{}}
}

// add reports whether a name is new and differs from an earlier one only in what
// does not show.
func (a *alikeUsers) add(name string) bool {
	own := maphash.String(a.seed, name)
	looks := own
	if seen := shownOf(name); len(seen) < len(name) {
		looks = maphash.String(a.seed, seen)
	}
	first, ok := a.first[looks]
	if !ok {
		a.first[looks] = own
		return false
	}
	if _, known := a.later[own]; first == own || known {
		return false
	}
	a.later[own] = struct{}{}
	return true
}

// shownOf returns what is seen of a name: without characters that do not show, and
// without spaces around it.
func shownOf(name string) string {
	plain := true
	for i := 0; i < len(name) && plain; i++ {
		plain = ' ' <= name[i] && name[i] < 0x7f
	}
	if !plain {
		name = strings.Map(func(r rune) rune {
			if unseen(r) {
				return -1
			}
			return r
		}, name)
	}
	return strings.TrimSpace(name)
}

// unseen reports whether a character does not show by itself: controls, zero-width
// and direction marks, soft hyphens, joiners and variation selectors.
func unseen(r rune) bool {
	switch {
	case r == utf8.RuneError, unicode.IsSpace(r), unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

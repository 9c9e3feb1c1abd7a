package pii

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// appendForeign appends spans that came from outside the package, leaving out
// those that do not lie on the text's characters.
func appendForeign(dst, spans []Span, text string, fallback Type) []Span {
	for _, s := range spans {
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End ||
			!utf8.RuneStart(text[s.Start]) || s.End < len(text) && !utf8.RuneStart(text[s.End]) {
			continue
		}
		if s.Type == "" {
			s.Type = fallback
		}
		dst = append(dst, s)
	}
	return dst
}

// resolve orders spans[from:], leaves out the weak and the allowed ones and
// settles overlaps.
func (d *Detector) resolve(spans []Span, from int, text string, sorted bool) []Span {
	found := spans[from:]
	n := 0
	for _, s := range found {
		if s.Score < d.minScore || d.allowed(text[s.Start:s.End]) {
			continue
		}
		if n > 0 && s.Start < found[n-1].End {
			sorted = false
		}
		found[n] = s
		n++
	}
	found = found[:n]
	if !sorted {
		// best first, then keep each that is free of those kept before
		slices.SortStableFunc(found, func(a, b Span) int {
			return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.End-b.Start, a.End-a.Start),
				cmp.Compare(a.Start, b.Start), strings.Compare(string(a.Type), string(b.Type)))
		})
		found = disjoint(found)
	}
	return spans[:from+len(found)]
}

// disjoint keeps, of spans in order of worth, each that overlaps none kept
// before it, and orders them by position.
func disjoint(spans []Span) []Span {
	kept := make([]Span, 0, len(spans)) // by position
	for _, s := range spans {
		i, _ := slices.BinarySearchFunc(kept, s, func(k, s Span) int { return cmp.Compare(k.Start, s.Start) })
		if i > 0 && kept[i-1].End > s.Start || i < len(kept) && kept[i].Start < s.End {
			continue
		}
		kept = slices.Insert(kept, i, s)
	}
	return spans[:copy(spans, kept)]
}

func (d *Detector) allowed(value string) bool {
	if d.allow == nil {
		return false
	}
	_, ok := d.allow[plain(value)]
	return ok
}

// plain is value folded and in lower case.
func plain(value string) string {
	if needsFold(value) {
		value = fold(value).text
	}
	return strings.ToLower(value)
}

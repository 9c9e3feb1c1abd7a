package pii

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// appendForeign appends spans from outside the package, leaving out those that
// do not fall on the text's characters.
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

// resolve sorts what was found, in place, leaves out weak and allowed spans,
// and resolves overlaps.
func (d *Detector) resolve(found []Span, text string, sorted bool) []Span {
	n := 0
	for _, s := range found {
		if s.Score < d.minScore || d.allowed(s.Type, text[s.Start:s.End]) {
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
		return settle(found, text)
	}
	return found
}

// settle sorts spans by offset and resolves overlaps: in each stretch of
// overlapping spans it keeps the best, then the next best that does not overlap
// it, and so on. Of a personal name it keeps the parts beside better spans,
// since half a name is a name.
func settle(spans []Span, text string) []Span {
	byPlace := func(a, b Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) }
	slices.SortStableFunc(spans, byPlace)
	var out []Span
	for i := 0; i < len(spans); {
		end, j := spans[i].End, i+1
		for j < len(spans) && spans[j].Start < end {
			end = max(end, spans[j].End)
			j++
		}
		if j == i+1 {
			out = append(out, spans[i])
		} else {
			out = append(out, disjoint(spans[i:j], text)...)
		}
		i = j
	}
	// Names cut into pieces may give more spans than there were.
	return append(spans[:0], out...)
}

// disjoint returns the best of overlapping spans, by position.
func disjoint(spans []Span, text string) []Span {
	slices.SortStableFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.End-b.Start, a.End-a.Start),
			cmp.Compare(a.Start, b.Start), strings.Compare(string(a.Type), string(b.Type)))
	})
	kept := make([]Span, 0, len(spans)) // by position
	put := func(s Span) {
		i, _ := slices.BinarySearchFunc(kept, s, func(k, s Span) int { return cmp.Compare(k.Start, s.Start) })
		kept = slices.Insert(kept, i, s)
	}
	for _, s := range spans {
		// The first kept span that ends after s begins.
		i, _ := slices.BinarySearchFunc(kept, s.Start+1, func(k Span, at int) int { return cmp.Compare(k.End, at) })
		if i == len(kept) || kept[i].Start >= s.End {
			put(s)
			continue
		}
		if s.Type != Person {
			continue
		}
		var pieces []Span
		at := s.Start
		for ; i < len(kept) && kept[i].Start < s.End; i++ {
			pieces = append(pieces, trimmed(s, at, kept[i].Start, text))
			at = kept[i].End
		}
		for _, p := range append(pieces, trimmed(s, at, s.End, text)) {
			if p.Start < p.End {
				put(p)
			}
		}
	}
	return kept
}

// trimmed returns s from start to end without white space and punctuation at
// either side; it is empty if nothing is left.
func trimmed(s Span, start, end int, text string) Span {
	s.Start, s.End = start, max(start, end)
	beside := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	v := strings.TrimLeftFunc(text[s.Start:s.End], beside)
	s.Start = s.End - len(v)
	s.End = s.Start + len(strings.TrimRightFunc(v, beside))
	return s
}

func (d *Detector) allowed(t Type, value string) bool {
	if d.allow == nil {
		return false
	}
	v := plain(value)
	if _, ok := d.allow[v]; ok {
		return true
	}
	if !slices.Contains(numbered(v), t) {
		return false
	}
	_, ok := d.allow[allowKey(t, d.canonical(t, value))]
	return ok
}

// numbered returns the types of which a folded value may be a number, with or
// without separators.
func numbered(value string) []Type {
	letters, digits := 0, 0
	for i := range len(value) {
		switch c := value[i]; {
		case digit(c):
			digits++
		case letter(c):
			letters++
		case !oneOf(" -().+/", c):
			return nil
		}
	}
	switch {
	case letters == 0 && digits >= 5:
		return []Type{Phone, Card, SSN, QQ}
	case letters > 0 && digits >= 6:
		return []Type{IBAN, CNID, USCC, Passport}
	}
	return nil
}

// allowKey is the key of an allowed number of a type; no value contains a zero
// byte.
func allowKey(t Type, canonical string) string { return string(t) + "\x00" + canonical }

// plain returns value folded and in lower case.
func plain(value string) string {
	if needsFold(value) {
		value = fold(value).text
	}
	return strings.ToLower(value)
}

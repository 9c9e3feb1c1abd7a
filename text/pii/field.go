package pii

import (
	"slices"
	"strings"
)

// maxField is the longest value, in bytes, whose field's name is looked at.
const maxField = 64

// FindField is Find for the value of a named field, such as a cell of a table:
// where a short value shows no personal data by itself, the name counts as words
// before it, so that 8262048 in a column "qq" is a QQ number. Own recognisers and
// the names' model are asked about the value alone. Spans are places in value.
func (d *Detector) FindField(name, value string) []Span {
	spans := d.Find(value)
	if len(spans) > 0 || name == "" || value == "" || len(value) > maxField {
		return spans
	}
	before := fieldWords(name) + ": "
	spans = d.resolve(d.builtIn(nil, before+value), 0, before+value, true)
	spans = slices.DeleteFunc(spans, func(s Span) bool { return s.Start < len(before) })
	for i := range spans {
		spans[i].Start -= len(before)
		spans[i].End -= len(before)
	}
	return spans
}

// fieldWords writes a field's name in words: phone_number and phoneNumber as
// phone number. Only its last 32 bytes count.
func fieldWords(name string) string {
	if len(name) > 32 {
		name = strings.ToValidUTF8(name[len(name)-32:], "")
	}
	b := make([]byte, 0, len(name)+4)
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '_' || c == '-' || c == '.':
			c = ' '
		case 'A' <= c && c <= 'Z' && i > 0 && 'a' <= name[i-1] && name[i-1] <= 'z':
			b = append(b, ' ')
		}
		b = append(b, c)
	}
	return string(b)
}

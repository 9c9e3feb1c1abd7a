package pii

import (
	"context"
	"slices"
	"strings"
)

// maxField is the length in bytes of the longest value for which the field's
// name is used.
const maxField = 64

// Field is a value and a name that describes it, such as a cell of a table and
// its column's name.
type Field struct{ Name, Value string }

// FindFields is FindAll for the values of named fields. If a short value shows
// no personal data by itself, the name counts as words before it, so that
// 8262048 in a column "qq" is a QQ number. Custom recognisers and the model of
// personal names get the values alone. Spans are offsets in the values.
func (d *Detector) FindFields(ctx context.Context, fields []Field) ([][]Span, error) {
	values := make([]string, len(fields))
	for i, f := range fields {
		values[i] = f.Value
	}
	found, err := d.FindAll(ctx, values)
	if err != nil {
		return nil, err
	}
	for i, f := range fields {
		if len(found[i]) == 0 && f.Name != "" && f.Value != "" && len(f.Value) <= maxField {
			found[i] = d.explained(f)
		}
	}
	return found, nil
}

// explained returns what the built-in recognisers find in a field's value when
// it is preceded by its name.
func (d *Detector) explained(f Field) []Span {
	before := fieldWords(f.Name) + ": "
	spans := d.resolve(d.builtIn(nil, before+f.Value), before+f.Value, true)
	spans = slices.DeleteFunc(spans, func(s Span) bool { return s.Start < len(before) })
	for i := range spans {
		spans[i].Start -= len(before)
		spans[i].End -= len(before)
	}
	return spans
}

// fieldWords returns a field's name as words: phone_number and phoneNumber
// become phone number. Only its last 32 bytes are used.
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

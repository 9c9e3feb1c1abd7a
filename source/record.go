package source

import "strings"

// Kind is the kind of a value in its source. All values are strings in a Field;
// in formats without kinds (CSV, plain text) all are of kind String.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	Number
	Bool
	Time  // in RFC 3339 format
	Null  // the value is ""
	Group // an object or an array; the value is its JSON
)

func (k Kind) String() string {
	return [...]string{"string", "number", "bool", "time", "null", "group"}[k]
}

// Field is one named value of a record.
type Field struct {
	Name, Value string
	Kind        Kind
}

// Record is one record of a source.
type Record struct {
	Path   string  // file, or name of the source, for messages
	Line   int     // 1-based line on which it starts; the row number in formats without lines
	Row    int     // 1-based number of the record in the source, over all files
	Fields []Field // in the source's order; a text of a plain file has the name ""
	Merged int     // number of the fields that have the value of a cell merged over several rows, from the first of these
}

// Lookup returns the field called name: an exact match, one that differs only
// in case, blanks, hyphens and underscores, or, by a path a.b (a.0 for an
// element of an array), a value within a field.
func (r *Record) Lookup(name string) (Field, bool) { return lookup(r.Fields, name) }

// Field returns the value of the column called name, or "".
func (r *Record) Field(name string) string {
	f, _ := r.Lookup(name)
	return f.Value
}

func lookup(fields []Field, name string) (Field, bool) {
	for _, f := range fields {
		if f.Name == name {
			return f, true
		}
	}
	folded := fold(name)
	for _, f := range fields {
		if fold(f.Name) == folded {
			return f, true
		}
	}
	for head, rest := range paths(name) {
		if f, ok := lookup(fields, head); ok && f.Kind == Group {
			return within(f, rest)
		}
	}
	return Field{}, false
}

// paths yields the ways to split a name at a point, with the longest prefix
// first.
func paths(name string) func(func(head, rest string) bool) {
	return func(yield func(head, rest string) bool) {
		for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
			if !yield(name[:i], name[i+1:]) {
				return
			}
		}
	}
}

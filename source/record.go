package source

import "strings"

// Kind is what a value is in its source. All values are given as strings; of
// files that tell no kinds (CSV, plain text) all are Strings.
type Kind uint8

// The kinds of values.
const (
	String Kind = iota
	Number
	Bool
	Time  // as RFC 3339 has it
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

// Record is one of a source.
type Record struct {
	Path   string  // file, or name of the source, for messages
	Line   int     // 1-based line on which it starts; where there are no lines, the row
	Row    int     // 1-based number of the record in the source, over all of its files
	Fields []Field // in the source's order; a text of a plain file has the name ""
}

// Lookup returns the field called name: one spelled so, or one that differs in
// case, blanks, hyphens and underscores, or by the path a.b (a.0 for an element of
// an array) a value within one.
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

// paths are the ways to cut a name in two at a point, the longest beginning first.
func paths(name string) func(func(head, rest string) bool) {
	return func(yield func(head, rest string) bool) {
		for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
			if !yield(name[:i], name[i+1:]) {
				return
			}
		}
	}
}

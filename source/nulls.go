package source

import "strings"

// nulls are the values that mean "no value".
type nulls struct {
	set map[string]bool
	na  bool // including NA, where a value is needed
}

func newNulls(o *Options, f Format) nulls {
	list := o.Nulls
	n := nulls{set: map[string]bool{"": true}}
	if list == nil {
		if f == Text {
			return n
		}
		list, n.na = DefaultNulls, true
	}
	for _, v := range list {
		n.set[strings.ToLower(strings.TrimSpace(v))] = true
	}
	return n
}

// is reports whether a field has no value.
func (n *nulls) is(f Field) bool {
	if f.Kind == Null {
		return true
	}
	v := strings.TrimSpace(f.Value)
	return len(v) < 32 && n.set[strings.ToLower(v)]
}

// needed is is for a field that holds a user, text, rating, weight or time.
func (n *nulls) needed(f Field) bool {
	return n.is(f) || n.na && strings.TrimSpace(f.Value) == "NA"
}

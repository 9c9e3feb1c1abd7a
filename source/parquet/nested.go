package parquet

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/seed-56ee9438/cohort/source"
)

// errLevels: what a list belongs to would be a guess.
var errLevels = errors.New("damaged: elements of a list that does not begin")

// listLevel is what the definition levels of a value say of one of the lists
// around it.
type listLevel struct {
	exists int // the level from which there is a list, possibly empty
	filled int // the level from which the list has an element, which may be null
}

// listLevels returns the levels of the lists around a leaf, the outermost first.
func listLevels(n parquet.Node, path []string) (out []listLevel) {
	level := 0
	for _, name := range path {
		i := slices.IndexFunc(n.Fields(), func(f parquet.Field) bool { return f.Name() == name })
		if i < 0 {
			break
		}
		f := n.Fields()[i]
		if f.Repeated() || f.Optional() {
			level++
		}
		if f.Repeated() {
			out = append(out, listLevel{exists: level - 1, filled: level})
		}
		n = f
	}
	return out
}

// fillList sets a field to the lists that the values of a row make.
func (l *leaf) fillList(f *source.Field, values []parquet.Value) error {
	list, err := l.nest(values)
	if err != nil {
		return err
	}
	if list == nil {
		f.Kind = source.Null
		return nil
	}
	b, err := json.Marshal(list)
	if err != nil {
		return err
	}
	f.Value, f.Kind = string(b), source.Group
	return nil
}

// nest puts the values of a row together, by the levels that Melnik et al. give
// them (Dremel, 2010): a value's repetition level is the number of lists that it
// continues, its definition level tells which of the others there are. Lists are
// *[]any; nil is none.
func (l *leaf) nest(values []parquet.Value) (root any, err error) {
	var open []*[]any // lists around the last value, the outermost first
	for i, v := range values {
		depth, defined := v.RepetitionLevel(), v.DefinitionLevel()
		if depth > len(open) || (depth == 0) != (i == 0) {
			return nil, errLevels
		}
		open = open[:depth]
		for { // one list deeper each time
			var x any
			inner := len(open) < len(l.lists) && defined >= l.lists[len(open)].exists
			switch {
			case inner:
				x = &[]any{}
			case len(open) == len(l.lists):
				x = l.element(v)
			}
			if len(open) == 0 {
				root = x
			} else {
				to := open[len(open)-1]
				*to = append(*to, x)
			}
			if !inner {
				break
			}
			open = append(open, x.(*[]any))
			if defined < l.lists[len(open)-1].filled {
				break
			}
		}
	}
	return root, nil
}

// element returns a value as JSON has it.
func (l *leaf) element(v parquet.Value) any {
	if v.IsNull() {
		return nil
	}
	s, kind := l.value(v)
	switch {
	case (kind == source.Number || kind == source.Bool) && json.Valid([]byte(s)):
		return json.RawMessage(s)
	case kind == source.Number: // JSON has no NaN and infinities
		return nil
	}
	return s
}

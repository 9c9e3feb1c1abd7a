package conformance

import (
	"fmt"
	"go/types"
	"reflect"
	"strings"
	"testing"
)

// form is a way in which Go's packages encode values.
type form struct {
	name     string
	own      []string // methods by which a type encodes itself
	tag      string   // of fields, to leave them out
	hides    bool     // leaves out unexported structs that are embedded
	fails    bool     // fails for a struct with a function in it
	zeroLess bool     // leaves out a pointer to zero
}

var forms = []form{
	{name: "JSON", own: []string{"MarshalJSON", "MarshalText"}, tag: "json", fails: true},
	{name: "gob", own: []string{"GobEncode", "MarshalBinary", "MarshalText"}, hides: true, zeroLess: true},
}

// errorType is the interface.
var errorType = types.Universe.Lookup("error").Type().Underlying().(*types.Interface)

// losses collects what a form loses of a type.
type losses struct {
	form
	seen map[types.Type]bool
	out  []string
}

func (l *losses) add(at, format string, args ...any) {
	l.out = append(l.out, fmt.Sprintf("%s: %s", at, fmt.Sprintf(format, args...)))
}

// own reports whether values of the type encode themselves, and adds a loss if
// only pointers to them do, or if they do it as one of their fields.
func (l *losses) encodes(at string, typ types.Type) bool {
	for _, name := range l.own {
		m := method(typ, name, false)
		if m == nil {
			if p := method(typ, name, true); p != nil && !types.IsInterface(typ) {
				l.add(at, "only a pointer has %s", name)
				return true
			}
			continue
		}
		n, ok := typ.(*types.Named)
		if ok && len(m.Index()) > 1 && !refusing(m) {
			l.add(at, "%s is that of a field of %s", name, named(n))
		}
		return true
	}
	return false
}

// refusing reports whether a method is that of unsaved.State.
func refusing(m *types.Selection) bool {
	f, ok := m.Obj().(*types.Func)
	return ok && f.Pkg() != nil && strings.HasSuffix(f.Pkg().Path(), "internal/unsaved")
}

func (l *losses) visit(at string, typ types.Type) {
	typ = types.Unalias(typ)
	if l.seen[typ] {
		return
	}
	l.seen[typ] = true
	if l.encodes(at, typ) {
		return
	}
	switch u := typ.Underlying().(type) {
	case *types.Struct:
		if !l.fails || !hasFunction(u) {
			l.fields(at, u)
		}
	case *types.Pointer:
		if _, ok := u.Elem().Underlying().(*types.Basic); ok && l.zeroLess && !l.encodes(at, u.Elem()) {
			l.add(at, "a pointer to zero becomes nil")
		}
		l.visit(at, u.Elem())
	case *types.Slice:
		l.visit(at, u.Elem())
	case *types.Array:
		l.visit(at, u.Elem())
	case *types.Map:
		l.visit(at, u.Elem())
	case *types.Interface:
		if types.Implements(typ, errorType) && !l.hides {
			l.add(at, "an error is written as {}")
		}
	}
}

func (l *losses) fields(at string, s *types.Struct) {
	keys := map[string]string{}
	for i := range s.NumFields() {
		f := s.Field(i)
		tag := reflect.StructTag(s.Tag(i)).Get(l.tag)
		here := at + "." + f.Name()
		_, isStruct := f.Type().Underlying().(*types.Struct)
		switch {
		case !f.Exported() && types.SizesFor("gc", "amd64").Sizeof(f.Type()) == 0:
		case !f.Exported() && (!f.Embedded() || !isStruct || l.hides):
			l.add(here, "unexported")
		case tag == "-":
			l.add(here, "left out by its tag")
		default:
			if key, _, _ := strings.Cut(tag, ","); key != "" {
				if keys[key] != "" {
					l.add(here, "has the key of %s", keys[key])
				}
				keys[key] = here
			}
			l.visit(here, f.Type())
		}
	}
}

// hasFunction reports whether a struct holds a function, for which encoding/json
// fails, nil or not. encoding/gob says that it leaves functions out: they are code
// that a caller passes along, and no part of what was found.
func hasFunction(s *types.Struct) bool {
	for i := range s.NumFields() {
		if f := s.Field(i); f.Exported() && reflect.StructTag(s.Tag(i)).Get("json") == "" {
			switch u := f.Type().Underlying().(type) {
			case *types.Signature, *types.Chan:
				return true
			case *types.Struct:
				if hasFunction(u) {
					return true
				}
			}
		}
	}
	return false
}

// said are losses that the documentation of a field states.
var said = map[string]string{
	"JSON: reduce.Parts.Tensors: left out by its tag": "the JSON is the head of a caller's own file, which holds the tensors",
}

// TestNothingIsLost: encoding/json and encoding/gob write all of a value of any
// exported type, or refuse to write or to read it: what is in an interface, for one, they cannot
// read back, and say so.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	checked := 0
	exported(t, func(name string, typ *types.Named) {
		if types.IsInterface(typ) || typ.TypeParams().Len() > 0 || types.Implements(typ, errorType) || types.Implements(types.NewPointer(typ), errorType) {
			return // errors are for people
		}
		checked++
		for _, f := range forms {
			l := losses{form: f, seen: map[types.Type]bool{}}
			l.visit(name, typ)
			for _, loss := range l.out {
				if text := f.name + ": " + loss; said[text] == "" {
					t.Errorf("%s: complete it, or embed unsavedState", text)
				}
			}
		}
	})
	if checked < 250 {
		t.Errorf("%d types", checked)
	}
}

// TestBothWays: what encodes itself decodes itself, too, even if only to refuse:
// {} would otherwise be read as a value of a type that refuses to be written.
func TestBothWays(t *testing.T) {
	t.Parallel()
	pairs := map[string]string{"MarshalJSON": "UnmarshalJSON", "GobEncode": "GobDecode", "MarshalBinary": "UnmarshalBinary", "MarshalText": "UnmarshalText"}
	one := map[string]string{
		"sentiment.Classified.MarshalBinary": "it always fails, and so gob does",
	}
	exported(t, func(name string, typ *types.Named) {
		if types.IsInterface(typ) {
			return
		}
		for encode, decode := range pairs {
			if method(typ, encode, true) != nil && method(typ, decode, true) == nil && one[name+"."+encode] == "" {
				t.Errorf("%s has %s and no %s", name, encode, decode)
			}
		}
	})
}

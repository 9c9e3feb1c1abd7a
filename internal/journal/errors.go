package journal

import (
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrFormat: the file is not a journal of this version.
	ErrFormat = errors.New("not a journal of this version")
	// ErrMismatch: the journal was written by another run; see MismatchError.
	ErrMismatch = errors.New("the journal belongs to another run")
)

// A Setting is something on which the blocks of a journal depend.
type Setting struct {
	Name, Value string
}

// Difference is a setting that is not what it was.
type Difference struct {
	Name, Then, Now string
}

// MismatchError says in what a run differs from that of the journal. It wraps
// ErrMismatch.
type MismatchError struct {
	Path        string
	Differences []Difference // in the order of the settings, at least one
}

func (e *MismatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %v", e.Path, ErrMismatch)
	for i, d := range e.Differences {
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%s was %s, is %s", sep, d.Name, shown(d.Then), shown(d.Now))
	}
	return b.String()
}

func (e *MismatchError) Unwrap() error { return ErrMismatch }

func shown(value string) string {
	if value == "" {
		return "not set"
	}
	return value
}

// compare returns how the settings now differ from those then.
func compare(then, now []Setting) []Difference {
	var out []Difference
	old := map[string]string{}
	for _, s := range then {
		old[s.Name] = s.Value
	}
	known := map[string]bool{}
	for _, s := range now {
		known[s.Name] = true
		if old[s.Name] != s.Value {
			out = append(out, Difference{s.Name, old[s.Name], s.Value})
		}
	}
	for _, s := range then {
		if !known[s.Name] && s.Value != "" {
			out = append(out, Difference{s.Name, s.Value, ""})
		}
	}
	return out
}

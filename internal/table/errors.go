package table

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a file of texts. Every error that reading returns
// wraps one of these, an error of the operating system, or a *RowError.
var (
	ErrEmpty    = errors.New("no texts in it")
	ErrBinary   = errors.New("not a text file")
	ErrFormat   = errors.New("unknown kind of file")
	ErrNoColumn = errors.New("no such column")
)

// RowError says which line of which file cannot be read, and why. Its message
// never holds the row's own text, which may be personal.
type RowError struct {
	Path string
	Line int // 1-based line on which the row starts
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("%s: line %d: %v", e.Path, e.Line, e.Err) }

func (e *RowError) Unwrap() error { return e.Err }

func missingColumn(path, what, name string, have []string) error {
	return fmt.Errorf("%s: %w %q for the %s: it has %s", path, ErrNoColumn, name, what, strings.Join(quoted(have), ", "))
}

func quoted(names []string) []string {
	const most = 20
	out := make([]string, 0, min(len(names), most+1))
	for i, n := range names {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return out
}

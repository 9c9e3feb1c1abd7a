package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// What can be wrong with a file of texts. Every error that reading returns
// wraps one of these, an error of the operating system, or a *RowError.
var (
	ErrEmpty    = errors.New("no texts in it")
	ErrBinary   = textfile.ErrBinary
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
	return fmt.Errorf("%s: %w %q for the %s: it has %s", path, ErrNoColumn, name, what, ColumnNames(have))
}

// HasColumn returns an error that names the columns there are where name is
// none of a CSV or TSV; other kinds may have any.
func (s *Source) HasColumn(name string) error {
	if s.cols == nil || slices.Contains(s.cols, name) {
		return nil
	}
	return fmt.Errorf("%s: %w %q: it has %s", s.path, ErrNoColumn, name, ColumnNames(s.cols))
}

// ColumnNames says which columns a file has, in words.
func ColumnNames(head []string) string {
	if !LooksLikeHeader(head) {
		return fmt.Sprintf("%d columns, whose names look like data and are not shown (is the first row a header?)", len(head))
	}
	return strings.Join(quoted(head), ", ")
}

// quoted are names, the first of them; or how many, where one looks like data.
func quoted(names []string) []string {
	const most = 20
	for _, n := range names {
		if !mayBeName(n) {
			return []string{fmt.Sprintf("%d members, whose names look like data", len(names))}
		}
	}
	out := make([]string, 0, min(len(names), most+1))
	for i, n := range names {
		if i == most {
			return append(out, fmt.Sprintf("and %d more", len(names)-most))
		}
		out = append(out, fmt.Sprintf("%q", n))
	}
	return out
}

package source

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// What can be wrong with a source. Every error that reading returns wraps one of
// these or ErrFormat, an error of the operating system or of a driver, or a
// *RowError.
var (
	ErrEmpty    = errors.New("no texts in it")
	ErrBinary   = textfile.ErrBinary
	ErrEncoding = textfile.ErrEncoding
	ErrNoColumn = columns.ErrNoColumn
	ErrTwice    = columns.ErrTwice
	ErrNoDriver = errors.New("no driver for it is imported")
	ErrOption   = errors.New("an option that does not fit")
	ErrRating   = errors.New("not a column of ratings")
)

// RowError says which row of which source cannot be read, and why. Its message
// never holds the row's own text, which may be personal.
type RowError struct {
	Path string
	Line int // 1-based line on which the row starts; where there are no lines, the row
	Err  error
	// Raw is the record as it stands in the file, in UTF-8; nil where that is not
	// known.
	Raw []byte
}

func (e *RowError) Error() string { return fmt.Sprintf("%s: line %d: %v", e.Path, e.Line, e.Err) }

func (e *RowError) Unwrap() error { return e.Err }

// Reject is a record that was skipped.
type Reject struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Error  string `json:"error"`
	Record string `json:"record,omitempty"` // as it stands in the file, in UTF-8
}

// Reject returns what is written of a record that is skipped.
func (e *RowError) Reject() Reject {
	raw := strings.ToValidUTF8(strings.TrimRight(string(e.Raw), "\r\n"), "\ufffd")
	return Reject{File: e.Path, Line: e.Line, Error: e.Err.Error(), Record: raw}
}

package source

import (
	"errors"
	"fmt"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Kinds of errors in a source. Every error of reading wraps one of these or
// ErrFormat, is an error of the operating system or of a driver, or is a
// *RowError.
var (
	// ErrEmpty: it has no records, or all were rejected, or a name stands for no
	// file that is read.
	ErrEmpty = errors.New("no texts in it")
	// ErrBinary: the file is not text.
	ErrBinary = textfile.ErrBinary
	// ErrEncoding: Options.Encoding is no known encoding.
	ErrEncoding = textfile.ErrEncoding
	// ErrNoColumn: no column has a requested name.
	ErrNoColumn = columns.ErrNoColumn
	// ErrTwice: two columns match a requested name.
	ErrTwice = columns.ErrTwice
	// ErrNoDriver: the format is read by a driver that the program does not
	// import.
	ErrNoDriver = errors.New("no driver for it is imported")
	// ErrOption: an option has an invalid value, or no effect on this format.
	ErrOption = errors.New("an option that does not fit")
	// ErrRating: too few values of Options.RatingColumn are ratings.
	ErrRating = errors.New("not a column of ratings")
)

// RowError says which row of which source cannot be read, and why. Its message
// never contains the row's text, which may be personal.
type RowError struct {
	Path string
	Line int // 1-based line on which the row starts; the row number in formats without lines
	Err  error
	// Raw is the record as in the file, converted to UTF-8; nil if unknown.
	Raw []byte
}

func (e *RowError) Error() string { return fmt.Sprintf("%s: line %d: %v", e.Path, e.Line, e.Err) }

func (e *RowError) Unwrap() error { return e.Err }

// Reject is a record that was skipped.
type Reject struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Error  string `json:"error"`
	Record string `json:"record,omitempty"` // as in the file, converted to UTF-8
}

// Reject returns the skipped record to report.
func (e *RowError) Reject() Reject {
	raw := strings.ToValidUTF8(strings.TrimRight(string(e.Raw), "\r\n"), "\ufffd")
	return Reject{File: e.Path, Line: e.Line, Error: e.Err.Error(), Record: raw}
}

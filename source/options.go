package source

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/columns"
)

// Options say how a source is read. The zero value reads the column "text", and
// the column "user" where there is one.
type Options struct {
	Format Format // "": by the name (standard input: txt)

	// Encoding is the name of the encoding; "": told by the bytes.
	Encoding string
	// Delimiter stands between the fields of a CSV or TSV; "": told by the file.
	// "tab", "comma", "semicolon", "pipe" and "space" are names of some.
	Delimiter string
	// NoQuotes takes quotation marks of a CSV or TSV as text.
	NoQuotes bool
	// Escape is the character of a CSV or TSV after which another is text; "": none.
	Escape string
	// LazyQuotes accepts quotation marks within fields of a CSV or TSV: a field that
	// goes on after its closing mark, or is not closed, is taken as it stands.
	LazyQuotes bool
	// Multiline accepts quoted fields over lines that look like rows.
	Multiline bool

	// Query is what is asked of a database, and Table the name of a table of it, or of
	// a sheet of a workbook.
	Query, Table string

	// Columns by name: as in the file, or differing in case; "#3" for the third of a
	// CSV or TSV; a.b for a value within a JSON object.
	TextColumn   string // "": "text"
	UserColumn   string // "": "user" where there is one, else every row is a user of its own, named by its number from 1
	WeightColumn string // "": every text weighs 1
	TimeColumn   string // "": none
	RatingColumn string // "": none
	// Columns must be there, besides.
	Columns []string

	// TimeFormats are layouts of the times, as Go or strftime write them, tried
	// before those of ParseTime; "unix", "unixms" and "excel" are numbers.
	TimeFormats []string
	// Nulls are values that stand for none, besides the empty one; nil: DefaultNulls
	// in files that have columns, none in others. Case does not matter.
	Nulls []string
	// MissingUser says what becomes of rows without a user where there is a column
	// of users.
	MissingUser MissingUser

	// OnError says what becomes of records that cannot be read, and Reject, where
	// set, is told of each that is skipped, once.
	OnError OnError
	Reject  func(Reject) error

	Stdin io.Reader // what "-" reads; nil: os.Stdin
}

// MissingUser says what becomes of rows without a user.
type MissingUser string

// What may become of them.
const (
	SeparateUsers MissingUser = "separate" // each is a user of its own; the default
	OneUser       MissingUser = "one"      // all are of one user
	SkipUsers     MissingUser = "skip"     // they are left out
)

// OnError says what becomes of records that cannot be read.
type OnError string

// What may become of them.
const (
	Stop OnError = "stop" // the first ends the reading; the default
	Skip OnError = "skip" // they are left out and counted
)

// DefaultNulls stand for no value, whatever their case. Of users, texts, ratings,
// weights and times so does NA, which elsewhere may be Namibia.
var DefaultNulls = []string{"", "NULL", "N/A", "NaN", "-", "--", "none", "nil", "#N/A", "<NA>", `\N`}

// delimiterNames are names of delimiters that are hard to type.
var delimiterNames = map[string]string{"tab": "\t", `\t`: "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}

// Check tells of options that cannot be honoured, and resolves names of
// delimiters. Open does it.
func (o *Options) Check() error {
	if d, ok := delimiterNames[strings.ToLower(o.Delimiter)]; ok {
		o.Delimiter = d
	}
	switch {
	case len(o.Delimiter) > 8 || strings.ContainsAny(o.Delimiter, "\"\r\n\x00"):
		return fmt.Errorf("%w: the delimiter is some characters but no quotation mark and no end of line", ErrOption)
	case len(o.Escape) > 1 || o.Escape != "" && o.Escape >= "\x80" || o.Escape != "" && strings.ContainsAny(o.Escape, "\r\n"+o.Delimiter):
		return fmt.Errorf("%w: the escape is one character of ASCII, and not the delimiter", ErrOption)
	case o.NoQuotes && (o.LazyQuotes || o.Multiline):
		return fmt.Errorf("%w: without quotation marks there are none to be lenient about", ErrOption)
	case o.Query != "" && o.Table != "":
		return fmt.Errorf("%w: a query and a table exclude each other", ErrOption)
	case !slices.Contains([]MissingUser{"", SeparateUsers, OneUser, SkipUsers}, o.MissingUser):
		return fmt.Errorf("%w: missing users are %q, want separate, one or skip", ErrOption, o.MissingUser)
	case !slices.Contains([]OnError{"", Stop, Skip}, o.OnError):
		return fmt.Errorf("%w: on errors %q, want stop or skip", ErrOption, o.OnError)
	}
	for _, f := range o.TimeFormats {
		if _, err := layout(f); err != nil {
			return err
		}
	}
	return nil
}

// CheckFor tells of options that mean nothing for a format, so that nobody believes
// they were honoured; path is for the message. Open does it.
func (o *Options) CheckFor(f Format, path string) error {
	wrong := func(what string) error { return fmt.Errorf("%s: %w: a %s source has no %s", path, ErrOption, f, what) }
	table := f == CSV || f == TSV
	driver := driverNamed(f) != nil
	switch {
	case !table && (o.Delimiter != "" || o.NoQuotes || o.Escape != "" || o.LazyQuotes || o.Multiline):
		return wrong("delimiters and quotation marks")
	case driver && o.Encoding != "":
		return wrong("encoding to choose")
	case !driver && (o.Query != "" || o.Table != ""):
		return wrong("queries and tables")
	case f == Text && (o.TextColumn != "" || o.UserColumn != "" || o.WeightColumn != "" || o.TimeColumn != "" || o.RatingColumn != "" || len(o.Columns) > 0):
		return wrong("columns")
	}
	return nil
}

// wanted are the names that a header must have.
func (o *Options) wanted() []string {
	return columns.Wanted(o.TextColumn, append([]string{o.UserColumn, o.WeightColumn, o.TimeColumn, o.RatingColumn}, o.Columns...))
}

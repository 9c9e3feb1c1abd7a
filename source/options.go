package source

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/columns"
)

// Options say how a source is read. The zero value reads the column "text", and
// the column "user" if there is one.
type Options struct {
	Format Format // "": decided by the name (standard input: txt)

	// Encoding is the name of the encoding; "": detected.
	Encoding string
	// Delimiter separates the fields of a CSV or TSV; "": detected. It may be
	// written as "tab", "comma", "semicolon", "pipe" or "space".
	Delimiter string
	// NoQuotes treats quotation marks in a CSV or TSV as text.
	NoQuotes bool
	// Escape is the character of a CSV or TSV that makes the next one literal;
	// "": none.
	Escape string
	// LazyQuotes accepts quotation marks within fields of a CSV or TSV: a field
	// that continues after its closing mark, or is not closed, is taken as it
	// is.
	LazyQuotes bool
	// Multiline accepts quoted fields over several lines that look like rows.
	Multiline bool

	// Query is a database query; Table is the name of a table in a database, or
	// of a sheet in a workbook.
	Query, Table string

	// Columns by name, as in the file or differing only in case; "#3" for the
	// third column of a CSV or TSV; a.b for a value within a JSON object.
	TextColumn   string // "": "text"
	UserColumn   string // "": "user" if there is one, otherwise every row is a separate user, named by its number from 1
	WeightColumn string // "": every text has weight 1
	TimeColumn   string // "": none
	RatingColumn string // "": none
	// Columns lists further columns that must exist.
	Columns []string

	// TimeFormats are layouts of times, in the notation of Go or strftime,
	// tried before those of ParseTime; "unix", "unixms", "excel" and "excel1904"
	// (a workbook's days since 1904) are numbers.
	TimeFormats []string
	// Nulls are values that mean "no value", in addition to the empty one; nil
	// means DefaultNulls in files with columns and none in others. Case is
	// ignored.
	Nulls []string
	// MissingUser says what happens to rows without a user if there is a user
	// column.
	MissingUser MissingUser

	// CompareUsers counts Stats.AlikeUsers, which takes some 40 bytes of memory for
	// each user.
	CompareUsers bool

	// OnError says what happens to records that cannot be read. Reject, if not
	// nil, is called once with each one that is skipped.
	OnError OnError
	Reject  func(Reject) error

	Stdin io.Reader // what "-" reads; nil means os.Stdin
}

// MissingUser says what happens to rows without a user.
type MissingUser string

// The choices for rows without a user.
const (
	SeparateUsers MissingUser = "separate" // each is a separate user; the default
	OneUser       MissingUser = "one"      // all belong to one user
	SkipUsers     MissingUser = "skip"     // they are left out
)

// OnError says what happens to records that cannot be read.
type OnError string

// The choices for records that cannot be read.
const (
	Stop OnError = "stop" // the first one ends the reading; the default
	Skip OnError = "skip" // they are left out and counted
)

// DefaultNulls mean "no value", in any case. For users, texts, ratings, weights
// and times, so does NA, which elsewhere may be Namibia.
var DefaultNulls = []string{"", "NULL", "N/A", "NaN", "-", "--", "none", "nil", "#N/A", "<NA>", `\N`}

// delimiterNames are the names of delimiters that are hard to type.
var delimiterNames = map[string]string{"tab": "\t", `\t`: "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " "}

// Check returns an error if options are invalid, and replaces names of
// delimiters. Open calls it.
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

// CheckFor returns an error if an option has no effect for a format, so that
// none is silently ignored; path is for the message. Open calls it.
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

// wanted returns the names that a header must have.
func (o *Options) wanted() []string {
	return columns.Wanted(o.TextColumn, append([]string{o.UserColumn, o.WeightColumn, o.TimeColumn, o.RatingColumn}, o.Columns...))
}

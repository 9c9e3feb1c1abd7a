package source

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Options say how a file is read. The zero value reads the column "text", and
// the column "user" where there is one.
type Options struct {
	Format Format // "": by the file's name (standard input: txt)

	TextColumn   string // "": "text"
	UserColumn   string // "": "user" where there is one, else every row is a user of its own, named by its number from 1
	WeightColumn string // "": every text weighs 1
	TimeColumn   string // "": none; RFC 3339, dates, and seconds since 1970 are understood

	Stdin io.Reader // what "-" reads; nil: os.Stdin

	// LazyQuotes accepts a quotation mark inside an unquoted CSV field.
	LazyQuotes bool
}

// Field is one named value of a row.
type Field struct{ Name, Value string }

// Row is one text and what stands beside it.
type Row struct {
	Line   int // 1-based line of the file on which the row starts
	Text   string
	User   string
	Weight float64   // 1 where the file gives none
	Time   time.Time // zero where the file gives none
	Fields []Field   // every column in the order of the file; nil for .txt
}

// Field returns the value of the column called name, or "".
func (r *Row) Field(name string) string {
	for _, f := range r.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Source is a file of texts that can be read any number of times.
type Source struct {
	path   string // for messages
	file   string // what is opened; differs from path for standard input
	format Format
	opt    Options
	cols   []string // header of a CSV or TSV
	textC  string
	userC  string
	spool  bool // file is ours to remove
}

// Open looks at the file's kind, header and first row, so that what is wrong
// with the whole file is told before any work begins. "-" reads standard input
// into a temporary file first; Close removes it.
func Open(path string, opt Options) (*Source, error) {
	s := &Source{path: path, file: path, opt: opt, format: opt.Format, textC: opt.TextColumn, userC: opt.UserColumn}
	if path == "-" {
		s.path = "standard input"
		if s.format == "" {
			s.format = Text
		}
		if err := s.spoolStdin(opt.Stdin); err != nil {
			return nil, err
		}
	} else if s.format == "" {
		f, _, err := FormatOf(path)
		if err != nil {
			return nil, err
		}
		s.format = f
	}
	if err := s.probe(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close removes what Open had to keep on disk.
func (s *Source) Close() error {
	if s.spool {
		s.spool = false
		return os.Remove(s.file)
	}
	return nil
}

// Path returns the name of the source for messages.
func (s *Source) Path() string { return s.path }

// Format returns the kind of file that is read.
func (s *Source) Format() Format { return s.format }

// Columns returns the header of a CSV or TSV, nil for other kinds.
func (s *Source) Columns() []string { return s.cols }

// TextColumn and UserColumn return the columns in use; "" where there is none.
func (s *Source) TextColumn() string { return s.textC }

// UserColumn returns the column that names the user, "" where rows are users.
func (s *Source) UserColumn() string { return s.userC }

func (s *Source) spoolStdin(in io.Reader) error {
	if in == nil {
		in = os.Stdin
	}
	f, err := os.CreateTemp("", "cohort-stdin-*")
	if err != nil {
		return err
	}
	s.file, s.spool = f.Name(), true
	_, err = io.Copy(f, in)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		s.Close()
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

func (s *Source) probe() error {
	for _, err := range s.Rows() {
		return err
	}
	return fmt.Errorf("%s: %w", s.path, ErrEmpty)
}

// Rows ranges over the rows; the first error ends it. Each range reads the
// file from its beginning.
func (s *Source) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rd, closer, err := s.open()
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer closer()
		switch s.format {
		case Text:
			err = s.lines(rd, yield)
		case JSONL:
			err = s.objects(rd, yield)
		case CSV:
			err = s.records(rd, ',', yield)
		case TSV:
			err = s.records(rd, '\t', yield)
		default:
			err = fmt.Errorf("%s: %w %q", s.path, ErrFormat, s.format)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Row{}, err)
		}
	}
}

// errStopped ends a reading function whose consumer wants no more rows.
var errStopped = errors.New("stopped")

func (s *Source) open() (*bufio.Reader, func(), error) {
	f, err := os.Open(s.file)
	if err != nil {
		return nil, nil, err
	}
	rd, enc, _, err := textfile.Unpack(f, s.path)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return textfile.Decoded(rd, enc), func() { f.Close() }, nil
}

// finish fills what every kind of row has besides its fields.
func (s *Source) finish(r *Row, n int) error {
	if s.userC == "" {
		r.User = strconv.Itoa(n)
	}
	r.Weight = 1
	if c := s.opt.WeightColumn; c != "" {
		v := strings.TrimSpace(r.Field(c))
		w, err := strconv.ParseFloat(v, 64)
		if err != nil || w < 0 || w-w != 0 {
			return &RowError{s.path, r.Line, fmt.Errorf("column %q: the cell is not a weight: want a finite number >= 0", c)}
		}
		r.Weight = w
	}
	if c := s.opt.TimeColumn; c != "" {
		v := strings.TrimSpace(r.Field(c))
		t, err := ParseTime(v)
		if err != nil {
			return &RowError{s.path, r.Line, fmt.Errorf("column %q: %w", c, err)}
		}
		r.Time = t
	}
	return nil
}

var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04",
	"2006-01-02", "2006/01/02 15:04:05", "2006/01/02", "2006-01", "2006年1月2日", "2 Jan 2006", "Jan 2, 2006", "January 2, 2006", time.RFC1123Z, time.RFC1123,
}

// The message leaves the cell out: what is in a wrong column may be personal.
var errNoTime = errors.New("the cell is not a time: want 2006-01-02, 2006-01-02T15:04:05Z, or seconds since 1970")

// ParseTime reads a date, a date with time (UTC where no zone is given), or
// seconds since 1970. An empty string is the zero time.
func ParseTime(v string) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	for _, l := range timeLayouts {
		if t, err := time.Parse(l, v); err == nil {
			return t.UTC(), nil
		}
	}
	if n, err := strconv.ParseFloat(v, 64); err == nil && n > 1e8 && n < 1e11 {
		sec := int64(n)
		return time.Unix(sec, int64((n-float64(sec))*1e9)).UTC(), nil
	}
	return time.Time{}, errNoTime
}

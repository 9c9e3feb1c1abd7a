package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/sheet"
)

// Type is the type of a sink's column.
type Type string

// The types of columns. A row's value has the Go type given here, or is nil.
const (
	StringType  Type = "string"  // string
	IntType     Type = "int"     // int
	FloatType   Type = "float"   // float64
	Float32Type Type = "float32" // []float32, of Column.Dim
	Float16Type Type = "float16" // []float32, of Column.Dim, written in half precision
	Int8Type    Type = "int8"    // []int8, of Column.Dim
)

// Column is one column of a sink.
type Column struct {
	Name string
	Type Type
	Dim  int // dimension of a vector
}

// SinkOptions say how a sink is written.
type SinkOptions struct {
	Format Format // "": decided by the name
	Table  string // of a database; "": "cohort"
	// Key is the column by which rows replace those of an earlier run in a
	// database table; "": rows are added.
	Key string
	// Varies reports whether rows of one run have a column and rows of another do
	// not, such as one a segment. A database table that lacks such a column is
	// given it, and one that has it while the sink does not gets NULL there where
	// rows are replaced. nil: no column varies, and the table must have all.
	Varies func(column string) bool
}

// Sink takes rows. Commit or Abort must be called at the end.
type Sink interface {
	// Write writes a row with one value per column. The row may be reused
	// afterwards.
	Write(row []any) error
	// Commit makes everything visible, all or nothing.
	Commit() error
	// Abort discards everything; after Commit it does nothing.
	Abort() error
}

// ErrSink is the error for a name that cannot be written to, or for a column
// that the sink does not support.
var ErrSink = errors.New("cannot be written")

// Create opens the sink called name: a file, either .csv or .jsonl or of a
// driver, which is written under a temporary name and renamed; or a driver's
// database, written in one transaction.
func Create(ctx context.Context, name string, columns []Column, o SinkOptions) (Sink, error) {
	for _, c := range columns {
		if isVector(c.Type) != (c.Dim > 0) {
			return nil, fmt.Errorf("column %q: %w: type %s with dimension %d", c.Name, ErrSink, c.Type, c.Dim)
		}
	}
	if store := storeOf(name); store != nil {
		return createIn(ctx, store, name, columns, o)
	}
	if sc := scheme(name); sc != "" {
		d := driverOfScheme(sc)
		if d == nil {
			return nil, fmt.Errorf("%s: %w (a program writes it that imports source/%s)", sc, ErrNoDriver, schemes[sc])
		}
		return created(ctx, d, name, columns, o)
	}
	f := o.Format
	if f == "" {
		var err error
		if f, _, err = FormatOf(name); err != nil {
			return nil, err
		}
	}
	if d := driverNamed(f); d != nil {
		return created(ctx, d, name, columns, o)
	}
	if o.Table != "" || o.Key != "" {
		return nil, fmt.Errorf("%s: %w: a %s file has no tables and keys", name, ErrOption, f)
	}
	switch f {
	case CSV, JSONL:
		file, err := NewFile(name)
		if err != nil {
			return nil, err
		}
		if f == JSONL {
			return &jsonSink{File: file, columns: columns}, nil
		}
		return newCSVSink(file, columns)
	}
	return nil, fmt.Errorf("%s: %w as %s", name, ErrSink, f)
}

func created(ctx context.Context, d *Driver, name string, columns []Column, o SinkOptions) (Sink, error) {
	if d.Create == nil {
		return nil, fmt.Errorf("%s: %w as %s", shownName(name), ErrSink, d.Format)
	}
	s, err := d.Create(ctx, name, columns, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", shownName(name), err)
	}
	return s, nil
}

func isVector(t Type) bool { return t == Float32Type || t == Float16Type || t == Int8Type }

// File is a file that is written under a temporary name and renamed when
// complete. A File is made by NewFile; the zero File panics.
type File struct {
	unsavedState

	*bufio.Writer
	path string
	tmp  *os.File
}

// NewFile begins a file at path.
func NewFile(path string) (*File, error) {
	if path == "" {
		return nil, fmt.Errorf("cannot write a file without a name: %w", fs.ErrInvalid)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return nil, fmt.Errorf("cannot write %s: %w", path, err)
	}
	return &File{Writer: bufio.NewWriterSize(tmp, 1<<16), path: path, tmp: tmp}, nil
}

// Commit renames the file to its final name.
func (f *File) Commit() error {
	if f.tmp == nil {
		return nil
	}
	err := f.Flush()
	if err == nil {
		if err = f.tmp.Chmod(0o644); os.IsPermission(err) {
			err = nil
		}
	}
	if err == nil {
		err = f.tmp.Sync()
	}
	if err != nil {
		_ = f.Abort()
		return fmt.Errorf("cannot write %s: %w", f.path, err)
	}
	tmp := f.tmp
	f.tmp = nil
	if err := tmp.Close(); err != nil {
		os.Remove(tmp.Name())
		return fmt.Errorf("cannot write %s: %w", f.path, err)
	}
	return os.Rename(tmp.Name(), f.path)
}

// Abort removes what was written.
func (f *File) Abort() error {
	if f.tmp == nil {
		return nil
	}
	tmp := f.tmp
	f.tmp = nil
	return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
}

// csvSink writes CSV with escaped cells.
type csvSink struct {
	*File
	rows *sheet.Writer
	row  []string
}

func newCSVSink(f *File, columns []Column) (Sink, error) {
	s := &csvSink{File: f, rows: sheet.NewWriter(f.Writer)}
	for _, c := range columns {
		s.row = append(s.row, c.Name)
	}
	return s, s.rows.Write(s.row)
}

func (s *csvSink) Write(row []any) error {
	s.row = s.row[:0]
	for _, v := range row {
		s.row = append(s.row, cell(v))
	}
	return s.rows.Write(s.row)
}

func (s *csvSink) Commit() error {
	if err := s.rows.Flush(); err != nil {
		_ = s.Abort()
		return err
	}
	return s.File.Commit()
}

// cell returns v as a CSV cell; a vector as its JSON.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	b, _ := json.Marshal(v)
	return string(b)
}

// jsonSink writes one JSON object per line, with members in the order of the
// columns.
type jsonSink struct {
	*File
	columns []Column
}

func (s *jsonSink) Write(row []any) error {
	for i, c := range s.columns {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		_ = s.WriteByte(sep) // Flush returns its error
		if err := s.value(c.Name); err != nil {
			return err
		}
		_ = s.WriteByte(':')
		if err := s.value(row[i]); err != nil {
			return err
		}
	}
	_, err := io.WriteString(s.Writer, "}\n")
	return err
}

// value writes v as JSON, without a line feed.
func (s *jsonSink) value(v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := s.Writer.Write(b.Bytes()[:b.Len()-1])
	return err
}

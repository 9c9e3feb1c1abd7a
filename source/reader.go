package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/csvscan"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/jsonscan"
	"github.com/seed-56ee9438/cohort/internal/sheet"
	"github.com/seed-56ee9438/cohort/internal/textfile"
)

func fold(name string) string { return columns.Fold(name) }

// reader reads the records of one file.
type reader interface {
	// read reads the next record into r. It returns io.EOF at the end. After a
	// *RowError it continues with the next record; other errors are final.
	read(r *Record) error
	// columns returns the columns of a file that has them all from the first
	// record on, otherwise nil.
	columns() []string
	// tell fills in what reading has found out about the file.
	tell(s *Stats)
	close()
}

// open opens the file of p.
func (s *Source) open(ctx context.Context, p *part) (reader, error) {
	if p.table != nil {
		next, stop := iter.Pull2(p.table.Records(ctx))
		return &tableReader{p: p, next: next, stop: stop}, nil
	}
	f, err := os.Open(p.file)
	if err != nil {
		return nil, err
	}
	in, err := textfile.Open(f, textfile.Options{Encoding: s.opt.Encoding})
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	base := fileReader{path: p.path, format: p.format, file: f, in: in}
	switch p.format {
	case Text:
		return &lineReader{base}, nil
	case JSONL:
		if b := bytes.TrimSpace(in.Head()); len(b) > 0 && b[0] == '[' {
			base.format = JSON // an array with the other suffix
			return &jsonReader{base, jsonscan.New(in)}, nil
		}
		return &jsonLineReader{base}, nil
	case JSON:
		return &jsonReader{base, jsonscan.New(in)}, nil
	case CSV, TSV:
		r := &csvReader{fileReader: base}
		if err := r.begin(&s.opt); err != nil {
			r.close()
			return nil, err
		}
		return r, nil
	}
	base.close()
	return nil, fmt.Errorf("%s: %w %q", p.path, ErrFormat, p.format)
}

// fileReader is the common part of readers of text.
type fileReader struct {
	path   string
	format Format
	file   *os.File
	in     *textfile.File
}

func (r *fileReader) close() {
	r.in.Close()
	r.file.Close()
}

func (r *fileReader) columns() []string { return nil }

func (r *fileReader) tell(s *Stats) {
	name, guess := r.in.Encoding()
	s.Encoding = joined(s.Encoding, name)
	s.EncodingGuessed = s.EncodingGuessed || guess
	if guess && s.Files > 1 {
		s.EncodingGuesses = guessed(s.EncodingGuesses, name, r.path)
	}
	n, first := r.in.Undecoded()
	if s.UndecodedLines == 0 && n > 0 {
		s.UndecodedLine, s.UndecodedFile = first, s.among(r.path)
	}
	s.UndecodedLines += n
	if n, first = r.in.UTF8Lines(); s.UTF8Lines == 0 && n > 0 {
		s.UTF8Line, s.UTF8File = first, s.among(r.path)
	}
	s.UTF8Lines += n
	if over := r.in.Overridden(); over != "" {
		if s.OverriddenEncoding == "" {
			s.OverriddenFile = s.among(r.path)
		}
		s.OverriddenEncoding = joined(s.OverriddenEncoding, over)
	}
	s.NULs += r.in.NULs()
	s.Format = Format(joined(string(s.Format), string(r.format)))
	s.Compression = joined(s.Compression, string(r.in.Compression))
}

// joined appends a value to those of earlier files.
func joined(list, v string) string {
	for have := range strings.SplitSeq(list, ", ") {
		if have == v {
			return list
		}
	}
	if list == "" || v == "" {
		return list + v
	}
	return list + ", " + v
}

// line reads the next non-blank line, without its line ending, into buf.
func (r *fileReader) line(buf []byte) ([]byte, error) {
	for {
		var err error
		buf, err = r.in.Append(buf[:0])
		if errors.Is(err, textfile.ErrLong) {
			return nil, &RowError{Path: r.path, Line: r.in.Line() + 1, Err: err}
		}
		if errors.Is(err, io.EOF) {
			return nil, err
		}
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", r.path, r.in.Line()+1, err)
		}
		body, _ := r.in.Ending(buf)
		if len(bytes.TrimSpace(body)) > 0 {
			return body, nil
		}
	}
}

// lineReader reads one text per line.
type lineReader struct{ fileReader }

func (r *lineReader) read(rec *Record) error {
	b, err := r.line(nil)
	if err != nil {
		return err
	}
	rec.Line, rec.Fields = r.in.Line(), append(rec.Fields, Field{Value: string(b)})
	return nil
}

// csvReader reads delimited values with a header.
type csvReader struct {
	fileReader
	scan   *csvscan.Scanner
	head   []string
	layout csvscan.Layout
	at     int // line of the header
	again  int // number of lines that repeat it
}

// begin reads everything before the first record.
func (r *csvReader) begin(o *Options) error {
	usual := ","
	if r.format == TSV {
		usual = "\t"
	}
	d := csvscan.DialectOf(o.NoQuotes, o.LazyQuotes, o.Multiline, o.Escape)
	r.layout = csvscan.Sniff(r.in.Head(), r.in.CarriageReturns(), d, o.Delimiter, usual, o.wanted())
	for range r.layout.Skip {
		if _, err := r.in.Append(nil); err != nil {
			return fmt.Errorf("%s: %w", r.path, err)
		}
	}
	d.Delimiter = r.layout.Delimiter
	r.scan = csvscan.New(r.in, d)
	for len(r.scan.Fields) == 0 {
		if err := r.scan.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return r.fault(err)
		}
	}
	r.at = r.scan.Line
	for i := range r.scan.Fields {
		h := string(r.scan.Value(i))
		if !utf8.ValidString(h) {
			return fmt.Errorf("%s: %w: its header is not UTF-8", r.path, ErrBinary)
		}
		r.head = append(r.head, strings.TrimSpace(h))
	}
	r.scan.Expect(len(r.head))
	return nil
}

func (r *csvReader) columns() []string { return r.head }

func (r *csvReader) tell(s *Stats) {
	r.fileReader.tell(s)
	s.Delimiter = joined(s.Delimiter, r.layout.Delimiter)
	s.DelimiterGuessed = s.DelimiterGuessed || r.layout.Guessed
	if r.at > 1 {
		s.HeaderLine = r.at
	}
	if s.Files > 1 && r.layout.Guessed {
		s.DelimiterGuesses = guessed(s.DelimiterGuesses, r.layout.Delimiter, r.path)
	}
	if s.Files > 1 && r.at > 1 {
		s.HeaderGuesses = guessed(s.HeaderGuesses, strconv.Itoa(r.at), r.path)
	}
	s.RepeatedHeaders += r.again
	if r.scan != nil {
		s.SpacedQuotes += r.scan.Spaced
	}
}

// fault converts a scanner's error to one of this package.
func (r *csvReader) fault(err error) error {
	var f *csvscan.Fault
	if errors.As(err, &f) {
		return &RowError{Path: r.path, Line: f.Line, Err: f, Raw: f.Raw}
	}
	return fmt.Errorf("%s: line %d: %w", r.path, r.in.Line()+1, err)
}

func (r *csvReader) read(rec *Record) error {
	if r.head == nil {
		return io.EOF
	}
	for {
		err := r.scan.Next()
		if errors.Is(err, io.EOF) {
			return err
		}
		if err != nil {
			return r.fault(err)
		}
		if r.repeats() {
			r.again++
			continue
		}
		if len(r.scan.Fields) > 0 {
			break
		}
	}
	if n := len(r.scan.Fields); n != len(r.head) {
		return &RowError{Path: r.path, Line: r.scan.Line, Err: fmt.Errorf("%d fields, want %d as in the header", n, len(r.head)), Raw: bytes.Clone(r.scan.Record)}
	}
	rec.Line = r.scan.Line
	for i, name := range r.head {
		v := sheet.Unescape(string(r.scan.Value(i)))
		if r.scan.Fields[i].Quoted {
			v = r.lineEnds(v)
		}
		rec.Fields = append(rec.Fields, Field{Name: name, Value: v})
	}
	return nil
}

// repeats reports whether the current record is the header again, as in exports
// that were joined. A header of one column may be a text.
func (r *csvReader) repeats() bool {
	if len(r.head) < 2 || len(r.scan.Fields) != len(r.head) {
		return false
	}
	for i, name := range r.head {
		if strings.TrimSpace(string(r.scan.Value(i))) != name {
			return false
		}
	}
	return true
}

// lineEnds converts line endings within a value to line feeds.
func (r *csvReader) lineEnds(v string) string {
	if strings.IndexByte(v, '\r') < 0 {
		return v
	}
	v = strings.ReplaceAll(v, "\r\n", "\n")
	if r.in.CarriageReturns() {
		v = strings.ReplaceAll(v, "\r", "\n")
	}
	return v
}

// jsonLineReader reads one JSON object per line.
type jsonLineReader struct{ fileReader }

func (r *jsonLineReader) read(rec *Record) error {
	b, err := r.line(nil)
	if err != nil {
		return err
	}
	rec.Line = r.in.Line()
	if rec.Fields, err = objectFields(rec.Fields, b); err != nil {
		if rec.Line == 1 && (string(b) == "{" || string(b) == "[") {
			err = fmt.Errorf("%w (--format json reads objects over several lines)", err)
		}
		return &RowError{Path: r.path, Line: rec.Line, Err: err, Raw: b}
	}
	return nil
}

// jsonReader reads the objects of an array, or of a sequence.
type jsonReader struct {
	fileReader
	scan *jsonscan.Scanner
}

func (r *jsonReader) read(rec *Record) error {
	err := r.scan.Next()
	var f *jsonscan.Fault
	switch {
	case errors.As(err, &f):
		return &RowError{Path: r.path, Line: f.Line, Err: f, Raw: f.Raw}
	case errors.Is(err, io.EOF):
		return err
	case err != nil:
		return fmt.Errorf("%s: %w", r.path, err)
	}
	rec.Line = r.scan.Line
	if rec.Fields, err = objectFields(rec.Fields, r.scan.Value); err != nil {
		return &RowError{Path: r.path, Line: rec.Line, Err: err, Raw: bytes.Clone(r.scan.Value)}
	}
	return nil
}

// objectFields appends the members of a JSON object: strings decoded, null as
// "", anything else as JSON.
func objectFields(out []Field, data []byte) ([]Field, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	tok, err := dec.Token()
	if err != nil {
		return nil, jsonerr.Hide(err)
	}
	if tok != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, jsonerr.Hide(err)
		}
		var v json.RawMessage
		if err := dec.Decode(&v); err != nil {
			return nil, jsonerr.Hide(err)
		}
		name := key.(string)
		if seen[name] {
			return nil, errTwoValues
		}
		seen[name] = true
		f, err := jsonField(name, v)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	if _, err := dec.Token(); err != nil {
		return nil, jsonerr.Hide(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("not JSON: something follows the object")
	}
	return out, nil
}

// jsonField returns a member of an object.
func jsonField(name string, v json.RawMessage) (Field, error) {
	f := Field{Name: name, Value: string(v)}
	switch v[0] {
	case '"':
		if err := json.Unmarshal(v, &f.Value); err != nil {
			return f, jsonerr.Hide(err)
		}
	case 'n':
		f.Value, f.Kind = "", Null
	case 't', 'f':
		f.Kind = Bool
	case '{', '[':
		f.Kind = Group
		return f, distinctNames(v)
	default:
		f.Kind = Number
	}
	return f, nil
}

// errTwoValues: which of them counts would be a guess.
var errTwoValues = errors.New("two values of one name in the object")

// distinctNames returns an error if an object in v has two values of one name.
func distinctNames(v []byte) error {
	dec := json.NewDecoder(bytes.NewReader(v))
	dec.UseNumber()
	var open []map[string]bool // names in the objects around the token; nil for arrays
	isName := false            // the next token is a name, or ends an object
	for {
		tok, err := dec.Token()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return jsonerr.Hide(err)
		case tok == json.Delim('{'):
			open, isName = append(open, map[string]bool{}), true
			continue
		case tok == json.Delim('['):
			open, isName = append(open, nil), false
			continue
		case tok == json.Delim('}'), tok == json.Delim(']'):
			open = open[:len(open)-1]
		case isName:
			seen := open[len(open)-1]
			if seen[tok.(string)] {
				return errTwoValues
			}
			seen[tok.(string)], isName = true, false
			continue
		}
		isName = len(open) > 0 && open[len(open)-1] != nil // a value has ended
	}
}

// within returns the value at a path within an object or an array.
func within(f Field, path string) (Field, bool) {
	value := []byte(f.Value)
	if value[0] == '{' {
		fields, err := objectFields(nil, value)
		if err != nil {
			return Field{}, false
		}
		return lookup(fields, path)
	}
	head, rest, deeper := strings.Cut(path, ".")
	var list []json.RawMessage
	i, err := strconv.Atoi(head)
	if err != nil || json.Unmarshal(value, &list) != nil || i < 0 || i >= len(list) {
		return Field{}, false
	}
	e, err := jsonField(head, bytes.TrimSpace(list[i]))
	if err != nil || !deeper {
		return e, err == nil
	}
	if e.Kind != Group {
		return Field{}, false
	}
	return within(e, rest)
}

// tableReader reads a driver's table.
type tableReader struct {
	p    *part
	next func() (Record, error, bool)
	stop func()
	row  int
}

func (r *tableReader) read(rec *Record) error {
	got, err, ok := r.next()
	if !ok {
		return io.EOF
	}
	r.row++
	var row *RowError
	if errors.As(err, &row) {
		row.Path = r.p.path
		return row
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.p.path, err)
	}
	rec.Line, rec.Fields, rec.Merged = got.Line, got.Fields, got.Merged
	if rec.Line == 0 {
		rec.Line = r.row
	}
	return nil
}

func (r *tableReader) columns() []string { return r.p.table.Columns() }

func (r *tableReader) tell(s *Stats) {
	s.Format = Format(joined(string(s.Format), string(r.p.format)))
	s.Encoding = joined(s.Encoding, "utf-8")
}

func (r *tableReader) close() { r.stop() }

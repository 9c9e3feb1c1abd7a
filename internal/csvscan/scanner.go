package csvscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Kinds of errors in a record.
var (
	ErrQuote    = errors.New("text goes on after the closing quotation mark")
	ErrBare     = errors.New("a quotation mark inside a field that does not begin with one")
	ErrOpen     = errors.New("a quotation mark opens a field that is not closed before the file ends")
	ErrSwallows = errors.New("a quotation mark opens a field that goes on over lines which look like rows of their own")
)

// Fault reports a record that cannot be read. Its message does not quote the
// record.
type Fault struct {
	Line  int // 1-based, on which the record begins
	Field int // 1-based
	Err   error
	// Escaped reports that a backslash precedes the quotation mark.
	Escaped bool
	// Raw is the line.
	Raw []byte
}

func (f *Fault) Error() string {
	if f.Field == 0 {
		return f.Err.Error()
	}
	return fmt.Sprintf("column %d: %v%s", f.Field, f.Err, f.hint())
}

func (f *Fault) Unwrap() error { return f.Err }

// hint says which flag makes such a file readable.
func (f *Fault) hint() string {
	switch {
	case f.Escaped:
		return ` (--escape "\" reads marks after a backslash)`
	case errors.Is(f.Err, ErrBare):
		return " (--lazy-quotes accepts it, --no-quotes takes the marks of all fields as text)"
	case errors.Is(f.Err, ErrQuote), errors.Is(f.Err, ErrOpen):
		return " (--no-quotes takes quotation marks as text, --lazy-quotes such a field alone)"
	case errors.Is(f.Err, ErrSwallows):
		return " (--no-quotes takes quotation marks as text, --lazy-quotes such a field alone, --multiline believes the marks)"
	}
	return ""
}

// Field is a field as it is in the file: Record[Start:End], quotation marks
// included.
type Field struct {
	Start, End int
	Quoted     bool // between quotation marks, which are not part of its value
}

// Scanner reads records.
type Scanner struct {
	// Record is the current record including its line ending, and Fields its
	// fields; a blank line has none. They are valid until the next call of
	// Next.
	Record []byte
	Fields []Field
	// Line is the 1-based line on which Record begins.
	Line int
	// Spaced is the number of quoted fields so far that begin after spaces, which
	// are not part of them.
	Spaced int

	in     *textfile.File
	d      Dialect
	shape  *shape
	stop   int // end of the last line of Record
	opened int // start of the last line read into Record
}

// New returns a scanner of in.
func New(in *textfile.File, d Dialect) *Scanner {
	return &Scanner{in: in, d: d}
}

// Dialect returns how the file is read.
func (s *Scanner) Dialect() Dialect { return s.d }

// Next reads the next record. It returns io.EOF at the end, a *Fault if a
// record cannot be read, after which the next call continues with the next
// line, and errors of reading.
func (s *Scanner) Next() error {
	s.Record, s.Fields = s.Record[:0], s.Fields[:0]
	s.Line = s.in.Line() + 1
	if err := s.more(); err != nil {
		return err
	}
	if s.stop == 0 || s.Record[0] == 0 && textfile.Blank(s.Record[:s.stop]) {
		return nil
	}
	for i := 0; ; {
		f, err := s.field(i)
		if err != nil {
			return s.fail(err)
		}
		s.Fields = append(s.Fields, f)
		if f.End >= s.stop {
			break
		}
		i = f.End + len(s.d.Delimiter)
	}
	if s.shape != nil {
		s.shape.learn(s)
	}
	return nil
}

// more reads another line into Record.
func (s *Scanner) more() error {
	s.opened = len(s.Record)
	if s.opened > textfile.MaxLine {
		return textfile.ErrLong
	}
	var err error
	if s.Record, err = s.in.Append(s.Record); err != nil {
		return err
	}
	body, _ := s.in.Ending(s.Record[s.opened:])
	s.stop = s.opened + len(body)
	return nil
}

// fail makes err a fault of the record, and gives back the lines after its
// first one.
func (s *Scanner) fail(err error) error {
	var f *Fault
	switch {
	case errors.As(err, &f):
	case errors.Is(err, textfile.ErrLong):
		f = &Fault{Field: len(s.Fields) + 1, Err: fmt.Errorf("%w: is a quotation mark missing?", err)}
	default:
		return err
	}
	f.Line = s.Line
	end := byte('\n')
	if s.in.CarriageReturns() {
		end = '\r'
	}
	if i := bytes.IndexByte(s.Record, end); i >= 0 {
		s.giveBack(i+1, s.in.Line()-s.Line)
	}
	f.Raw = bytes.Clone(s.Record)
	return f
}

// giveBack makes the last n lines of Record, which begin at end, be read again.
func (s *Scanner) giveBack(end, n int) {
	if n > 0 {
		s.in.GiveBack(s.Record[end:], n)
		s.Record = s.Record[:end]
	}
}

// field reads the field at i.
func (s *Scanner) field(i int) (Field, error) {
	if !s.d.NoQuotes && i < s.stop && s.Record[i] == '"' {
		return s.quoted(i)
	}
	if f, ok := s.spaced(i); ok {
		s.Spaced++
		return f, nil
	}
	f, err := s.plain(i)
	if err == nil && !s.d.NoQuotes && !s.d.Lazy {
		if at := s.bareQuote(f); at >= 0 {
			return f, &Fault{Field: len(s.Fields) + 1, Err: ErrBare, Escaped: at > 0 && s.Record[at-1] == '\\'}
		}
	}
	return f, err
}

// spaced reads the field at i if it is quoted, but after spaces, as many people
// write: a, "b, c". It must end properly on its line; else the mark is text or
// a fault.
func (s *Scanner) spaced(i int) (Field, bool) {
	if s.d.NoQuotes || s.d.Delimiter[0] == ' ' || i >= s.stop || s.Record[i] != ' ' {
		return Field{}, false
	}
	from := i
	for from < s.stop && s.Record[from] == ' ' {
		from++
	}
	if from >= s.stop || s.Record[from] != '"' {
		return Field{}, false
	}
	for j := from + 1; ; {
		k := s.mark(j)
		switch {
		case k < 0 || k >= s.stop:
			return Field{}, false
		case k+1 < s.stop && s.Record[k+1] == '"':
			j = k + 2
		case k+1 >= s.stop || bytes.HasPrefix(s.Record[k+1:s.stop], []byte(s.d.Delimiter)):
			return Field{Start: from, End: k + 1, Quoted: true}, true
		default:
			return Field{}, false
		}
	}
}

// bareQuote returns the position of the first quotation mark in an unquoted
// field, or -1 if there is none. One after the escape character is text.
func (s *Scanner) bareQuote(f Field) int {
	raw := s.Record[f.Start:f.End]
	if s.d.Escape == 0 {
		if k := bytes.IndexByte(raw, '"'); k >= 0 {
			return f.Start + k
		}
		return -1
	}
	for k := 0; k < len(raw); k++ {
		switch raw[k] {
		case s.d.Escape:
			k++
		case '"':
			return f.Start + k
		}
	}
	return -1
}

// plain reads the field at i, up to the next delimiter of its line.
func (s *Scanner) plain(i int) (Field, error) {
	if s.d.Escape == 0 {
		k := bytes.Index(s.Record[i:s.stop], []byte(s.d.Delimiter))
		if k < 0 {
			return Field{Start: i, End: s.stop}, nil
		}
		return Field{Start: i, End: i + k}, nil
	}
	for j := i; ; {
		if j >= s.stop {
			return Field{Start: i, End: s.stop}, nil
		}
		switch {
		case s.Record[j] == s.d.Escape:
			j += 2
			if j > s.stop { // the line ending is escaped
				was := len(s.Record)
				if err := s.more(); errors.Is(err, io.EOF) {
					return Field{Start: i, End: s.stop}, nil
				} else if err != nil {
					return Field{}, err
				}
				j = was
			}
		case bytes.HasPrefix(s.Record[j:s.stop], []byte(s.d.Delimiter)):
			return Field{Start: i, End: j}, nil
		default:
			j++
		}
	}
}

// quoted reads the field at i, which begins with a quotation mark.
func (s *Scanner) quoted(i int) (Field, error) {
	line, end, stop, opened := s.in.Line(), len(s.Record), s.stop, s.opened
	fault := func(err error, at int) (Field, error) {
		if s.d.Lazy { // only its line
			s.giveBack(end, s.in.Line()-line)
			s.stop, s.opened = stop, opened
			return s.plain(i)
		}
		return Field{}, &Fault{Field: len(s.Fields) + 1, Err: err, Escaped: at > i && s.Record[at-1] == '\\'}
	}
	spans := s.spans()
	for j := i + 1; ; {
		k := s.mark(j)
		switch {
		case k < 0: // it continues on the next line
			was := len(s.Record)
			err := s.more()
			if errors.Is(err, io.EOF) {
				return fault(ErrOpen, i)
			}
			if err != nil {
				return Field{}, err
			}
			if spans.line(s.Record[was:s.stop]) {
				return fault(ErrSwallows, i)
			}
			j = was
		case k+1 < s.stop && s.Record[k+1] == '"':
			j = k + 2
		case k+1 >= s.stop || bytes.HasPrefix(s.Record[k+1:s.stop], []byte(s.d.Delimiter)):
			if spans.last(s.Record[s.opened:k]) {
				return fault(ErrSwallows, i)
			}
			return Field{Start: i, End: min(k+1, s.stop), Quoted: true}, nil
		case s.d.Lazy && s.closesLater(k+1):
			j = k + 1
		default:
			return fault(ErrQuote, k)
		}
	}
}

// mark returns the position of the next quotation mark at or after j, or -1 if
// the lines read so far have none. One after the escape character is text.
func (s *Scanner) mark(j int) int {
	if s.d.Escape == 0 || s.d.Escape == '"' {
		k := bytes.IndexByte(s.Record[j:], '"')
		if k < 0 {
			return -1
		}
		return j + k
	}
	for ; j < len(s.Record); j++ {
		switch s.Record[j] {
		case s.d.Escape:
			j++
		case '"':
			return j
		}
	}
	return -1
}

// closesLater reports whether a quotation mark before a delimiter or the end of
// the line follows at or after j, on the same line.
func (s *Scanner) closesLater(j int) bool {
	for j < s.stop {
		k := s.mark(j)
		if k < 0 || k >= s.stop {
			return false
		}
		if k+1 >= s.stop || bytes.HasPrefix(s.Record[k+1:s.stop], []byte(s.d.Delimiter)) {
			return true
		}
		j = k + 1
	}
	return false
}

// Raw returns field i as it is in the file.
func (s *Scanner) Raw(i int) []byte { return s.Record[s.Fields[i].Start:s.Fields[i].End] }

// Value returns the value of field i. Line endings in it are as in the file.
func (s *Scanner) Value(i int) []byte { return s.d.Unquote(s.Raw(i), s.Fields[i].Quoted) }

// Unquote returns the value of a field that is raw in the file.
func (d Dialect) Unquote(raw []byte, quoted bool) []byte {
	if quoted {
		raw = raw[1:]
		if n := len(raw); n > 0 && raw[n-1] == '"' {
			raw = raw[:n-1]
		}
	}
	if !quoted && d.Escape == '\\' && string(raw) == `\N` {
		return raw // databases write no value so
	}
	doubled := quoted && bytes.IndexByte(raw, '"') >= 0
	if !doubled && (d.Escape == 0 || bytes.IndexByte(raw, d.Escape) < 0) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if i+1 < len(raw) {
			switch next := raw[i+1]; {
			case quoted && c == '"' && next == '"':
				i++
			case d.Escape != 0 && c == d.Escape:
				i++
				c = d.escaped(next)
			}
		}
		out = append(out, c)
	}
	return out
}

// escaped returns the meaning of c after the escape character.
func (d Dialect) escaped(c byte) byte {
	if d.Escape == '\\' {
		switch c {
		case 'n':
			return '\n'
		case 'r':
			return '\r'
		case 't':
			return '\t'
		case '0':
			return 0
		}
	}
	return c
}

// Quote appends v as a field, with quotation marks if quoted is set or v needs
// them.
func (d Dialect) Quote(out []byte, v string, quoted bool) []byte {
	switch {
	case d.NoQuotes && d.Escape == 0:
		return append(out, d.flattened(v)...)
	case d.NoQuotes:
		for i := 0; i < len(v); i++ {
			if v[i] == d.Escape || v[i] == '\n' || v[i] == '\r' || d.Delimiter[0] == v[i] {
				out = append(out, d.Escape)
			}
			out = append(out, v[i])
		}
		return out
	}
	if !quoted && !d.needsQuotes(v) {
		return append(out, v...)
	}
	out = append(out, '"')
	for i := 0; i < len(v); i++ {
		switch {
		case d.Escape != 0 && v[i] == d.Escape:
			out = append(out, d.Escape)
		case v[i] == '"' && d.Escape != 0:
			out = append(out, d.Escape)
		case v[i] == '"':
			out = append(out, '"')
		}
		out = append(out, v[i])
	}
	return append(out, '"')
}

func (d Dialect) needsQuotes(v string) bool {
	for i := 0; i < len(v); i++ {
		if c := v[i]; c == '"' || c == '\r' || c == '\n' || c == d.Delimiter[0] || d.Escape != 0 && c == d.Escape {
			return true
		}
	}
	return len(v) > 0 && v[0] == ' '
}

// flattened returns v without the characters that would end an unquoted field.
func (d Dialect) flattened(v string) string {
	b := bytes.ReplaceAll([]byte(v), []byte(d.Delimiter), []byte(" "))
	for i, c := range b {
		if c == '\n' || c == '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}

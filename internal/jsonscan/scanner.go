// Package jsonscan splits JSON files into the values they consist of: the
// elements of one array, or a sequence of values, which may extend over several
// lines.
package jsonscan

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Kinds of errors in a value.
var (
	ErrSyntax = errors.New("not JSON")
	ErrEnd    = errors.New("not JSON, it ends too early")
)

// Fault reports a value that cannot be read. The next call of Next continues
// after the value if its end is known.
type Fault struct {
	Line int // 1-based, on which the value begins
	Err  error
	Raw  []byte
}

func (f *Fault) Error() string { return f.Err.Error() }

func (f *Fault) Unwrap() error { return f.Err }

// Scanner reads the values of a file.
type Scanner struct {
	// Between is what precedes Value in the file, after the previous value:
	// white space, commas, the bracket of the array.
	Between []byte
	// Value is the current value. Both are valid until the next call of Next.
	Value []byte
	// Line is the 1-based line on which Value begins.
	Line int

	in      *textfile.File
	lineEnd []byte
	buf     []byte // from off on, read but not yet returned
	off     int
	line    int // on which buf[off:] begins
	array   bool
	begun   bool
	ended   bool // the array has ended
	broken  bool // nothing more can be read
}

// New returns a scanner of in.
func New(in *textfile.File) *Scanner {
	s := &Scanner{in: in, line: 1, lineEnd: []byte("\n")}
	if in.CarriageReturns() {
		s.lineEnd = []byte("\r")
	}
	return s
}

// Array reports whether the values are elements of an array.
func (s *Scanner) Array() bool { return s.array }

// readError is an error of reading rather than of the contents.
type readError struct{ error }

// Next reads the next value. It returns io.EOF at the end, with the rest in
// Between, a *Fault if a value cannot be read, and errors of reading.
func (s *Scanner) Next() error {
	s.Between, s.Value = nil, nil
	if s.broken {
		return io.EOF
	}
	start, err := s.begin()
	end := start
	if err == nil {
		end, err = s.end(start)
	}
	rest := s.buf[s.off:]
	s.Between, s.Value = rest[:start], rest[start:end]
	s.Line = s.line + bytes.Count(s.Between, s.lineEnd)
	s.line = s.Line + bytes.Count(s.Value, s.lineEnd)
	s.off += end
	if err == nil && !json.Valid(s.Value) {
		var v any
		err = jsonerr.Hide(json.Unmarshal(s.Value, &v))
	}
	var read readError
	switch {
	case err == nil, errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && len(s.Value) == 0:
		return err
	case errors.As(err, &read):
		return read.error
	}
	return &Fault{Line: s.Line, Err: err, Raw: bytes.Clone(s.Value)}
}

// fill reads more input.
func (s *Scanner) fill() error {
	const piece = 64 << 10
	if s.off > 0 && s.off >= len(s.buf)/2 {
		s.buf = append(s.buf[:0], s.buf[s.off:]...)
		s.off = 0
	}
	if len(s.buf)-s.off > textfile.MaxLine {
		s.broken = true
		return textfile.ErrLong
	}
	s.buf = append(s.buf, make([]byte, piece)...)
	n, err := s.in.Read(s.buf[len(s.buf)-piece:])
	s.buf = s.buf[:len(s.buf)-piece+n]
	switch {
	case n > 0:
		return nil
	case err == nil:
		err = io.ErrNoProgress
	case errors.Is(err, io.EOF):
		return io.EOF
	}
	return readError{err}
}

// begin returns the position, relative to off, of the next value, or io.EOF if
// there is none.
func (s *Scanner) begin() (int, error) {
	comma := false
	for i := 0; ; i++ {
		for s.off+i >= len(s.buf) {
			if err := s.fill(); err != nil {
				if errors.Is(err, io.EOF) && s.array && !s.ended {
					s.ended, s.broken = true, true
					err = ErrEnd
				}
				return i, err
			}
		}
		switch c := s.buf[s.off+i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == 0x1e: // RFC 7464 has record separators
		case s.ended:
			s.broken = true
			return i, errors.New("not JSON: something follows the array")
		case !s.begun && c == '[':
			s.begun, s.array = true, true
		case s.array && c == ']':
			s.ended = true
		case s.array && c == ',' && !comma:
			comma = true
		default:
			s.begun = true
			return i, nil
		}
	}
}

// end returns the end of the value that begins at start. A value other than an
// object, array or string ends before a comma, a bracket or white space.
func (s *Scanner) end(start int) (int, error) {
	depth, quoted := 0, false
	for i := start; ; i++ {
		for s.off+i >= len(s.buf) {
			if err := s.fill(); err != nil {
				i = len(s.buf) - s.off
				if errors.Is(err, io.EOF) {
					s.broken = true
					if err = ErrEnd; depth == 0 && !quoted {
						err = nil
					}
				}
				return i, err
			}
		}
		c := s.buf[s.off+i]
		if quoted {
			switch c {
			case '\\':
				i++
			case '"':
				if quoted = false; depth == 0 {
					return i + 1, nil
				}
			}
			continue
		}
		switch c {
		case '"':
			quoted = true
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return s.bare(start, i)
			}
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return s.bare(start, i)
			}
		}
	}
}

// bare ends a value without brackets or quotation marks at i, if it is not
// empty.
func (s *Scanner) bare(start, i int) (int, error) {
	if i > start {
		return i, nil
	}
	return i + 1, ErrSyntax
}

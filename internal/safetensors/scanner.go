package safetensors

import (
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner is a strict pull parser for the JSON of headers and indexes. It reads
// from memory or, in small pieces, from a reader, so that a large header is
// never held whole. It accepts exactly RFC 8259, and returns strings only
// within a budget.
type scanner struct {
	buf  []byte    // buf[pos:] has not been consumed yet
	pos  int       //
	src  io.Reader // refills buf; nil: buf is everything
	base int64     // offset of buf[0]

	budget  int    // bytes of decoded text that may still be kept
	scratch []byte // the string being decoded
	ioErr   error  // error of src other than io.EOF
}

const (
	// maxDepth bounds the nesting of ignored values; the reference reader also
	// stops at 128.
	maxDepth = 128
	// maxText is the initial budget for all names and metadata of one file.
	maxText = 8 << 20
)

// syntaxError reports malformed JSON, before the file's name is known.
type syntaxError struct {
	offset int64
	reason string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%s at byte %d of the JSON text", e.reason, e.offset)
}

var errBudget = fmt.Errorf("more than %d bytes of names and metadata", maxText)

func (s *scanner) fail(format string, args ...any) error {
	if s.ioErr != nil {
		return s.ioErr
	}
	return &syntaxError{offset: s.base + int64(s.pos), reason: fmt.Sprintf(format, args...)}
}

// peek returns the next byte, or false at the end.
func (s *scanner) peek() (byte, bool) {
	if s.pos < len(s.buf) {
		return s.buf[s.pos], true
	}
	return s.refill()
}

func (s *scanner) refill() (byte, bool) {
	if s.src == nil || s.ioErr != nil {
		return 0, false
	}
	if s.buf == nil {
		s.buf = make([]byte, 0, 16<<10)
	}
	s.base += int64(len(s.buf))
	s.pos = 0
	n, err := io.ReadAtLeast(s.src, s.buf[:cap(s.buf)], 1)
	s.buf = s.buf[:n]
	if n > 0 {
		return s.buf[0], true
	}
	if !errors.Is(err, io.EOF) {
		s.ioErr = err
	}
	return 0, false
}

// skipSpace consumes white space and returns the byte after it.
func (s *scanner) skipSpace() (byte, bool) {
	for {
		c, ok := s.peek()
		if !ok || (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
			return c, ok
		}
		s.pos++
	}
}

// expect consumes white space and the byte want.
func (s *scanner) expect(want byte) error {
	c, ok := s.skipSpace()
	if !ok {
		return s.fail("unexpected end, want %q", want)
	}
	if c != want {
		return s.fail("found %s, want %q", printable(c), want)
	}
	s.pos++
	return nil
}

// end checks that only white space is left.
func (s *scanner) end() error {
	if c, ok := s.skipSpace(); ok {
		return s.fail("found %s after the end of the object", printable(c))
	}
	if s.ioErr != nil {
		return s.ioErr
	}
	return nil
}

func printable(c byte) string {
	if c < 0x20 || c >= 0x7f {
		return fmt.Sprintf("byte 0x%02x", c)
	}
	return fmt.Sprintf("%q", c)
}

// object parses an object, calling member with each decoded key; member must
// consume the value. The key is only valid during the call unless kept with
// keep.
func (s *scanner) object(member func(key []byte) error) error {
	if err := s.expect('{'); err != nil {
		return err
	}
	return s.sequence('}', func() error {
		if c, _ := s.skipSpace(); c != '"' {
			return s.fail("found %s, want a string as key", printable(c))
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if err := s.expect(':'); err != nil {
			return err
		}
		return member(key)
	})
}

// array parses an array, calling element at the start of each element.
func (s *scanner) array(element func() error) error {
	if err := s.expect('['); err != nil {
		return err
	}
	return s.sequence(']', element)
}

// sequence parses comma-separated items up to the closing byte.
func (s *scanner) sequence(closing byte, item func() error) error {
	if c, _ := s.skipSpace(); c == closing {
		s.pos++
		return nil
	}
	for {
		if _, ok := s.skipSpace(); !ok {
			return s.fail("unexpected end, want %q", closing)
		}
		if err := item(); err != nil {
			return err
		}
		c, ok := s.skipSpace()
		switch {
		case !ok:
			return s.fail("unexpected end, want %q", closing)
		case c == closing:
			s.pos++
			return nil
		case c != ',':
			return s.fail("found %s, want ',' or %q", printable(c), closing)
		}
		s.pos++
	}
}

// keep copies text and subtracts its length from the budget.
func (s *scanner) keep(text []byte) (string, error) {
	if len(text) > s.budget {
		return "", errBudget
	}
	s.budget -= len(text)
	return string(text), nil
}

// str decodes a string; the result is valid until the next call.
func (s *scanner) str() ([]byte, error) {
	if err := s.expect('"'); err != nil {
		return nil, err
	}
	out := s.scratch[:0]
	for {
		// Keep the scratch within the budget, and doubling up to it, so that a
		// hostile string costs at most a small multiple of the budget.
		if len(out) > s.budget {
			return nil, errBudget
		}
		if cap(out)-len(out) < utf8.UTFMax {
			grown := make([]byte, len(out), max(64, min(2*cap(out), s.budget+2*utf8.UTFMax)))
			copy(grown, out)
			out = grown
		}
		c, ok := s.peek()
		switch {
		case !ok:
			return nil, s.fail("unexpected end inside a string")
		case c == '"':
			s.pos++
			s.scratch = out
			return out, nil
		case c < 0x20:
			return nil, s.fail("control character 0x%02x inside a string", c)
		case c == '\\':
			s.pos++
			r, err := s.escape()
			if err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, r)
		case c < utf8.RuneSelf:
			s.pos++
			out = append(out, c)
		default:
			var enc [utf8.UTFMax]byte
			n := 0
			for n < utf8.UTFMax && !utf8.FullRune(enc[:n]) {
				c, ok := s.peek()
				if !ok {
					break
				}
				enc[n] = c
				n++
				s.pos++
			}
			r, size := utf8.DecodeRune(enc[:n])
			if r == utf8.RuneError && size != 3 || size != n {
				return nil, s.fail("text is not UTF-8")
			}
			out = append(out, enc[:n]...)
		}
	}
}

// escape decodes the characters after a backslash.
func (s *scanner) escape() (rune, error) {
	c, ok := s.peek()
	if !ok {
		return 0, s.fail("unexpected end inside a string")
	}
	s.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, err := s.hex4()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		for _, want := range []byte{'\\', 'u'} {
			if c, ok := s.peek(); !ok || c != want {
				return 0, s.fail("lone surrogate \\u%04x", r)
			}
			s.pos++
		}
		low, err := s.hex4()
		if err != nil {
			return 0, err
		}
		pair := utf16.DecodeRune(r, low)
		if pair == utf8.RuneError {
			return 0, s.fail("lone surrogate \\u%04x", r)
		}
		return pair, nil
	}
	return 0, s.fail("unknown escape \\%s", printable(c))
}

func (s *scanner) hex4() (rune, error) {
	var r rune
	for range 4 {
		c, ok := s.peek()
		switch {
		case ok && '0' <= c && c <= '9':
			r = r<<4 | rune(c-'0')
		case ok && 'a' <= c && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case ok && 'A' <= c && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, s.fail("\\u needs four hexadecimal digits")
		}
		s.pos++
	}
	return r, nil
}

// uint parses a non-negative integer of at most 63 bits, written as digits only.
func (s *scanner) uint() (uint64, error) {
	c, ok := s.skipSpace()
	switch {
	case !ok:
		return 0, s.fail("unexpected end, want an integer")
	case c == '-':
		return 0, s.fail("negative number, want an integer of 0 or more")
	case c < '0' || c > '9':
		return 0, s.fail("found %s, want an integer of 0 or more", printable(c))
	}
	s.pos++
	n := uint64(c - '0')
	for {
		d, ok := s.peek()
		if !ok || d < '0' || d > '9' {
			if ok && (d == '.' || d == 'e' || d == 'E') {
				return 0, s.fail("a number with a fraction or exponent, want an integer")
			}
			return n, nil
		}
		if c == '0' {
			return 0, s.fail("number with a leading zero")
		}
		if n > (math.MaxInt64-uint64(d-'0'))/10 {
			return 0, s.fail("integer beyond 2^63-1")
		}
		n = n*10 + uint64(d-'0')
		s.pos++
	}
}

// skip checks and skips one value of any kind.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return s.fail("nested deeper than %d", maxDepth)
	}
	c, ok := s.skipSpace()
	switch {
	case !ok:
		return s.fail("unexpected end, want a value")
	case c == '{':
		return s.object(func([]byte) error { return s.skip(depth + 1) })
	case c == '[':
		return s.array(func() error { return s.skip(depth + 1) })
	case c == '"':
		return s.skipString()
	case c == 't':
		return s.literal("true")
	case c == 'f':
		return s.literal("false")
	case c == 'n':
		return s.literal("null")
	}
	return s.skipNumber()
}

// skipString skips a string value. Like any other it must fit the budget while
// it is checked, but is not subtracted from it.
func (s *scanner) skipString() error {
	_, err := s.str()
	return err
}

func (s *scanner) literal(want string) error {
	for i := range len(want) {
		if c, ok := s.peek(); !ok || c != want[i] {
			return s.fail("found a bare word, want a value")
		}
		s.pos++
	}
	return nil
}

// skipNumber skips a number: -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func (s *scanner) skipNumber() error {
	c, _ := s.peek()
	if c == '-' {
		s.pos++
		c, _ = s.peek()
	}
	switch {
	case c == '0':
		s.pos++
	case c >= '1' && c <= '9':
		s.digits()
	default:
		return s.fail("found %s, want a value", printable(c))
	}
	if c, ok := s.peek(); ok && c == '.' {
		s.pos++
		if s.digits() == 0 {
			return s.fail("malformed number")
		}
	}
	if c, ok := s.peek(); ok && (c == 'e' || c == 'E') {
		s.pos++
		if c, ok := s.peek(); ok && (c == '+' || c == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return s.fail("malformed number")
		}
	}
	return nil
}

func (s *scanner) digits() int {
	n := 0
	for {
		c, ok := s.peek()
		if !ok || c < '0' || c > '9' {
			return n
		}
		s.pos++
		n++
	}
}

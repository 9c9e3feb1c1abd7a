package textfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

// decoder reads a file as UTF-8. ASCII is the same in nearly every encoding, so
// the encoding is guessed at the first non-ASCII byte, from that byte and the
// following ones, and from the beginning of the file if that has non-ASCII
// bytes.
type decoder struct {
	in    *bufio.Reader // of at least 2*HeadBytes
	exact bool
	guess charset.Guess
	known bool
	out   io.Reader  // in, decoded, once the encoding is known
	over  string     // encoding that the bytes are in if a given one is not believed
	plain int        // bytes ahead in which nothing decides the encoding
	lines int        // ends of lines before the encoding was known
	utf8  *utf8Lines // nil unless lines of UTF-8 can be told in the encoding
}

// newDecoder returns a reader of in as UTF-8, and the byte order mark, which
// has been read. If name is set, it is the encoding, which is then not guessed.
func newDecoder(in *bufio.Reader, name string, exact bool) (*decoder, []byte, error) {
	d := &decoder{in: in, exact: exact}
	head, err := in.Peek(HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	g := charset.Detect(head)
	if name != "" {
		found := g
		if g, err = given(name, g); err != nil {
			return nil, nil, err
		}
		if found.Name == "utf-8" && found.Sure && g.Name != "utf-8" {
			d.over = found.Name
		}
	}
	if err := binary(head, g); err != nil {
		return nil, nil, err
	}
	mark := bytes.Clone(head[:g.Mark])
	if _, err := in.Discard(g.Mark); err != nil {
		return nil, nil, err
	}
	if g.Name != "ascii" || name != "" {
		d.decide(g)
	}
	return d, mark, nil
}

// given returns the encoding called name for a file that looks like g: if g
// comes from a byte order mark, it gives the byte order.
func given(name string, g charset.Guess) (charset.Guess, error) {
	usual, enc, ok := charset.Find(name)
	if !ok {
		return g, fmt.Errorf("%w %q", ErrEncoding, name)
	}
	if g.Mark > 0 && strings.TrimRight(usual, "lbe") == strings.TrimRight(g.Name, "lbe") {
		return g, nil
	}
	return charset.Guess{Name: usual, Encoding: enc, Sure: true}, nil
}

func (d *decoder) decide(g charset.Guess) {
	d.guess, d.known, d.out = g, true, d.in
	if g.Encoding == nil {
		return
	}
	var t transform.Transformer = g.Encoding.NewDecoder()
	if d.exact {
		t = NewExactDecoder(g.Encoding)
	}
	if name := d.guess.Name; !strings.HasPrefix(name, "utf-") && !stateful(name) {
		d.utf8 = &utf8Lines{in: d.in, telling: tellingOf(g.Encoding), line: d.lines + 1}
		d.out = transform.NewReader(d.utf8, t)
		return
	}
	d.out = transform.NewReader(d.in, t)
}

// stateful reports whether an encoding has escape sequences that change its state.
func stateful(name string) bool { return name == "iso-2022-jp" || name == "hz-gb-2312" }

// Read implements io.Reader.
func (d *decoder) Read(p []byte) (int, error) {
	if d.known {
		return d.out.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := d.in.Peek(1); err != nil {
		return 0, err
	}
	some, _ := d.in.Peek(min(d.in.Buffered(), len(p)))
	switch i := bytes.IndexFunc(some, foreign); i {
	case -1:
	case 0:
		if d.plain > 0 {
			some = some[:1]
			break
		}
		window, err := d.in.Peek(HeadBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if g := charset.Detect(window); g.Name != "ascii" {
			g.Mark = 0
			d.decide(g)
			return d.out.Read(p)
		}
		some = window[:1]         // an escape that decides nothing; Peek may have moved the buffer
		d.plain = len(window) - 2 // an escape sequence may go on behind the window
	default:
		some = some[:i]
	}
	n := copy(p, some)
	_, err := d.in.Discard(n)
	d.lines += bytes.Count(p[:n], []byte("\n"))
	d.plain = max(0, d.plain-n)
	return n, err
}

// foreign reports whether r is a character whose presence makes the encoding
// matter.
func foreign(r rune) bool { return r >= 0x80 || r == 0x1b }

// encoding returns the encoding found so far; nil for UTF-8.
func (d *decoder) encoding() encoding.Encoding { return d.guess.Encoding }

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

// decoder reads a file as UTF-8. What is ASCII is the same in nearly every
// encoding, so the encoding is told when the first byte beyond it comes, by that
// byte and those after it; and by the beginning of the file where that has some.
type decoder struct {
	in    *bufio.Reader // of 2*HeadBytes at least
	exact bool
	guess charset.Guess
	known bool
	out   io.Reader // in, decoded, where known
}

// newDecoder returns what reads in as UTF-8, and its byte order mark, which is
// read. enc and name, where set, are the encoding, which is not guessed then.
func newDecoder(in *bufio.Reader, name string, exact bool) (*decoder, []byte, error) {
	d := &decoder{in: in, exact: exact}
	head, err := in.Peek(HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	g := charset.Detect(head)
	if name != "" {
		if g, err = given(name, g); err != nil {
			return nil, nil, err
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

// given is the encoding called name of a file that looks to be in the one of g:
// where that has a byte order mark, it tells the order of bytes.
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
	d.out = transform.NewReader(d.in, t)
}

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
		window, err := d.in.Peek(HeadBytes)
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if g := charset.Detect(window); g.Name != "ascii" {
			g.Mark = 0
			d.decide(g)
			return d.out.Read(p)
		}
		some = some[:1] // an escape that tells nothing
	default:
		some = some[:i]
	}
	n := copy(p, some)
	_, err := d.in.Discard(n)
	return n, err
}

// foreign tells characters after which the encoding matters.
func foreign(r rune) bool { return r >= 0x80 || r == 0x1b }

// encoding is what the file has turned out to be in, so far; nil for UTF-8.
func (d *decoder) encoding() encoding.Encoding { return d.guess.Encoding }

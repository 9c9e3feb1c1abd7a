package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// mostTag is the maximum number of bytes of a tag.
const mostTag = 1 << 20

// tags reads the tags of an XML part one after another and passes over all
// else. encoding/xml, which looks at texts too, takes several times as long.
type tags struct {
	in  *bufio.Reader
	tag []byte // what is between < and >
}

func newTags(in io.Reader) *tags { return &tags{in: bufio.NewReaderSize(in, 64<<10)} }

// next reads the next tag. The error is io.EOF at the end.
func (t *tags) next() error {
	for {
		_, err := t.in.ReadSlice('<')
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return err
		}
		head, err := t.in.Peek(8)
		if len(head) == 0 {
			return unexpected(err)
		}
		open, end := marks(head)
		if open == "" {
			return t.rest()
		}
		if _, err := t.in.Discard(len(open)); err != nil {
			return unexpected(err)
		}
		if err := t.skip(end); err != nil {
			return unexpected(err)
		}
	}
}

// marks returns what begins and ends the piece whose head follows a <; "" for a
// tag.
func marks(head []byte) (open, end string) {
	switch {
	case bytes.HasPrefix(head, []byte("!--")):
		return "!--", "-->"
	case bytes.HasPrefix(head, []byte("![CDATA[")):
		return "![CDATA[", "]]>"
	case head[0] == '!':
		return "!", ">"
	case head[0] == '?':
		return "?", "?>"
	}
	return "", ""
}

// skip reads until after end.
func (t *tags) skip(end string) error {
	var seen []byte // the last bytes
	for {
		chunk, err := t.in.ReadSlice(end[len(end)-1])
		seen = append(seen, chunk[max(0, len(chunk)-len(end)):]...)
		seen = seen[max(0, len(seen)-len(end)):]
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil:
			return err
		case string(seen) == end:
			return nil
		}
	}
}

// rest reads a tag to its end. A > within quotation marks does not end it.
func (t *tags) rest() error {
	t.tag = t.tag[:0]
	var quote byte
	for {
		chunk, err := t.in.ReadSlice('>')
		for _, c := range chunk {
			switch {
			case quote == 0 && (c == '"' || c == '\''):
				quote = c
			case c == quote:
				quote = 0
			}
		}
		t.tag = append(t.tag, chunk...)
		switch {
		case len(t.tag) > mostTag:
			return fmt.Errorf("a tag of more than %d bytes", mostTag)
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil:
			return unexpected(err)
		case quote == 0:
			t.tag = t.tag[:len(t.tag)-1]
			return nil
		}
	}
}

// unexpected returns the error of an end within a tag.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// begins reports whether the tag begins an element of a name, in any namespace.
func (t *tags) begins(name string) bool { return isNamed(t.tag, name) }

// ends reports whether the tag ends an element of a name.
func (t *tags) ends(name string) bool {
	return len(t.tag) > 0 && t.tag[0] == '/' && isNamed(t.tag[1:], name)
}

func isNamed(full []byte, name string) bool {
	if i := bytes.IndexAny(full, " \t\r\n/"); i >= 0 {
		full = full[:i]
	}
	return string(full[bytes.IndexByte(full, ':')+1:]) == name
}

// attr returns the value of an attribute of the tag, as it is spelled, or "".
func (t *tags) attr(name string) string {
	at := bytes.IndexAny(t.tag, " \t\r\n")
	for at >= 0 {
		key, rest, ok := bytes.Cut(t.tag[at:], []byte("="))
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if !ok || len(rest) == 0 {
			return ""
		}
		value, after, ok := bytes.Cut(rest[1:], rest[:1]) // between quotation marks
		if !ok {
			return ""
		}
		if string(bytes.TrimSpace(key)) == name {
			return string(value)
		}
		at = len(t.tag) - len(after)
	}
	return ""
}

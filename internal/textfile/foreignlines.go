package textfile

import "io"

// utf8Lines passes on the bytes of a file in another encoding, and counts the lines
// that are UTF-8 nevertheless, as in a file put together from several. Nearly all
// bytes are valid in some encodings, so that such a line would be read as something
// else without a word.
type utf8Lines struct {
	in    io.Reader
	one   bool // the encoding has one byte a character
	line  int  // the line that is read, from 1
	found int
	first int

	// Of the line:
	broken bool
	left   int    // bytes that belong to the character begun
	size   int    // of the character begun
	of     [5]int // characters of so many bytes
}

// Read implements io.Reader.
func (u *utf8Lines) Read(p []byte) (int, error) {
	n, err := u.in.Read(p)
	for _, c := range p[:n] {
		u.add(c)
	}
	if err != nil {
		u.end()
	}
	return n, err
}

func (u *utf8Lines) add(c byte) {
	switch {
	case c == '\n':
		u.end()
		u.line++
	case u.broken:
	case u.left > 0:
		if u.left--; c&0xc0 != 0x80 {
			u.broken = true
		} else if u.left == 0 {
			u.of[u.size]++
		}
	case c < 0x80:
	case 0xc2 <= c && c < 0xe0:
		u.size, u.left = 2, 1
	case 0xe0 <= c && c < 0xf0:
		u.size, u.left = 3, 2
	case 0xf0 <= c && c < 0xf5:
		u.size, u.left = 4, 3
	default:
		u.broken = true
	}
}

// What tells UTF-8 from text in an encoding of two bytes a character: characters of
// two bytes are often valid in both, two of three bytes hardly ever.
const (
	tellingPairs   = 8
	tellingTriples = 2
)

// end ends a line.
func (u *utf8Lines) end() {
	long := u.of[3] + u.of[4]
	if !u.broken && u.left == 0 && (long >= tellingTriples || u.of[2] >= tellingPairs || u.one && long+u.of[2] > 0) {
		if u.found++; u.found == 1 {
			u.first = u.line
		}
	}
	u.broken, u.left, u.of = false, 0, [5]int{}
}

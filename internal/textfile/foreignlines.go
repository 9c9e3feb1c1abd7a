package textfile

import (
	"io"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// utf8Lines passes on the bytes of a file in another encoding, and counts the lines
// that are UTF-8 nevertheless, as in a file put together from several. Nearly all
// bytes are valid in some encodings, so that such a line would be read as something
// else without a word.
type utf8Lines struct {
	in      io.Reader
	telling int // characters of a line that tell it, of any size; 0: see tellingPairs
	line    int // the line that is read, from 1
	found   int
	first   int

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
// two bytes are often valid in both, two of three bytes hardly ever. In one of one
// byte, a single character of UTF-8 is two or three signs that hardly ever follow
// each other if its letters are Latin, but else may be a word (там in ibm866, Ні in
// windows-1251).
const (
	tellingPairs   = 8
	tellingTriples = 2
	tellingLatin   = 1
	tellingOthers  = 4
)

// tellingOf returns utf8Lines.telling for an encoding.
func tellingOf(e encoding.Encoding) int {
	c, ok := e.(*charmap.Charmap)
	if !ok {
		return 0
	}
	latin, others := 0, 0
	for b := 0x80; b <= 0xff; b++ {
		switch r := c.DecodeByte(byte(b)); {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			others++
		}
	}
	if others > latin {
		return tellingOthers
	}
	return tellingLatin
}

// end ends a line.
func (u *utf8Lines) end() {
	long := u.of[3] + u.of[4]
	tells := long >= tellingTriples || u.of[2] >= tellingPairs
	if u.telling > 0 {
		tells = long+u.of[2] >= u.telling
	}
	if tells && !u.broken && u.left == 0 {
		if u.found++; u.found == 1 {
			u.first = u.line
		}
	}
	u.broken, u.left, u.of = false, 0, [5]int{}
}

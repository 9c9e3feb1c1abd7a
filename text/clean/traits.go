package clean

import "unicode/utf8"

// traits are features of a text that steps look for. A step can skip a text
// that has none of its traits.
type traits uint16

const (
	high     traits = 1 << iota // non-ASCII
	markup                      // < or &
	control                     // control characters other than white space
	space                       // white space other than single spaces inside the text
	sign                        // @
	hash                        // #
	link                        // : or . as in :// and www.
	anything                    // any character at all
	row                         // a run of the same character, of at least the length that traitsOf is given
)

// byteTraits are the traits that a single byte implies.
var byteTraits = func() (t [256]traits) {
	for c := range t {
		switch b := byte(c); {
		case b >= utf8.RuneSelf:
			t[c] = high
		case b == '\t' || b == '\n' || b == '\r':
			t[c] = space
		case b < ' ' || b == 0x7F:
			t[c] = control | space // some are white space as well
		case b == '<' || b == '&':
			t[c] = markup
		case b == '@':
			t[c] = sign
		case b == '#':
			t[c] = hash
		}
	}
	return t
}()

// traitsOf reads s once. A run of more than most of the same character is a
// row.
func traitsOf(s string, most int) traits {
	if s == "" {
		return 0
	}
	t := anything
	n := 0 // number of preceding characters equal to this one
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		t |= byteTraits[c]
		if c == last {
			if c == ' ' {
				t |= space // at the beginning, too
			}
			if n++; n >= most {
				t |= row
			}
			continue
		}
		n = 0
		// "://" and "www." end like this
		if c == '/' && last == ':' || c == '.' && last|0x20 == 'w' {
			t |= link
		}
		last = c
	}
	if last == ' ' {
		t |= space
	}
	return t
}

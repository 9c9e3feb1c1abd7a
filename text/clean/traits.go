package clean

import "unicode/utf8"

// traits are what a text has that a step could find something in. A step whose
// traits a text lacks need not read it.
type traits uint16

const (
	high     traits = 1 << iota // beyond ASCII
	markup                      // < or &
	control                     // control characters that are no white space
	space                       // white space but for single spaces inside the text
	sign                        // @
	hash                        // #
	link                        // : or . as in :// and www.
	anything                    // any character at all
	row                         // some of one character in a row, as many as traitsOf is asked for
)

// byteTraits are the traits of a byte that needs no other beside it.
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

// traitsOf reads s once. More than most of one character beside one another are a row.
func traitsOf(s string, most int) traits {
	if s == "" {
		return 0
	}
	t := anything
	n := 0 // of the characters before that are like this one
	last := byte(' ')
	for i := range len(s) {
		c := s[i]
		t |= byteTraits[c]
		if c == last {
			if c == ' ' {
				t |= space // at the beginning too
			}
			if n++; n >= most {
				t |= row
			}
			continue
		}
		n = 0
		// "://" and "www." end so
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

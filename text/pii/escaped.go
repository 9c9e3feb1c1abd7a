package pii

// escapedAt returns the sign that the escape at s[i] stands for and the
// escape's size, or 0 for both. It decodes the signs @ . + written as HTML
// character references (&#64;, &commat;) or, between the characters of an
// address or before a number, percent-encoded (RFC 3986: bob%40example.com,
// %2B8613812345678). before is the folded byte before it.
func escapedAt(s string, i int, before byte) (c byte, size int) {
	if s[i] == '%' {
		if i+3 >= len(s) {
			return 0, 0
		}
		switch next := s[i+3]; {
		case s[i+1] == '4' && s[i+2] == '0' && alnum(before) && alnum(next):
			return '@', 3
		case s[i+1] == '2' && s[i+2]|0x20 == 'b' && digit(next):
			return '+', 3
		}
		return 0, 0
	}
	from := i + 1
	for n := 0; n < 3 && len(s)-from > 4 && s[from:from+4] == "amp;"; n++ {
		from += 4 // &amp;#64;, escaped twice
	}
	end := from
	for end < len(s) && end-from < maxReference && (alnum(s[end]) || s[end] == '#') {
		end++
	}
	if end == len(s) || s[end] != ';' {
		return 0, 0
	}
	if c := references[lower(s[from:end])]; c != 0 {
		return c, end + 1 - i
	}
	if end-from > 2 && s[from] == '#' {
		c := reference(s[from+1 : end])
		if alnum(c) || c != 0 && oneOf("@.+-_ ", c) {
			return c, end + 1 - i
		}
	}
	return 0, 0
}

// exportEscape returns the white space that the escape at s[i] stands for and
// the escape's size, or 0 for both: \n, \r and \t as written by databases and
// JSON, _x000D_ by spreadsheets. After a colon, as in C:\new, it is part of a
// path.
func exportEscape(s string, i int) (c byte, size int) {
	if s[i] == '_' {
		if len(s)-i < 7 || s[i+1] != 'x' || s[i+6] != '_' || s[i+2] != '0' || s[i+3] != '0' || s[i+4] != '0' || !oneOf("9aAdD", s[i+5]) {
			return 0, 0
		}
		return '\n', 7
	}
	if i+1 >= len(s) || i > 0 && s[i-1] == ':' {
		return 0, 0
	}
	switch s[i+1] {
	case 'n', 'r':
		return '\n', 2
	case 't':
		return '\t', 2
	}
	return 0, 0
}

// maxReference is the length of the longest reference considered: &#0000064.
const maxReference = 10

var references = map[string]byte{"commat": '@', "period": '.', "plus": '+', "lowbar": '_', "hyphen": '-', "nbsp": ' '}

// reference returns the ASCII character of a numeric reference with these
// digits, decimal or, after x, hexadecimal; 0 if there is none.
func reference(num string) byte {
	base, v := 10, 0
	if num[0]|0x20 == 'x' {
		base, num = 16, num[1:]
	}
	for i := range len(num) {
		var d int
		switch c := num[i]; {
		case digit(c):
			d = int(c - '0')
		case base == 16 && hexByte(c):
			d = int(c|0x20-'a') + 10
		default:
			return 0
		}
		if v = v*base + d; v > 0x7E {
			return 0
		}
	}
	return byte(v)
}

package pii

import "sort"

// folded is a text in which full-width letters, digits and signs, typographic
// spaces and hyphens are replaced by their ASCII equivalents and invisible
// characters are left out, so that １３８ and 1<zero-width space>38 are read as
// 138. Escaped signs of an address (escapedAt) are decoded, and tags within a
// word (tagAt) are left out.
type folded struct {
	text      string
	stretches []stretch // by offset; the first begins at 0
}

// stretch is a part of a folded text in which each byte stands for width bytes
// of the source.
type stretch struct{ at, source, width int }

// foldLead marks the first bytes of characters that fold may rewrite.
var foldLead = [256]bool{'%': true, '&': true, '<': true, '\\': true, '_': true, 0xC2: true, 0xE2: true, 0xE3: true, 0xEF: true}

// needsFold reports whether fold would change s.
func needsFold(s string) bool {
	for i := range len(s) {
		if foldLead[s[i]] {
			before := byte(0)
			if i > 0 {
				before = s[i-1]
			}
			if _, size := foldAt(s, i, before); size > 0 {
				return true
			}
		}
	}
	return false
}

// fold folds s.
func fold(s string) folded {
	n := 0
	for i := range len(s) {
		if foldLead[s[i]] {
			n++
		}
	}
	f := folded{stretches: append(make([]stretch, 0, 2*n+1), stretch{0, 0, 1})}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if !foldLead[s[i]] {
			b = append(b, s[i])
			i++
			continue
		}
		before := byte(0)
		if len(b) > 0 {
			before = b[len(b)-1]
		}
		c, size := foldAt(s, i, before)
		switch {
		case size == 0:
			b = append(b, s[i])
			i++
		case c == 0:
			i += size
			f.from(len(b), i, 1)
		default:
			f.from(len(b), i, size)
			b = append(b, c)
			i += size
			f.from(len(b), i, 1)
		}
	}
	f.text = string(b)
	return f
}

// from records that the folded text from at on stands for the source from
// source on.
func (f *folded) from(at, source, width int) {
	last := &f.stretches[len(f.stretches)-1]
	if last.at == at { // an empty stretch
		if n := len(f.stretches) - 1; n > 0 {
			if p := f.stretches[n-1]; p.width == width && p.source+p.width*(at-p.at) == source {
				f.stretches = f.stretches[:n]
				return
			}
		}
		*last = stretch{at, source, width}
		return
	}
	if last.width == width && last.source+last.width*(at-last.at) == source {
		return
	}
	f.stretches = append(f.stretches, stretch{at, source, width})
}

// restore maps a span of the folded text to the source.
func (f *folded) restore(s *Span) {
	i := sort.Search(len(f.stretches), func(i int) bool { return f.stretches[i].at > s.Start }) - 1
	// The end is that of the last character, not the start of the next one: what
	// was left out between them is not part of the span.
	j := sort.Search(len(f.stretches), func(j int) bool { return f.stretches[j].at >= s.End }) - 1
	a, b := f.stretches[i], f.stretches[j]
	s.Start, s.End = a.source+a.width*(s.Start-a.at), b.source+b.width*(s.End-b.at)
}

// foldAt returns the ASCII character for the one at s[i] and its size in bytes.
// The character is 0 if it is to be left out, the size is 0 if it stays
// unchanged. before is the folded byte before it.
func foldAt(s string, i int, before byte) (c byte, size int) {
	if s[i] == '%' || s[i] == '&' {
		return escapedAt(s, i, before)
	}
	if s[i] == '<' {
		return 0, tagAt(s, i, before)
	}
	if s[i] == '\\' || s[i] == '_' {
		return exportEscape(s, i)
	}
	if s[i] == 0xC2 {
		if i+1 < len(s) {
			switch s[i+1] {
			case 0xB7: // middle dot
				if betweenDigits(s, i, i+2, before) {
					return '.', 2
				}
			case 0xA0: // no-break space
				return ' ', 2
			case 0xAD: // soft hyphen
				return 0, 2
			}
		}
		return 0, 0
	}
	if i+2 >= len(s) {
		return 0, 0
	}
	x, y := s[i+1], s[i+2]
	switch s[i] {
	case 0xE2:
		switch {
		case x == 0x80 && (y >= 0x80 && y <= 0x8A || y == 0xAF), x == 0x81 && y == 0x9F: // U+2000 to U+200A, U+202F, U+205F
			return ' ', 3
		case x == 0x80 && y >= 0x90 && y <= 0x93, x == 0x88 && y == 0x92: // U+2010 to U+2013, U+2212
			return '-', 3
		case x == 0x80 && (y == 0x94 || y == 0x95) && betweenDigits(s, i, i+3, before): // dashes
			return '-', 3
		case x == 0x80 && y == 0xA2 && betweenDigits(s, i, i+3, before): // bullet
			return '.', 3
		case x == 0x80 && (y >= 0x8B && y <= 0x8F || y >= 0xAA && y <= 0xAE), x == 0x81 && (y == 0xA0 || y >= 0xA6 && y <= 0xA9):
			return 0, 3 // U+200B to U+200F, U+202A to U+202E, U+2060, U+2066 to U+2069
		}
	case 0xE3:
		if x == 0x80 && y == 0x80 { // ideographic space
			return ' ', 3
		}
	case 0xEF:
		if x == 0xBB && y == 0xBF { // zero-width no-break space
			return 0, 3
		}
		c := fullWidth(x, y)
		switch {
		case alnum(c), c != 0 && oneOf("@+-_/.#%&=", c):
			return c, 3
		// Punctuation that also occurs in Chinese text, only next to digits or
		// letters: （０７５５）, ５３：３５, Ｄａｙｔｏｎ，ＯＨ.
		case c == '(' && digit(plainAt(s, i+3)), c == ')' && digit(before):
			return c, 3
		case c == ':' && alnum(before) && (alnum(plainAt(s, i+3)) || plainAt(s, i+3) == '/'):
			return c, 3
		case c == ',' && alnum(before) && (letter(plainAt(s, i+3)) || plainAt(s, i+3) == ' '):
			return c, 3
		}
	}
	return 0, 0
}

// betweenDigits reports whether the sign s[i:end] stands between digits, with
// spaces beside it or not. before is the folded byte before it.
func betweenDigits(s string, i, end int, before byte) bool {
	left := i
	for left > 0 && i-left < maxSpaces && s[left-1] == ' ' {
		left--
	}
	if left < i {
		before = 0
		if left > 0 {
			before = s[left-1]
		}
	}
	return digit(before) && digit(plainAt(s, spacesEnd(s, end)))
}

// fullWidth returns the ASCII character whose full-width form (U+FF01 to
// U+FF5E) has x and y as its second and third byte, or 0.
func fullWidth(x, y byte) byte {
	switch {
	case x == 0xBC && y >= 0x81 && y <= 0xBF:
		return y - 0x60
	case x == 0xBD && y >= 0x80 && y <= 0x9E:
		return y - 0x20
	}
	return 0
}

// plainAt returns the ASCII character at s[i], which may be full-width, or 0.
func plainAt(s string, i int) byte {
	switch {
	case i >= len(s):
		return 0
	case s[i] < 0x80:
		return s[i]
	case i+2 < len(s) && s[i] == 0xEF:
		return fullWidth(s[i+1], s[i+2])
	case i+2 < len(s) && s[i:i+3] == "\u3000":
		return ' '
	}
	return 0
}

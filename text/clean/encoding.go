package clean

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/seed-56ee9438/cohort/text"
)

// decode makes the text valid UTF-8 without a byte order mark and returns the
// name of its encoding. It tries, in order: a byte order mark; valid UTF-8;
// UTF-16, by its zero bytes; UTF-8 with few errors, which are dropped; GB18030,
// if it decodes to Chinese; Windows-1252.
func decode(e *editor) string {
	s := e.s
	switch {
	case strings.HasPrefix(s, "\xEF\xBB\xBF"):
		e.put(0, 3, "")
		if utf8.ValidString(s) {
			return "utf-8"
		}
		dropInvalid(e, 3)
		return "utf-8 with errors"
	case strings.HasPrefix(s, "\xFF\xFE") && len(s)%2 == 0:
		decode16(e, 2, 0)
		return "utf-16le"
	case strings.HasPrefix(s, "\xFE\xFF") && len(s)%2 == 0:
		decode16(e, 2, 1)
		return "utf-16be"
	}
	if low, high := zeros(s); low+high > 0 && len(s)%2 == 0 {
		if high*4 > len(s) && low*16 < len(s) {
			decode16(e, 0, 0)
			return "utf-16le"
		}
		if low*4 > len(s) && high*16 < len(s) {
			decode16(e, 0, 1)
			return "utf-16be"
		}
	}
	if utf8.ValidString(s) {
		return "utf-8"
	}
	good, bad := multibyte(s)
	if bad > good {
		if decodeGB(e) {
			return "gb18030"
		}
		if good == 0 && decodeLatin(e) {
			return "windows-1252"
		}
	}
	dropInvalid(e, 0)
	return "utf-8 with errors"
}

// Charset returns the name of the encoding of b, as in Cleaned.Charset. It can
// be used to detect the encoding of a file from its beginning, which is best
// cut at the end of a line, or between characters.
func Charset(b []byte) string {
	e := editor{s: string(b)}
	return decode(&e)
}

// zeros counts the zero bytes at even and odd offsets.
func zeros(s string) (even, odd int) {
	if strings.IndexByte(s, 0) < 0 {
		return 0, 0
	}
	for i := range len(s) {
		if s[i] == 0 {
			if i%2 == 0 {
				even++
			} else {
				odd++
			}
		}
	}
	return even, odd
}

// multibyte counts UTF-8 sequences of more than one byte, and bytes that belong
// to no valid sequence.
func multibyte(s string) (good, bad int) {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good, bad
}

func dropInvalid(e *editor, i int) {
	for s := e.s; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			e.put(i, i+1, "")
		}
		i += n
	}
}

// decode16 decodes UTF-16 from i; high is the offset of the high byte in each
// pair.
func decode16(e *editor, i, high int) {
	s := e.s
	e.put(0, i, "")
	at := func(i int) rune {
		if high == 1 {
			return rune(s[i])<<8 | rune(s[i+1])
		}
		return rune(s[i+1])<<8 | rune(s[i])
	}
	for i+1 < len(s) {
		r, n := at(i), 2
		if utf16.IsSurrogate(r) {
			r, n = utf8.RuneError, 2
			if i+3 < len(s) {
				if p := utf16.DecodeRune(at(i), at(i+2)); p != utf8.RuneError {
					r, n = p, 4
				}
			}
		}
		if r == utf8.RuneError {
			e.put(i, i+n, "")
		} else {
			e.put(i, i+n, string(r))
		}
		i += n
	}
	if i < len(s) {
		e.put(i, len(s), "")
	}
}

// decodeGB decodes GB18030 if all of the text decodes, most of its non-ASCII
// characters are Chinese, and they are more likely Chinese than Windows-1252:
// the bytes of "it’s" and "señor" are Chinese characters, too.
func decodeGB(e *editor) bool {
	s := e.s
	d := simplifiedchinese.GB18030.NewDecoder()
	han, other, latin := 0, 0, 0
	for i := 0; i < len(s); {
		r, n := decodeRuneGB(d, s[i:])
		if r == utf8.RuneError {
			return false
		}
		if n == 2 && latinPair(s, i) {
			latin++
		}
		switch {
		case text.IsHan(r) || r == '，' || r == '。' || r == '！' || r == '？' || r == '、' || r == '：':
			han++
		case 0xFF01 <= r && r <= 0xFF5E: // full-width letters and digits are evidence for neither
		case r >= utf8.RuneSelf && !unicode.IsPunct(r) && !unicode.IsSpace(r):
			other++
		}
		i += n
	}
	if han == 0 || other*3 > han || latin*2 >= han {
		return false
	}
	for i := 0; i < len(s); {
		r, n := decodeRuneGB(d, s[i:])
		if r >= utf8.RuneSelf {
			e.put(i, i+n, string(r)) // ASCII is copied
		}
		i += n
	}
	return true
}

// latinPair reports whether the two bytes of a GB18030 character at s[i] are
// more likely one or two characters of Windows-1252. That is so if they stand
// alone among ASCII, where Chinese characters come in runs, and are next to a
// Latin letter or contain one. The 3755 most frequent characters (level 1 of GB
// 2312) count as Chinese regardless, unless the second byte is ASCII, which it
// is in none of them.
func latinPair(s string, i int) bool {
	before, after := byte(' '), byte(' ')
	if i > 0 {
		before = s[i-1]
	}
	if i+2 < len(s) {
		after = s[i+2]
	}
	if before >= utf8.RuneSelf || after >= utf8.RuneSelf || s[i] >= 0xB0 && s[i] <= 0xD7 && s[i+1] >= 0xA1 {
		return false
	}
	return s[i+1] < utf8.RuneSelf || asciiLetter(before) || asciiLetter(after)
}

func asciiLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// decodeRuneGB decodes the first character of s, of n bytes; it returns
// utf8.RuneError if there is none. It delimits the sequence itself and requires
// it to give exactly one character, since the decoder has its own ways of
// resynchronising.
func decodeRuneGB(d *encoding.Decoder, s string) (r rune, n int) {
	switch {
	case s[0] < utf8.RuneSelf:
		return rune(s[0]), 1
	case len(s) < 2 || s[0] == 0x80 || s[0] == 0xFF:
		return utf8.RuneError, 1
	case '0' <= s[1] && s[1] <= '9':
		n = 4
	default:
		n = 2
	}
	if n > len(s) {
		return utf8.RuneError, len(s)
	}
	var dst [16]byte
	d.Reset()
	size, read, err := d.Transform(dst[:], []byte(s[:n]), true)
	r, one := utf8.DecodeRune(dst[:size])
	if err != nil || read != n || one != size {
		return utf8.RuneError, n
	}
	return r, n
}

// decodeLatin decodes Windows-1252 if all bytes are assigned to characters in
// common use. ÿ and þ are excluded: they are usually damage or a byte order
// mark.
func decodeLatin(e *editor) bool {
	for i := range len(e.s) {
		switch e.s[i] {
		case 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xFE, 0xFF:
			return false
		}
	}
	for i := range len(e.s) {
		if e.s[i] >= utf8.RuneSelf {
			e.put(i, i+1, string(charmap.Windows1252.DecodeByte(e.s[i])))
		}
	}
	return true
}

// mojibake repairs UTF-8 that was read as Windows-1252: Ã© -> é, â€™ -> ’. A
// run of non-ASCII characters is converted back if the resulting bytes are
// valid UTF-8.
func mojibake(e *editor) {
	s := e.s
	for i := 0; i < len(s); {
		// only these lead bytes, read as Windows-1252, begin such a run
		if s[i] != 0xC3 && s[i] != 0xC2 {
			i++
			continue
		}
		start := i
		var raw [64]byte
		n := 0
		for i < len(s) && s[i] >= utf8.RuneSelf && n < len(raw) {
			r, size := utf8.DecodeRuneInString(s[i:])
			b, ok := latinByte(r)
			if !ok {
				break
			}
			raw[n] = b
			n++
			i += size
		}
		if n >= 2 && utf8.Valid(raw[:n]) {
			e.put(start, i, string(raw[:n]))
		}
		if i == start {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
		}
	}
}

// latinByte returns the byte that Windows-1252 decodes to r; unassigned bytes
// decode to controls, as in browsers.
func latinByte(r rune) (byte, bool) {
	if 0x80 <= r && r <= 0x9F {
		switch r {
		case 0x81, 0x8D, 0x8F, 0x90, 0x9D:
			return byte(r), true
		}
	}
	b, ok := charmap.Windows1252.EncodeRune(r)
	return b, ok && b >= 0x80
}

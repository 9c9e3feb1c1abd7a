package charset

import (
	"bytes"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// A Guess is the encoding that a text seems to be in.
type Guess struct {
	// Name is the encoding's lower-case name in the Encoding Standard; "ascii"
	// if the text is pure ASCII.
	Name string
	// Encoding is the encoding; nil for UTF-8 and ASCII.
	Encoding encoding.Encoding
	// Mark is the length of the byte order mark.
	Mark int
	// Sure reports that the bytes leave no other choice: a byte order mark, or
	// valid UTF-8.
	Sure bool
}

// Encodings are first compared on few bytes of a text. Those that are at most
// behind bits worse than the best are then compared on up to most bytes: more
// hardly changes the choice.
const (
	few    = 1 << 10
	most   = 8 << 10
	behind = 400.0
)

// Detect returns the encoding of a text that begins with, or contains, b. The
// last character of b may be truncated. Wide encodings (UTF-16, UTF-32) are
// detected if b is the beginning of the text.
func Detect(b []byte) Guess {
	if g, ok := marked(b); ok {
		return g
	}
	if g, ok := wide(b); ok {
		return g
	}
	if i := firstHigh(b); i < 0 {
		if escapes(b) {
			return guess("iso-2022-jp")
		}
		return Guess{Name: "ascii", Sure: true}
	}
	good, bad := sequences(b)
	if bad == 0 {
		return Guess{Name: "utf-8", Sure: true}
	}
	if good > 4*bad {
		return Guess{Name: "utf-8"}
	}
	from := candidates
	if stray(b) {
		from = latin
	}
	if good > 0 {
		from = append([]candidate{mixed}, from...)
	}
	return likeliest(from, telling(b))
}

func guess(name string) Guess { return Guess{Name: name, Encoding: Get(name)} }

// marked detects an encoding by its byte order mark.
func marked(b []byte) (Guess, bool) {
	for _, m := range []struct{ mark, name string }{
		{"\xef\xbb\xbf", "utf-8"}, {"\xff\xfe\x00\x00", "utf-32le"}, {"\x00\x00\xfe\xff", "utf-32be"}, {"\xff\xfe", "utf-16le"}, {"\xfe\xff", "utf-16be"},
		{"\x84\x31\x95\x33", "gb18030"},
	} {
		if bytes.HasPrefix(b, []byte(m.mark)) {
			g := guess(m.name)
			g.Mark, g.Sure = len(m.mark), true
			return g, true
		}
	}
	return Guess{}, false
}

// wide detects UTF-16 and UTF-32 by the positions of zeros, which occur in
// characters of the first blocks of Unicode, such as the digits, commas and
// line endings of any table.
func wide(b []byte) (Guess, bool) {
	padded := b
	b = bytes.TrimRight(b, "\x00") // the last character's own NULs are put back
	b = padded[:min(len(b)+3, len(padded))&^3]
	if len(b) == 0 || bytes.IndexByte(b, 0) < 0 {
		return Guess{}, false
	}
	var zeros [4]int
	for i, c := range b {
		if c == 0 {
			zeros[i&3]++
		}
	}
	quarter := len(b) / 4
	even, odd := zeros[0]+zeros[2], zeros[1]+zeros[3]
	switch {
	case zeros[3] >= quarter*9/10 && zeros[2] >= quarter*8/10 && zeros[0] <= quarter/5 && noControls(b, 4, 0):
		return guess("utf-32le"), true
	case zeros[0] >= quarter*9/10 && zeros[1] >= quarter*8/10 && zeros[3] <= quarter/5 && noControls(b, 4, 3):
		return guess("utf-32be"), true
	case odd > 1 && odd > len(b)/20 && odd > 8*even && noControls(b, 2, 0):
		return guess("utf-16le"), true
	case even > 1 && even > len(b)/20 && even > 8*odd && noControls(b, 2, 1):
		return guess("utf-16be"), true
	}
	return Guess{}, false
}

// noControls reports whether b, read as characters of that many bytes with the
// low byte at position low, has no control characters except line endings and
// NULs at its end, unlike the bytes of a program.
func noControls(b []byte, size, low int) bool {
	b = bytes.TrimRight(b, "\x00")
	for i := 0; i+low < len(b); i += size {
		c := b[i+low]
		if c >= ' ' || c == '\n' || c == '\r' || c == '\t' {
			continue
		}
		high := byte(0)
		for k := range min(size, len(b)-i) {
			if k != low {
				high |= b[i+k]
			}
		}
		if high == 0 {
			return false
		}
	}
	return true
}

// escapes detects ISO-2022-JP, which is ASCII with escape sequences.
func escapes(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@"))
}

func firstHigh(b []byte) int {
	return bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
}

// sequences counts multi-byte UTF-8 sequences and the bytes that belong to
// none; a sequence truncated by the end of b does not count as bad.
func sequences(b []byte) (good, bad int) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r != utf8.RuneError || n > 1:
			good++
		case !utf8.FullRune(b[i:]):
			return good, bad
		default:
			bad++
		}
		i += n
	}
	return good, bad
}

// strayApart is the number of bytes from which bytes that are not ASCII are apart.
// Scripts other than the Latin one have words of several of them, of which every
// second byte may be ASCII in encodings of two bytes a character.
const strayApart = 3

// stray reports whether all bytes that are not ASCII are apart.
func stray(b []byte) bool {
	last := -strayApart
	for i, c := range b {
		if c < utf8.RuneSelf {
			continue
		}
		if i-last < strayApart {
			return false
		}
		last = i
	}
	return true
}

// telling returns the lines of b that are not pure ASCII, as many as are
// measured.
func telling(b []byte) []byte {
	var out []byte
	for len(b) > 0 && len(out) < most {
		line := b
		if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
			line = b[:i+1]
		}
		b = b[len(line):]
		if firstHigh(line) >= 0 {
			out = append(out, line[:min(len(line), most)]...)
		}
	}
	return out
}

// likeliest returns the encoding in which b takes the fewest bits.
func likeliest(from []candidate, b []byte) Guess {
	if len(b) > few {
		bits := measure(from, b[:few])
		least := slices.Min(bits)
		var near []candidate
		for i, c := range from {
			if bits[i] <= least+behind {
				near = append(near, c)
			}
		}
		from = near
	}
	bits := measure(from, b)
	return guess(from[slices.Index(bits, slices.Min(bits))].name)
}

// measure returns the number of bits that b takes in each of the encodings, in
// its best-fitting language.
func measure(from []candidate, b []byte) []float64 {
	out := make([]float64, len(from))
	decoded := make([]byte, 4*len(b)+16)
	for i, c := range from {
		var text []rune
		odd := 0
		if c.encoding == nil {
			text, odd = decodeMixed(b)
		} else {
			n, _, _ := c.encoding.NewDecoder().Transform(decoded, b, false)
			text = bytes.Runes(decoded[:n])
		}
		out[i] = math.Inf(1)
		for _, name := range c.languages {
			out[i] = min(out[i], tables()[name].cost(text)+c.prior+strayByte*float64(odd))
		}
	}
	return out
}

// strayByte is the cost of a byte of Windows-1252 in UTF-8.
const strayByte = 6.0

// decodeMixed decodes UTF-8 that contains odd bytes of Windows-1252.
func decodeMixed(b []byte) (text []rune, odd int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(b) { // it is truncated
				break
			}
			r = charmap.Windows1252.DecodeByte(b[0])
			odd++
		}
		text = append(text, r)
		b = b[n:]
	}
	return text, odd
}

// kind is the class of a character in relation to its neighbours.
type kind uint8

const (
	space kind = iota // white space, digits, ASCII signs
	lower             // including letters without case
	upper
	other // of a script other than the language's, and signs
)

const (
	ascii    = 5.0  // a character of ASCII
	broken   = 40.0 // an undecodable or control character
	private  = 30.0 // a character for private use
	initial  = 2.0  // a capital letter at the start of a word
	capital  = 0.3  // a capital letter after another
	inWord   = 8.0  // a capital letter after a small one, or a sign within a word
	switched = 3.0  // a letter of a different script than the letter before
	joined   = 5.0  // and with nothing between the two
	narrow   = 6.5  // half-width katakana
)

// letter describes the text before a character.
type letter struct {
	kind        kind
	ascii       bool // it, or the last letter, was ASCII
	plainScript bool // the last letter was
}

// cost returns the number of bits that text takes in the language.
func (t *table) cost(text []rune) float64 {
	bits := 0.0
	before := letter{space, true, true}
	for i, r := range text {
		if r < utf8.RuneSelf {
			bits += t.plainCost(r, &before)
			continue
		}
		if r == utf8.RuneError || r < 0xa0 || unicode.Is(unicode.Co, r) {
			bits += broken
			if unicode.Is(unicode.Co, r) {
				bits += private - broken
			}
			before.kind, before.ascii = other, false
			continue
		}
		cost, k := t.character(r)
		bits += cost + t.neighbours(k, r, before, i+1 < len(text) && unicode.IsLetter(text[i+1]))
		before.kind, before.ascii = k, false
		if k == lower || k == upper {
			before.plainScript = false
		}
	}
	return bits
}

// separate reports whether the language is written without ASCII letters.
func (t *table) separate() bool { return t.share > .5 }

// plainCost returns the cost of an ASCII character after the text before.
func (t *table) plainCost(r rune, before *letter) float64 {
	k := space
	switch {
	case 'a' <= r && r <= 'z':
		k = lower
	case 'A' <= r && r <= 'Z':
		k = upper
	}
	bits := ascii
	if k != space {
		bits += t.plain
		if t.separate() && !before.plainScript {
			bits += switched
			if !before.ascii && (before.kind == lower || before.kind == upper) {
				bits += joined
			}
		}
		if before.kind == other && t.words {
			bits += inWord / 2
		}
		before.plainScript = true
	}
	before.kind, before.ascii = k, true
	return bits
}

// character returns the cost of a non-ASCII character by itself.
func (t *table) character(r rune) (float64, kind) {
	small := unicode.ToLower(r)
	cost, known := t.bits[r]
	switch {
	case known && small == r:
		if isSign(r) {
			return cost, other
		}
		return cost, lower
	case small != r:
		if !known {
			if cost, known = t.bits[small]; !known {
				cost = t.odd
			}
			cost += initial
		}
		return cost, upper
	case 0xff61 <= r && r <= 0xff9f && t.name == "ja":
		return narrow, lower
	case t.others != nil && t.others(r):
		return t.rest, lower
	case isSign(r):
		return t.sign, other
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return t.odd, lower
	}
	return t.odd, other
}

// neighbours returns the additional cost of a character of kind k that is due
// to its neighbours.
func (t *table) neighbours(k kind, r rune, before letter, letterNext bool) float64 {
	bits := 0.0
	inside := before.kind == lower || before.kind == upper
	switch {
	case k == upper && before.kind == lower:
		bits += inWord
	case k == upper && before.kind == upper:
		bits += capital - initial
	case k == other && r != '’' && inside && t.words && letterNext:
		bits += inWord
	}
	if t.separate() && before.plainScript && (k == lower || k == upper) {
		bits += switched
		if inside && before.ascii {
			bits += joined
		}
	}
	return bits
}

var signSet = func() map[rune]bool {
	m := map[rune]bool{}
	for _, r := range signs {
		m[r] = true
	}
	return m
}()

func isSign(r rune) bool { return signSet[r] }

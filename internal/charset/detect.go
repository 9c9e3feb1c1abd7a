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
	// Name is the encoding's as the Encoding Standard has it, in lower case;
	// "ascii" where there is nothing else.
	Name string
	// Encoding decodes it; nil for UTF-8 and ASCII.
	Encoding encoding.Encoding
	// Mark is the length of the byte order mark.
	Mark int
	// Sure is whether the bytes leave no other choice: a byte order mark, or valid
	// UTF-8.
	Sure bool
}

// Of a text few bytes are measured first, and most of those encodings alone that
// did not fall behind by more than behind bits: more hardly changes the choice.
const (
	few    = 1 << 10
	most   = 8 << 10
	behind = 400.0
)

// Detect tells the encoding of a text that begins with, or holds, b. The last
// character of b may be cut. Wide encodings (UTF-16, UTF-32) are told where b is
// the beginning of the text.
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
	if good > 0 {
		from = append([]candidate{mixed}, from...)
	}
	return likeliest(from, telling(b))
}

func guess(name string) Guess { return Guess{Name: name, Encoding: Get(name)} }

// marked tells by a byte order mark.
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

// wide tells UTF-16 and UTF-32 by where the zeros are: of characters of the
// first blocks of Unicode, such as the digits, commas and line ends of any table.
func wide(b []byte) (Guess, bool) {
	b = b[:len(b)&^3]
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
	case zeros[3] >= quarter*9/10 && zeros[2] >= quarter*8/10 && zeros[0] <= quarter/5:
		return guess("utf-32le"), true
	case zeros[0] >= quarter*9/10 && zeros[1] >= quarter*8/10 && zeros[3] <= quarter/5:
		return guess("utf-32be"), true
	case odd > 1 && odd > len(b)/20 && odd > 8*even && lines16(b, 0):
		return guess("utf-16le"), true
	case even > 1 && even > len(b)/20 && even > 8*odd && lines16(b, 1):
		return guess("utf-16be"), true
	}
	return Guess{}, false
}

// lines16 tells whether b, as UTF-16 whose characters' low byte is at place low of
// two, has no control characters but those of lines: bytes of a program have.
func lines16(b []byte, low int) bool {
	for i := 0; i+1 < len(b); i += 2 {
		if b[i+1-low] == 0 && b[i+low] < ' ' && b[i+low] != '\n' && b[i+low] != '\r' && b[i+low] != '\t' {
			return false
		}
	}
	return true
}

// escapes tells ISO-2022-JP, which is ASCII with escape sequences.
func escapes(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@"))
}

func firstHigh(b []byte) int {
	return bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
}

// sequences counts UTF-8 sequences of more than one byte and the bytes that
// belong to none; a sequence cut by the end of b is not bad.
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

// telling are the lines of b that are not ASCII alone, as many as are measured.
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

// likeliest is the encoding under which b costs fewest bits.
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

// measure is how many bits b takes in each of the encodings, in the language of
// each that suits it best.
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

// strayByte is what a byte of Windows-1252 among UTF-8 costs.
const strayByte = 6.0

// decodeMixed decodes UTF-8 with odd bytes of Windows-1252 in it.
func decodeMixed(b []byte) (text []rune, odd int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(b) { // it is cut
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

// kind is what a character is for its neighbours.
type kind uint8

const (
	space kind = iota // white space, digits, ASCII signs
	lower             // a letter without case too
	upper
	other // of another script than the language's, and signs
)

const (
	ascii    = 5.0  // a character of ASCII
	broken   = 40.0 // what cannot be decoded, or a control character
	private  = 30.0 // a character for private use
	initial  = 2.0  // a capital letter at the beginning of a word
	capital  = 0.3  // a capital letter after another
	inWord   = 8.0  // a capital letter after a small one, or a sign within a word
	switched = 3.0  // a letter of another script than the letter before
	joined   = 5.0  // and with nothing between the two
	narrow   = 6.5  // half-width katakana
)

// letter is what was read before a character.
type letter struct {
	kind        kind
	ascii       bool // it, or the last letter, was of ASCII
	plainScript bool // the last letter was
}

// cost is how many bits text takes in the language.
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

// separate tells whether the language's letters are no letters of ASCII.
func (t *table) separate() bool { return t.share > .5 }

// plainCost is what a character of ASCII costs after what was before.
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

// character is what a character beyond ASCII costs by itself.
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

// neighbours is what a character of kind k costs for what is beside it.
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

// Package ucd holds the character classes and mappings of Hugging Face
// tokenizers 0.23.3, as extracted by gen/probe.py.
//
// The reference takes each class from a library with its own version of
// Unicode: marks and punctuation are those of Unicode 8 and earlier,
// normalization that of Unicode 12.1, lower-case that of Unicode 16. Go's
// unicode package, at any version, would give different token ids for hundreds
// of code points, and they would change with releases of Go.
package ucd

import (
	_ "embed"
	"sort"
)

//go:generate python3 gen/probe.py tables.bin

//go:embed tables.bin
var tables string

// Class is a set of properties of a code point.
type Class uint16

const (
	// Mark is removed as an accent by BERT's normaliser (a non-spacing mark).
	Mark Class = 1 << iota
	// Punct is isolated by BERT's pre-tokeniser; ASCII symbols are included.
	Punct
	// Control is removed by BERT's clean_text: control, format and private-use
	// characters, NUL and U+FFFD. Unassigned code points stay.
	Control
	// White has Unicode's White_Space property.
	White
	// Word matches \w in the Whitespace pre-tokeniser.
	Word
	// Numeric is a digit or other number in the Digits pre-tokeniser.
	Numeric
	// Letter is \p{L} of the byte-level pattern.
	Letter
	// Number is \p{N} of the byte-level pattern.
	Number
	// Space is \s of the byte-level pattern.
	Space
	// Combining is removed by the StripAccents normaliser (any kind of mark).
	Combining
	// CJK is a Chinese character in BERT's normaliser.
	CJK
	// HasNFD says that the code point has a canonical decomposition.
	HasNFD
	// HasNFKD says that the code point has a compatibility decomposition.
	HasNFKD
	// HasLower says that lower-casing changes the code point.
	HasLower
	// HasCCC says that the canonical combining class is not zero.
	HasCCC
	// WordSpace is \s of the Whitespace pre-tokeniser.
	WordSpace
)

const (
	blockBits  = 6
	indexBytes = 2 * (0x110000 >> blockBits)
)

// trie is a two-stage table: 16-bit block numbers, then blocks of 64 values.
type trie string

func (t trie) at(r rune) uint16 {
	if uint32(r) > 0x10FFFF {
		return 0
	}
	i := 2 * (int(r) >> blockBits)
	block := int(t[i]) | int(t[i+1])<<8
	j := indexBytes + 2*(block<<blockBits|int(r)&(1<<blockBits-1))
	return uint16(t[j]) | uint16(t[j+1])<<8
}

func le32(s string, i int) int {
	return int(s[i]) | int(s[i+1])<<8 | int(s[i+2])<<16 | int(s[i+3])<<24
}

func section(i int) string {
	offset, length := le32(tables, 8+8*i), le32(tables, 12+8*i)
	return tables[offset : offset+length]
}

// The sections are substrings of the embedded file, so nothing is computed or
// copied.
var (
	classes   = trie(section(0))
	combining = trie(section(1))
	nfd       = trie(section(2))
	nfkd      = trie(section(3))
	lower     = trie(section(4))
	pool      = section(5)
	compose   = section(6)
)

// Of returns the properties of a code point, or 0 if r is not one.
func Of(r rune) Class { return Class(classes.at(r)) }

// Is reports whether r has any of the properties in c.
func Is(r rune, c Class) bool { return Of(r)&c != 0 }

// CombiningClass returns the canonical combining class of r.
func CombiningClass(r rune) uint8 { return uint8(combining.at(r)) }

func mapped(t trie, r rune) string {
	i := int(t.at(r))
	if i == 0 {
		return ""
	}
	return pool[i+1 : i+1+int(pool[i])]
}

// Lower returns the lower case of r (more than one code point for U+0130), or
// "" if it is r itself.
func Lower(r rune) string { return mapped(lower, r) }

// NFD returns the full canonical decomposition of r, or "" if it is r itself.
// Hangul syllables are not in the table: see Hangul.
func NFD(r rune) string { return mapped(nfd, r) }

// NFKD returns the full compatibility decomposition of r, or "" if it is r
// itself. Hangul syllables are not in the table: see Hangul.
func NFKD(r rune) string { return mapped(nfkd, r) }

// The conjoining jamo and syllables of the Unicode Standard, section 3.12.
const (
	hangulBase   = 0xAC00
	jamoL        = 0x1100
	jamoV        = 0x1161
	jamoT        = 0x11A7
	jamoLCount   = 19
	jamoVCount   = 21
	jamoTCount   = 28
	hangulCount  = jamoLCount * jamoVCount * jamoTCount
	composeEntry = 12
)

// Hangul decomposes a Hangul syllable into its two or three jamo; t is 0 if
// there are two, and l is 0 if r is not a Hangul syllable.
func Hangul(r rune) (l, v, t rune) {
	s := r - hangulBase
	if s < 0 || s >= hangulCount {
		return 0, 0, 0
	}
	l, v, t = jamoL+s/(jamoVCount*jamoTCount), jamoV+s/jamoTCount%jamoVCount, jamoT+s%jamoTCount
	if t == jamoT {
		t = 0
	}
	return l, v, t
}

// Compose returns the primary composite of two code points.
func Compose(a, b rune) (rune, bool) {
	if l, v := a-jamoL, b-jamoV; 0 <= l && l < jamoLCount && 0 <= v && v < jamoVCount {
		return hangulBase + (l*jamoVCount+v)*jamoTCount, true
	}
	if s, t := a-hangulBase, b-jamoT; 0 <= s && s < hangulCount && s%jamoTCount == 0 && 0 < t && t < jamoTCount {
		return a + t, true
	}
	n := len(compose) / composeEntry
	i := sort.Search(n, func(i int) bool {
		at := i * composeEntry
		x, y := rune(le32(compose, at)), rune(le32(compose, at+4))
		return x > a || x == a && y >= b
	})
	if i == n || rune(le32(compose, i*composeEntry)) != a || rune(le32(compose, i*composeEntry+4)) != b {
		return 0, false
	}
	return rune(le32(compose, i*composeEntry+8)), true
}

// Package noise spoils texts as people and machines do, to measure what that costs
// and to train encoders to withstand it.
package noise

import (
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Noise spoils a text. It draws from rng only.
type Noise func(s string, rng *rand.Rand) string

// beside holds the neighbours of each letter on a QWERTY keyboard.
var beside = map[rune]string{
	'q': "wa", 'w': "qes", 'e': "wrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "o",
	'a': "qsz", 's': "awdx", 'd': "sefc", 'f': "drgv", 'g': "fthb", 'h': "gyjn", 'j': "hukm", 'k': "jil", 'l': "ko",
	'z': "ax", 'x': "zsc", 'c': "xdv", 'v': "cfb", 'b': "vgn", 'n': "bhm", 'm': "nj",
}

// Typing makes typing errors in a share of the letters: one in four each is left
// out, typed twice or followed by a neighbour on the keyboard, replaced by a
// neighbour, or swapped with the next letter.
func Typing(rate float64) Noise {
	return func(s string, rng *rand.Rand) string {
		in := []rune(s)
		out := make([]rune, 0, len(in)+8)
		for i := 0; i < len(in); i++ {
			c := in[i]
			near := []rune(beside[unicode.ToLower(c)])
			if len(near) == 0 || rng.Float64() >= rate {
				out = append(out, c)
				continue
			}
			n := near[rng.IntN(len(near))]
			if unicode.IsUpper(c) {
				n = unicode.ToUpper(n)
			}
			switch rng.IntN(4) {
			case 0:
			case 1:
				if rng.IntN(2) == 0 {
					n = c
				}
				out = append(out, c, n)
			case 2:
				out = append(out, n)
			case 3:
				if i+1 < len(in) && unicode.IsLetter(in[i+1]) {
					out = append(out, in[i+1], c)
					i++
				} else {
					out = append(out, n)
				}
			}
		}
		return string(out)
	}
}

// NoSpaces leaves out a share of the spaces.
func NoSpaces(rate float64) Noise {
	return func(s string, rng *rand.Rand) string {
		return strings.Map(func(r rune) rune {
			if r == ' ' && rng.Float64() < rate {
				return -1
			}
			return r
		}, s)
	}
}

// OCR confuses a share of the letters with what looks alike.
func OCR(rate float64) Noise {
	alike := map[rune]string{'l': "1", 'o': "0", 'e': "c", 'c': "e", 'm': "rn", 'd': "cl", 'w': "vv", 'i': "l", 'h': "b", 'n': "h", 'a': "o", 'u': "v", 't': "f", 'g': "q", 's': "5"}
	return func(s string, rng *rand.Rand) string {
		var b strings.Builder
		for _, r := range s {
			if to, ok := alike[r]; ok && rng.Float64() < rate {
				b.WriteString(to)
			} else {
				b.WriteRune(r)
			}
		}
		return b.String()
	}
}

// FullWidth writes ASCII in full width.
func FullWidth(s string, _ *rand.Rand) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

// HalfKana writes katakana in half width, voiced ones with a mark of their own, as
// bank transfers and old tills do.
func HalfKana(s string, _ *rand.Rand) string {
	return halfKana.Replace(s)
}

var halfKana = func() *strings.Replacer {
	var pairs []string
	for half := rune(0xff66); half <= 0xff9d; half++ {
		full := norm.NFKC.String(string(half))
		pairs = append(pairs, full, string(half))
		for _, mark := range "ﾞﾟ" {
			if voiced := norm.NFKC.String(string([]rune{half, mark})); utf8.RuneCountInString(voiced) == 1 {
				pairs = append(pairs, voiced, string([]rune{half, mark}))
			}
		}
	}
	return strings.NewReplacer(append(pairs, "。", "｡", "「", "｢", "」", "｣", "、", "､", "・", "･")...)
}()

// MixedWidth writes half of the characters in full width, with ideographic
// spaces, as input methods left half in one mode do.
func MixedWidth(s string, rng *rand.Rand) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '\u3000'
		case r > ' ' && r < 0x7f && rng.IntN(2) == 0:
			return r + 0xfee0
		}
		return r
	}, s)
}

// Upper writes s in upper case.
func Upper(s string, _ *rand.Rand) string { return strings.ToUpper(s) }

// Hidden puts a character that is not seen into a share of the places between
// letters.
func Hidden(rate float64) Noise {
	unseen := []string{"\u200b", "\u00ad", "\u2060", "\ufeff"}
	return func(s string, rng *rand.Rand) string {
		var b strings.Builder
		for _, r := range s {
			b.WriteRune(r)
			if unicode.IsLetter(r) && rng.Float64() < rate {
				b.WriteString(unseen[rng.IntN(len(unseen))])
			}
		}
		return b.String()
	}
}

// Groups holds, for each character, the group that it is in.
type Groups map[rune][]rune

// NewGroups reads groups of characters. One that is in several belongs to the last.
// Groups of one character, even if it is named twice, are none.
func NewGroups(groups []string) Groups {
	of := Groups{}
	for _, g := range groups {
		all := []rune(g)
		if !slices.ContainsFunc(all, func(r rune) bool { return r != all[0] }) {
			continue
		}
		for _, r := range all {
			of[r] = all
		}
	}
	return of
}

// Alike replaces a share of the characters that are in one of the groups by
// another of their group.
func Alike(of Groups, rate float64) Noise {
	return func(s string, rng *rand.Rand) string {
		return strings.Map(func(r rune) rune {
			g := of[r]
			if g == nil || rng.Float64() >= rate {
				return r
			}
			for {
				if x := g[rng.IntN(len(g))]; x != r {
					return x
				}
			}
		}, s)
	}
}

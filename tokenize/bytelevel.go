package tokenize

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/tokenize/internal/ucd"
)

// byteLevel is the pre-tokeniser of GPT-2 and RoBERTa (Radford et al., 2019):
// it splits by a fixed expression, then writes each byte as one printable
// character, so that a vocabulary of characters covers all bytes.
type byteLevel struct {
	prefixSpace bool // put a space before a text that does not begin with one
	useRegex    bool
}

func (p byteLevel) split(dst []aligned, a aligned) []aligned {
	if p.prefixSpace && !strings.HasPrefix(a.text, " ") {
		a = a.prepend(" ")
	}
	first := len(dst)
	if p.useRegex {
		dst = a.split(dst, gpt2Pattern{}, isolated)
	} else if a.text != "" {
		dst = append(dst, a)
	}
	for i := first; i < len(dst); i++ {
		dst[i] = byteLevelText(dst[i])
	}
	return dst
}

// byteChars[b] is the character that stands for byte b: itself if it is
// printable Latin-1, otherwise the next one from U+0100.
var byteChars = func() (table [256]rune) {
	next := rune(256)
	for b := range table {
		if b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE {
			table[b] = rune(b)
			continue
		}
		table[b] = next
		next++
	}
	return table
}()

// charBytes is the inverse: charBytes[r] is 1 + the byte, 0 for other characters.
var charBytes = func() (table [256 + 68]uint16) {
	for b, r := range byteChars {
		table[r] = uint16(b) + 1
	}
	return table
}()

// byteOf returns the byte that a character stands for.
func byteOf(r rune) (byte, bool) {
	if r < 0 || int(r) >= len(charBytes) || charBytes[r] == 0 {
		return 0, false
	}
	return byte(charBytes[r] - 1), true
}

// byteLevelText writes each byte as its character; each byte of a character is
// aligned with the whole character.
func byteLevelText(a aligned) aligned {
	var b strings.Builder
	b.Grow(len(a.text) + len(a.text)/4)
	out := aligned{start: a.start, from: make([]int, 0, len(a.text)), to: make([]int, 0, len(a.text))}
	for i := range len(a.text) {
		r := byteChars[a.text[i]]
		b.WriteRune(r)
		for range utf8.RuneLen(r) {
			out.from, out.to = append(out.from, a.from[i]), append(out.to, a.to[i])
		}
	}
	out.text = b.String()
	return out
}

// gpt2Expression is the expression by which the reference splits byte-level
// text. Package regexp has no lookahead, so gpt2Pattern matches it by hand.
const gpt2Expression = `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

type gpt2Pattern struct{}

func (gpt2Pattern) matches(s string) []span {
	var out []span
	for at := 0; at < len(s); {
		n := gpt2Token(s[at:])
		out = append(out, span{at, at + n, true})
		at += n
	}
	return out
}

// gpt2Kind classifies characters as letters, numbers, spaces and others.
func gpt2Kind(r rune) ucd.Class { return ucd.Of(r) & (ucd.Letter | ucd.Number | ucd.Space) }

// gpt2Token returns the length of the match at the beginning of s, which must
// not be empty. The expression matches any text.
func gpt2Token(s string) int {
	if s[0] == '\'' {
		for _, suffix := range [...]string{"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"} {
			if strings.HasPrefix(s, suffix) {
				return len(suffix)
			}
		}
	}
	at := 0
	if s[0] == ' ' && len(s) > 1 {
		at = 1
	}
	r, size := utf8.DecodeRuneInString(s[at:])
	kind := gpt2Kind(r)
	if kind != ucd.Space {
		// Letters, numbers or others, with a single preceding space.
		for at += size; at < len(s); at += size {
			r, size = utf8.DecodeRuneInString(s[at:])
			if gpt2Kind(r) != kind {
				break
			}
		}
		return at
	}
	// Spaces, except for the last one if something follows, which belongs to
	// that or stands alone; a single space before something is matched by
	// itself.
	last, at := 0, 0
	for at < len(s) {
		r, size = utf8.DecodeRuneInString(s[at:])
		if gpt2Kind(r) != ucd.Space {
			break
		}
		last = at
		at += size
	}
	if at < len(s) && last > 0 {
		return last
	}
	return at
}

// trimOffsets excludes leading and trailing spaces of tokens from their
// offsets: as many characters of the text as the token has spaces.
func (s *sequence) trimOffsets(t *Tokenizer, prefixSpace bool) {
	isSpace := func(r rune) bool { return r == byteChars[' '] || ucd.Is(r, ucd.White) }
	s.offsets = slices.Clone(s.offsets) // parts may overlap
	s.nameTokens(t)
	for i, token := range s.tokens {
		leading := utf8.RuneCountInString(token[:len(token)-len(strings.TrimLeftFunc(token, isSpace))])
		trailing := utf8.RuneCountInString(token[len(strings.TrimRightFunc(token, isSpace)):])
		o := &s.offsets[i]
		if leading == 1 && prefixSpace && (i == 0 || o[0] == 0) {
			leading = 0 // it was added
		}
		for ; leading > 0 && o[0] < o[1]; leading-- {
			_, size := utf8.DecodeRuneInString(s.text[o[0]:o[1]])
			o[0] += size
		}
		for ; trailing > 0 && o[0] < o[1]; trailing-- {
			_, size := utf8.DecodeLastRuneInString(s.text[o[0]:o[1]])
			o[1] -= size
		}
	}
}

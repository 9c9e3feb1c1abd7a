package textfile

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// A file in another encoding than UTF-8 is copied byte for byte where nothing
// changes, though not all its bytes come back from UTF-8: damaged ones all become
// U+FFFD, and GB18030 has two spellings of some characters. Between reading and
// writing such a byte b is kept as the two bytes kept|b>>6 and 0x80|b&63, which
// UTF-8 never has.
const kept = 0xf8

// isKept is whether c is the first of the two bytes.
func isKept(c byte) bool { return kept <= c && c < kept+4 }

// keptAt returns where the first kept byte of s is, -1 where there is none.
func keptAt(s []byte) int { return slices.IndexFunc(s, isKept) }

// keep appends the bytes of src as kept ones.
func keep(dst, src []byte) []byte {
	for _, b := range src {
		dst = append(dst, kept|b>>6, 0x80|b&63)
	}
	return dst
}

// unkeep is the byte that is kept as these two.
func unkeep(first, second byte) byte { return first<<6 | second&63 }

// exactDecoder decodes enc to UTF-8 and kept bytes, from which exactEncoder makes
// the same bytes again.
type exactDecoder struct {
	transform.NopResetter
	dec   *encoding.Decoder
	enc   *encoding.Encoder
	again [4 << 10]byte // what was decoded, encoded again
}

// NewExactDecoder decodes enc to UTF-8, keeping what would not come back.
func NewExactDecoder(enc encoding.Encoding) transform.Transformer {
	return &exactDecoder{dec: enc.NewDecoder(), enc: enc.NewEncoder()}
}

// Transform implements transform.Transformer. It goes by pieces, and by
// characters where a piece does not come back as it was.
func (d *exactDecoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	const least = 64
	piece := len(d.again)
	for nSrc < len(src) {
		end := min(nSrc+piece, len(src))
		m, n, _ := d.dec.Transform(dst[nDst:], src[nSrc:end], atEOF && end == len(src))
		switch {
		case n > 0 && d.same(dst[nDst:nDst+m], src[nSrc:nSrc+n]):
			nDst += m
			nSrc += n
			piece = min(2*piece, len(d.again))
			continue
		case n > 0 && piece > least:
			piece = least
			continue
		}
		for nSrc < end {
			text, n := d.character(src[nSrc:], atEOF)
			switch {
			case n == 0:
				return nDst, nSrc, transform.ErrShortSrc
			case len(text) > len(dst)-nDst:
				return nDst, nSrc, transform.ErrShortDst
			}
			nDst += copy(dst[nDst:], text)
			nSrc += n
		}
	}
	return nDst, nSrc, nil
}

// same is whether text, encoded, is src.
func (d *exactDecoder) same(text, src []byte) bool {
	n, _, err := d.enc.Transform(d.again[:], text, true)
	return err == nil && bytes.Equal(d.again[:n], src)
}

// character decodes the first character of src, which takes n bytes, 0 where
// more must be read to tell. It is kept where it would not come back.
func (d *exactDecoder) character(src []byte, atEOF bool) (text []byte, n int) {
	for size := 1; size <= min(4, len(src)); size++ {
		// Room for U+FFFD leaves none for a character behind it.
		for room := 3; room <= 4; room++ {
			text := make([]byte, room)
			m, n, _ := d.dec.Transform(text, src[:size], atEOF && size == len(src))
			switch {
			case n == 0:
				continue
			case d.same(text[:m], src[:n]):
				return text[:m], n
			default:
				return keep(nil, src[:n]), n
			}
		}
	}
	return nil, 0
}

// exactEncoder encodes UTF-8, and kept bytes as what they were. A character that
// the encoding has not becomes a question mark.
type exactEncoder struct {
	transform.NopResetter
	enc *encoding.Encoder
}

// NewExactEncoder undoes NewExactDecoder.
func NewExactEncoder(enc encoding.Encoding) transform.Transformer {
	return exactEncoder{enc: enc.NewEncoder()}
}

// Transform implements transform.Transformer.
func (e exactEncoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		rest := src[nSrc:]
		switch i := keptAt(rest); {
		case i != 0:
			if i > 0 {
				rest = rest[:i]
			}
			m, n, err := e.enc.Transform(dst[nDst:], rest, atEOF || i > 0)
			nDst += m
			nSrc += n
			if err == nil {
				continue
			}
			if errors.Is(err, transform.ErrShortDst) || errors.Is(err, transform.ErrShortSrc) {
				return nDst, nSrc, err
			}
			_, size := utf8.DecodeRune(src[nSrc:]) // what the encoding has not
			if nDst == len(dst) {
				return nDst, nSrc, transform.ErrShortDst
			}
			dst[nDst] = '?'
			nDst++
			nSrc += size
		case len(rest) < 2:
			return nDst, nSrc, transform.ErrShortSrc
		case nDst == len(dst):
			return nDst, nSrc, transform.ErrShortDst
		default:
			dst[nDst] = unkeep(rest[0], rest[1])
			nDst++
			nSrc += 2
		}
	}
	return nDst, nSrc, nil
}

// Shown returns s with kept bytes as a reader of enc shows them: U+FFFD, or the
// character that they spell.
func Shown(s []byte, enc encoding.Encoding) []byte {
	if enc == nil || keptAt(s) < 0 {
		return s
	}
	var out, run []byte
	for i := 0; i < len(s); {
		run = run[:0]
		for ; i+1 < len(s) && isKept(s[i]); i += 2 {
			run = append(run, unkeep(s[i], s[i+1]))
		}
		if len(run) > 0 {
			text, _ := enc.NewDecoder().Bytes(run) // no error: what is damaged becomes U+FFFD
			out = append(out, text...)
		}
		if i < len(s) {
			out = append(out, s[i])
			i++
		}
	}
	return out
}

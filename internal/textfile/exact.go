package textfile

import (
	"bytes"
	"errors"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"
)

// Unchanged parts of a file are copied byte for byte, even in encodings other
// than UTF-8, although conversion to UTF-8 loses some bytes: invalid ones all
// become U+FFFD, and GB18030 has two spellings of some characters. Between
// reading and writing, such a byte b is kept as the two bytes kept|b>>6 and
// 0x80|b&63, which never occur in UTF-8.
const kept = 0xf8

// isKept reports whether c is the first of the two bytes.
func isKept(c byte) bool { return kept <= c && c < kept+4 }

// keptAt returns the position of the first kept byte in s, or -1 if there is
// none.
func keptAt(s []byte) int { return slices.IndexFunc(s, isKept) }

// keep appends the bytes of src as kept bytes.
func keep(dst, src []byte) []byte {
	for _, b := range src {
		dst = append(dst, kept|b>>6, 0x80|b&63)
	}
	return dst
}

// unkeep returns the byte that these two stand for.
func unkeep(first, second byte) byte { return first<<6 | second&63 }

// exactDecoder decodes enc to UTF-8 and kept bytes, which exactEncoder converts
// back to the same bytes.
type exactDecoder struct {
	transform.NopResetter
	dec   *encoding.Decoder
	enc   *encoding.Encoder
	again [4 << 10]byte // the decoded text, encoded again
}

// NewExactDecoder returns a decoder of enc to UTF-8 that keeps the bytes that
// conversion would lose.
func NewExactDecoder(enc encoding.Encoding) transform.Transformer {
	return &exactDecoder{dec: enc.NewDecoder(), enc: enc.NewEncoder()}
}

// Transform implements transform.Transformer. It works piece by piece, and
// character by character if a piece does not convert back to the same bytes.
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

// same reports whether encoding text gives src.
func (d *exactDecoder) same(text, src []byte) bool {
	n, _, err := d.enc.Transform(d.again[:], text, true)
	return err == nil && bytes.Equal(d.again[:n], src)
}

// character decodes the first character of src, which takes n bytes, or 0 if
// more input is needed to decide. Its bytes are kept if it would not convert
// back to them.
func (d *exactDecoder) character(src []byte, atEOF bool) (text []byte, n int) {
	for size := 1; size <= min(4, len(src)); size++ {
		// Room for U+FFFD leaves no room for another character.
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

// exactEncoder encodes UTF-8, and kept bytes as the original ones. A character
// that the encoding lacks becomes a question mark.
type exactEncoder struct {
	transform.NopResetter
	enc *encoding.Encoder
}

// NewExactEncoder returns the inverse of NewExactDecoder.
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
			_, size := utf8.DecodeRune(src[nSrc:]) // not in the encoding
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
// character that they encode.
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
			text, _ := enc.NewDecoder().Bytes(run) // no error: invalid bytes become U+FFFD
			out = append(out, text...)
		}
		if i < len(s) {
			out = append(out, s[i])
			i++
		}
	}
	return out
}

package journal

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
)

// Encoded is a block of texts that a model has encoded.
type Encoded struct {
	Texts     int
	Digest    [sha256.Size]byte // of the texts, by TextsDigest
	Tokens    int
	Truncated int    // texts that exceeded the model's length
	Data      []byte // what the model made of them
}

const encodedHeader = 4 + sha256.Size + 8 + 4

// Append appends the block's bytes to dst.
func (e *Encoded) Append(dst []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(e.Texts))
	dst = append(dst, e.Digest[:]...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(e.Tokens))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(e.Truncated))
	return append(dst, e.Data...)
}

// ParseEncoded parses a block; its Data is part of b.
func ParseEncoded(b []byte) (Encoded, error) {
	var e Encoded
	if len(b) < encodedHeader {
		return e, fmt.Errorf("%w: a block has %d bytes, want %d or more", ErrFormat, len(b), encodedHeader)
	}
	e.Texts = int(binary.LittleEndian.Uint32(b))
	copy(e.Digest[:], b[4:])
	b = b[4+sha256.Size:]
	tokens := binary.LittleEndian.Uint64(b)
	e.Truncated = int(binary.LittleEndian.Uint32(b[8:]))
	e.Data = b[12:]
	if e.Texts == 0 || e.Truncated > e.Texts || tokens > math.MaxInt32*uint64(e.Texts) {
		return e, fmt.Errorf("%w: a block of %d texts has %d tokens, with %d texts truncated", ErrFormat, e.Texts, tokens, e.Truncated)
	}
	e.Tokens = int(tokens)
	return e, nil
}

// AppendVectors appends values, each as four bytes.
func AppendVectors(dst []byte, values []float32) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(v))
	}
	return dst
}

// Vectors returns the values of Data, [Texts, dim], in dst if they fit.
func (e *Encoded) Vectors(dst []float32, dim int) ([]float32, error) {
	n := e.Texts * dim
	if len(e.Data) != 4*n {
		return nil, fmt.Errorf("%w: the vectors of %d texts have %d bytes, want %d", ErrFormat, e.Texts, len(e.Data), 4*n)
	}
	if cap(dst) < n {
		dst = make([]float32, n)
	}
	dst = dst[:n]
	for i := range dst {
		dst[i] = math.Float32frombits(binary.LittleEndian.Uint32(e.Data[4*i:]))
	}
	return dst, nil
}

// TextDigest returns the digest of one text.
func TextDigest(text string) [sha256.Size]byte { return sha256.Sum256([]byte(text)) }

// TextsDigest is the digest of texts in their order: the SHA-256 of those of the
// texts.
type TextsDigest struct {
	h hash.Hash
	n int
}

// Add adds the digest of the next text.
func (d *TextsDigest) Add(text [sha256.Size]byte) {
	if d.h == nil {
		d.h = sha256.New()
	}
	d.h.Write(text[:])
	d.n++
}

// Len returns the number of texts.
func (d *TextsDigest) Len() int { return d.n }

// Sum returns the digest of the texts so far, and begins anew.
func (d *TextsDigest) Sum() (sum [sha256.Size]byte) {
	if d.h == nil {
		d.h = sha256.New()
	}
	d.h.Sum(sum[:0])
	d.h.Reset()
	d.n = 0
	return sum
}

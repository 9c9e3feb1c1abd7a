// Package textfile opens files of text: unpacked, told from what is no text, and
// decoded to UTF-8, so exactly where it matters that the same bytes come back.
package textfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// ErrBinary is what a file that is no text is.
var ErrBinary = errors.New("not a text file")

// HeadBytes are read to tell what a file is.
const HeadBytes = 64 << 10

var gzipMagic = []byte{0x1f, 0x8b}

// Unpack returns what a file holds, unpacked, behind its byte order mark, and
// its encoding, nil for UTF-8. path is for messages; what is no text is an
// ErrBinary.
func Unpack(in io.Reader, path string) (rd *bufio.Reader, enc encoding.Encoding, mark []byte, err error) {
	rd = bufio.NewReaderSize(in, 2*HeadBytes)
	// Gzip is told by its first bytes, so a wrong or missing .gz does not matter.
	if head, _ := rd.Peek(2); bytes.Equal(head, gzipMagic) {
		z, err := gzip.NewReader(rd)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		rd = bufio.NewReaderSize(z, 2*HeadBytes)
	}
	head, err := rd.Peek(HeadBytes)
	if err != nil && err != io.EOF {
		return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	enc, n := charset(head)
	if enc == nil && n == 0 && looksBinary(head) {
		return nil, nil, nil, fmt.Errorf("%s: %w: its first bytes are binary (parquet, xlsx and archives must be converted to CSV or JSONL first)", path, ErrBinary)
	}
	mark = bytes.Clone(head[:n])
	_, err = rd.Discard(n)
	return rd, enc, mark, err
}

// Decoded returns rd as UTF-8.
func Decoded(rd *bufio.Reader, enc encoding.Encoding) *bufio.Reader {
	if enc == nil {
		return rd
	}
	return Transformed(rd, enc.NewDecoder())
}

// Transformed returns what t makes of rd.
func Transformed(rd *bufio.Reader, t transform.Transformer) *bufio.Reader {
	return bufio.NewReaderSize(transform.NewReader(rd, t), 1<<16)
}

// charset returns how a file that begins with head is encoded, nil where it is
// UTF-8 or head does not tell, and how long its byte order mark is. A file is
// Decoded as a whole, so that names of columns and users are as readable as the
// texts, and since the second byte of a GB18030 character can be a backslash,
// which would end a JSON string.
func charset(head []byte) (enc encoding.Encoding, mark int) {
	little, big := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return nil, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return little, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return big, 2
	}
	// Windows-1252 is left to cleaning, text by text: one byte of it among ASCII says
	// nothing of what comes after head.
	name := clean.Charset(head[:len(head)&^1])
	if name != "utf-16le" && name != "utf-16be" {
		if looksBinary(head) {
			return nil, 0
		}
		name = multibyte(head)
	}
	switch name {
	case "utf-16le":
		return little, 0
	case "utf-16be":
		return big, 0
	case "gb18030":
		return simplifiedchinese.GB18030, 0
	}
	return nil, 0
}

// multibyte is the charset of head, whose last character may be cut: at most
// three bytes of it are there. The end of a line is the end of a character.
func multibyte(head []byte) string {
	if end := bytes.LastIndexByte(head, '\n'); end > len(head)/2 {
		return clean.Charset(head[:end])
	}
	first := ""
	for cut := range min(4, len(head)) {
		switch c := clean.Charset(head[:len(head)-cut]); {
		case c == "utf-8":
			return c
		case c == "gb18030" && first == "":
			first = c
		}
	}
	return first
}

// looksBinary tells text from anything else as grep does: by a NUL byte; or by
// control characters that no text has in more than one byte of ten.
func looksBinary(head []byte) bool {
	odd := 0
	for _, b := range head {
		if b == 0 {
			return true
		}
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b {
			odd++
		}
	}
	return odd*10 > len(head)
}

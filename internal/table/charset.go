package table

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// headBytes are read to tell what a file is.
const headBytes = 64 << 10

var gzipMagic = []byte{0x1f, 0x8b}

// unpack returns what a file holds, unpacked, behind its byte order mark, and
// its encoding, nil for UTF-8. path is for messages; what is no text is an
// ErrBinary.
func unpack(in io.Reader, path string) (rd *bufio.Reader, enc encoding.Encoding, mark []byte, err error) {
	rd = bufio.NewReaderSize(in, 2*headBytes)
	// Gzip is told by its first bytes, so a wrong or missing .gz does not matter.
	if head, _ := rd.Peek(2); bytes.Equal(head, gzipMagic) {
		z, err := gzip.NewReader(rd)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		rd = bufio.NewReaderSize(z, 2*headBytes)
	}
	head, err := rd.Peek(headBytes)
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

// decoded returns rd as UTF-8.
func decoded(rd *bufio.Reader, enc encoding.Encoding) *bufio.Reader {
	if enc == nil {
		return rd
	}
	return transformed(rd, enc.NewDecoder())
}

// transformed returns what t makes of rd.
func transformed(rd *bufio.Reader, t transform.Transformer) *bufio.Reader {
	return bufio.NewReaderSize(transform.NewReader(rd, t), 1<<16)
}

// charset returns how a file that begins with head is encoded, nil where it is
// UTF-8 or head does not tell, and how long its byte order mark is. A file is
// decoded as a whole, so that names of columns and users are as readable as the
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

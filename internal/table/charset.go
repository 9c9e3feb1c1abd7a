package table

import (
	"bytes"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/text/clean"
)

// decoder returns what makes a file that begins with head UTF-8, nil where it is
// that or where head does not tell. A file is decoded as a whole, so that names
// of columns and users are as readable as the texts, and since the second byte
// of a GB18030 character can be a backslash, which would end a JSON string.
func decoder(head []byte) transform.Transformer {
	for _, bom := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(head, []byte(bom)) {
			return unicode.BOMOverride(transform.Nop)
		}
	}
	// Windows-1252 is left to cleaning, text by text: one byte of it among ASCII says
	// nothing of what comes after head.
	charset := clean.Charset(head[:len(head)&^1])
	if charset != "utf-16le" && charset != "utf-16be" {
		if looksBinary(head) {
			return nil
		}
		charset = multibyte(head)
	}
	switch charset {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewDecoder()
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewDecoder()
	case "gb18030":
		return simplifiedchinese.GB18030.NewDecoder()
	}
	return nil
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

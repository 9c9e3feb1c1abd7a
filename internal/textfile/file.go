package textfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

// HeadBytes is the number of bytes read to determine what a file is.
const HeadBytes = 64 << 10

// MaxLine is the maximum number of bytes of a file held in memory at once.
const MaxLine = 64 << 20

// Reasons why a file cannot be read.
var (
	ErrBinary   = errors.New("not a text file")
	ErrEncoding = errors.New("unknown encoding")
	ErrLong     = fmt.Errorf("a row of more than %d MiB", MaxLine>>20)
)

// Options say how a file is opened.
type Options struct {
	// Encoding is the name of the file's encoding; "": detected.
	Encoding string
	// Exact keeps bytes that conversion to UTF-8 would lose: see
	// NewExactDecoder.
	Exact bool
	// NULs keeps bytes that are zero, of which files that were padded or not
	// closed properly have many; otherwise they are left out and counted.
	NULs bool
}

// File is a text that is read line by line.
type File struct {
	Compression Compression
	Mark        []byte // as in the file

	in                  *bufio.Reader
	dec                 *decoder
	nuls                *withoutNULs // nil if they are kept
	cr                  bool         // lines end in a single carriage return
	started             bool
	line                int // lines returned so far
	broken, firstBroken int
	pending             []byte // lines given back, with their line endings
	closer              func()
}

// Open opens the contents of in. Binary data give an ErrBinary. Close does not
// close in.
func Open(in io.Reader, o Options) (*File, error) {
	plain, c, closer, err := Unpack(in)
	if err != nil {
		return nil, err
	}
	rd := bufio.NewReaderSize(plain, 2*HeadBytes)
	f := &File{Compression: c, closer: closer}
	f.dec, f.Mark, err = newDecoder(rd, o.Encoding, o.Exact)
	if err != nil {
		closer()
		return nil, err
	}
	text := io.Reader(f.dec)
	if !o.NULs {
		f.nuls = &withoutNULs{in: f.dec}
		text = f.nuls
	}
	f.in = bufio.NewReaderSize(text, 2*HeadBytes)
	return f, nil
}

// Close frees the resources of decompression.
func (f *File) Close() { f.closer() }

// Encoding returns the name of the encoding found so far, and whether the bytes
// leave it open. ASCII is called utf-8.
func (f *File) Encoding() (name string, guessed bool) {
	if !f.dec.known || f.dec.guess.Name == "ascii" {
		return "utf-8", false
	}
	return f.dec.guess.Name, !f.dec.guess.Sure
}

// Overridden returns "utf-8" if the beginning of the file has characters in that
// encoding, but another one was given; otherwise "".
func (f *File) Overridden() string { return f.dec.over }

// Undecoded returns the number of lines read so far with bytes that are not of
// the encoding, and the first of them.
func (f *File) Undecoded() (lines, first int) { return f.broken, f.firstBroken }

// UTF8Lines returns the number of lines read so far that are UTF-8 in a file of
// another encoding, and the first of them.
func (f *File) UTF8Lines() (lines, first int) {
	if f.dec.utf8 == nil {
		return 0, 0
	}
	return f.dec.utf8.found, f.dec.utf8.first
}

// check counts a line that has bytes which are not of the encoding.
func (f *File) check(line []byte) {
	if f.dec.encoding() == nil && utf8.Valid(line) || f.dec.encoding() != nil && !bytes.Contains(line, replacement) {
		return
	}
	if f.broken++; f.broken == 1 {
		f.firstBroken = f.line
	}
}

var replacement = []byte(string(utf8.RuneError))

// Decode returns the encoding found so far; nil for UTF-8.
func (f *File) Decode() encoding.Encoding { return f.dec.encoding() }

// Settle fixes the encoding as UTF-8 if it is not known yet.
func (f *File) Settle() {
	if !f.dec.known {
		f.dec.decide(charset.Guess{Name: "utf-8"})
	}
}

// Stateful reports whether the encoding uses escape sequences that change its
// state, so that pieces of the file cannot be written separately.
func (f *File) Stateful() bool {
	return stateful(f.dec.guess.Name)
}

// CarriageReturns reports whether lines end in a single carriage return.
func (f *File) CarriageReturns() bool { f.start(); return f.cr }

// start determines the line endings: a single carriage return if the beginning
// of the file contains one and no line feed.
func (f *File) start() {
	if f.started {
		return
	}
	f.started = true
	head := f.Head()
	if i := bytes.IndexByte(head, '\r'); i >= 0 && bytes.IndexByte(head, '\n') < 0 {
		f.cr = true
	}
}

// Head returns the beginning of the remaining text, decoded: HeadBytes bytes or
// all.
func (f *File) Head() []byte {
	if len(f.pending) >= HeadBytes {
		return f.pending
	}
	head, _ := f.in.Peek(HeadBytes) // an error recurs when it is read
	if len(f.pending) > 0 {
		return append(bytes.Clone(f.pending), head...)
	}
	return head
}

// Line returns the number, from 1, of the line returned last.
func (f *File) Line() int { return f.line }

// Append appends the next line with its line ending to buf. The error is io.EOF
// only if there is no line.
func (f *File) Append(buf []byte) ([]byte, error) {
	f.start()
	end := byte('\n')
	if f.cr {
		end = '\r'
	}
	if len(f.pending) > 0 {
		n := bytes.IndexByte(f.pending, end) + 1
		if n > 0 {
			buf = append(buf, f.pending[:n]...)
			f.pending = f.pending[n:]
			f.line++
			return buf, nil
		}
		buf = append(buf, f.pending...) // truncated by the end of the file
		f.pending = nil
		f.line++
		return buf, nil
	}
	was := len(buf)
	for {
		piece, err := f.in.ReadSlice(end)
		buf = append(buf, piece...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(buf)-was > MaxLine {
				return buf, ErrLong
			}
			continue
		case errors.Is(err, io.EOF) && len(buf) > was: // a last line without a line ending
		case err != nil:
			return buf, err
		}
		f.line++
		f.check(buf[was:])
		return buf, nil
	}
}

// GiveBack makes n lines, which are the contents of lines, be read again.
func (f *File) GiveBack(lines []byte, n int) {
	f.pending = append(bytes.Clone(lines), f.pending...)
	f.line -= n
}

// Ending splits a line into its text and its line ending: "\n", "\r\n" or, in a
// file with such lines, "\r"; "" if there is none.
func (f *File) Ending(line []byte) (body, end []byte) {
	n := len(line)
	switch {
	case n == 0:
	case f.cr && line[n-1] == '\r':
		n--
	case !f.cr && line[n-1] == '\n':
		n--
		if n > 0 && line[n-1] == '\r' {
			n--
		}
	}
	return line[:n], line[n:]
}

// binary returns an error if a file is not text; g is its encoding.
func binary(head []byte, g charset.Guess) error {
	if what := archive(head); what != "" {
		return fmt.Errorf("%w: its first bytes are binary, those of %s", ErrBinary, what)
	}
	if g.Mark == 0 && !strings.HasPrefix(g.Name, "utf-16") && !strings.HasPrefix(g.Name, "utf-32") && looksBinary(head) {
		return fmt.Errorf("%w: its first bytes are binary", ErrBinary)
	}
	return nil
}

// looksBinary reports whether more than one byte in ten is a control character
// that does not occur in text. NULs do, as padding: where there are many, all
// else must be text beyond doubt.
func looksBinary(head []byte) bool {
	odd, nuls, plain := 0, 0, 0
	for _, b := range head {
		switch {
		case b == 0:
			nuls++
		case b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b:
			odd++
		case b < 0x7f:
			plain++
		}
	}
	rest := len(head) - nuls
	if nuls*10 > len(head) && (odd*100 > rest || plain*10 < rest || rest == 0) {
		return true
	}
	return odd*10 > rest
}

// archive returns the name of a binary format that the first bytes identify,
// however few control characters they contain.
func archive(head []byte) string {
	for _, k := range []struct{ magic, name string }{
		{"PK\x03\x04", "a ZIP archive or an Excel workbook (.xlsx)"}, {"PAR1", "Parquet"}, {"ARROW1", "Arrow"}, {"SQLite format 3\x00", "an SQLite database"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"}, {"%PDF-", "a PDF"}, {"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"}, {"\xfd7zXZ\x00", "packed with xz"},
		{"Rar!\x1a\x07", "a RAR archive"}, {"\x7fELF", "a program"}, {"\x89PNG\r\n\x1a\n", "a picture"}, {"GIF8", "a picture"}, {"\xff\xd8\xff", "a picture"},
		{"ORC", "ORC"}, {"Obj\x01", "Avro"}, {"\x93NUMPY", "a NumPy array"}, {"{\\rtf", "a rich text document"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			if k.magic == "ORC" || k.magic == "GIF8" { // text may begin with these
				if len(head) < 8 || !looksBinary(head[3:]) {
					continue
				}
			}
			return k.name
		}
	}
	return ""
}

// Lines returns a File for UTF-8 text in memory.
func Lines(text []byte, cr bool) *File {
	in := bufio.NewReaderSize(bytes.NewReader(text), 4<<10)
	d := &decoder{in: in, known: true, out: in, guess: charset.Guess{Name: "utf-8", Sure: true}}
	return &File{in: in, dec: d, cr: cr, started: true, closer: func() {}}
}

// Read implements io.Reader: it returns the remaining text in UTF-8. Lines read
// this way are not counted.
func (f *File) Read(p []byte) (int, error) {
	if len(f.pending) > 0 {
		n := copy(p, f.pending)
		f.pending = f.pending[n:]
		return n, nil
	}
	return f.in.Read(p)
}

// Magic returns the name of a driver's format that the first bytes identify, or
// "".
func Magic(head []byte) string {
	for _, k := range []struct{ magic, kind string }{{"PAR1", "parquet"}, {"ARROW1", "arrow"}, {"PK\x03\x04", "xlsx"}, {"SQLite format 3\x00", "sqlite"}} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.kind
		}
	}
	return ""
}

package textfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/seed-56ee9438/cohort/internal/charset"
)

// HeadBytes are read to tell what a file is.
const HeadBytes = 64 << 10

// MaxLine bounds what is held of a file at once, in bytes.
const MaxLine = 64 << 20

// What a file can be that is not read.
var (
	ErrBinary   = errors.New("not a text file")
	ErrEncoding = errors.New("unknown encoding")
	ErrLong     = fmt.Errorf("a row of more than %d MiB", MaxLine>>20)
)

// Options say how a file is opened.
type Options struct {
	// Encoding is the name of the file's encoding; "": told by its bytes.
	Encoding string
	// Exact has bytes that would not come back from UTF-8 kept: see
	// NewExactDecoder.
	Exact bool
}

// File is a text, line by line.
type File struct {
	Compression Compression
	Mark        []byte // byte order mark, as in the file

	in      *bufio.Reader
	dec     *decoder
	cr      bool // lines end in a carriage return alone
	started bool
	line    int    // lines given so far
	pending []byte // lines given back, with their ends
	closer  func()
}

// Open opens what in holds. What is no text is an ErrBinary. Close does not
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
	f.in = bufio.NewReaderSize(f.dec, 2*HeadBytes)
	return f, nil
}

// Close frees what unpacking holds.
func (f *File) Close() { f.closer() }

// Encoding is the name of the encoding that the file has turned out to be in so
// far, and whether its bytes leave that open. ASCII is called utf-8.
func (f *File) Encoding() (name string, guessed bool) {
	if !f.dec.known || f.dec.guess.Name == "ascii" {
		return "utf-8", false
	}
	return f.dec.guess.Name, !f.dec.guess.Sure
}

// Decode is the encoding so far; nil for UTF-8.
func (f *File) Decode() encoding.Encoding { return f.dec.encoding() }

// Settle has what is not known of the encoding yet be UTF-8.
func (f *File) Settle() {
	if !f.dec.known {
		f.dec.decide(charset.Guess{Name: "utf-8"})
	}
}

// Stateful tells whether the encoding changes meaning by escape sequences, so that
// pieces of the file cannot be written by themselves.
func (f *File) Stateful() bool {
	return f.dec.guess.Name == "iso-2022-jp" || f.dec.guess.Name == "hz-gb-2312"
}

// CarriageReturns tells whether lines end in a carriage return alone.
func (f *File) CarriageReturns() bool { f.start(); return f.cr }

// start tells how lines end: in a carriage return alone where the beginning of the
// file has some and no line feed.
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

// Head returns the beginning of what is still to be read, decoded: HeadBytes of
// it or all.
func (f *File) Head() []byte {
	if len(f.pending) >= HeadBytes {
		return f.pending
	}
	head, _ := f.in.Peek(HeadBytes) // an error comes again when it is read
	if len(f.pending) > 0 {
		return append(bytes.Clone(f.pending), head...)
	}
	return head
}

// Line is the number, from 1, of the line that was given last.
func (f *File) Line() int { return f.line }

// Append appends the next line with its end to buf. The error is io.EOF only
// where there is none.
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
		buf = append(buf, f.pending...) // what the end of the file cut
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
		case errors.Is(err, io.EOF) && len(buf) > was: // a last line without an end
		case err != nil:
			return buf, err
		}
		f.line++
		return buf, nil
	}
}

// GiveBack has n lines, of which lines consists, be read again.
func (f *File) GiveBack(lines []byte, n int) {
	f.pending = append(bytes.Clone(lines), f.pending...)
	f.line -= n
}

// Ending splits a line into what it says and its end: "\n", "\r\n", or in a file
// whose lines end so "\r"; "" where it has none.
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

// binary tells files that hold no text, g being their encoding. A NUL is a control
// character like any other: a file whose records are filled up with them is a
// text.
func binary(head []byte, g charset.Guess) error {
	if what := archive(head); what != "" {
		return fmt.Errorf("%w: its first bytes are binary, those of %s", ErrBinary, what)
	}
	if g.Mark == 0 && !strings.HasPrefix(g.Name, "utf-16") && !strings.HasPrefix(g.Name, "utf-32") && looksBinary(head) {
		return fmt.Errorf("%w: its first bytes are binary", ErrBinary)
	}
	return nil
}

// looksBinary tells text from anything else by control characters that no text
// has in more than one byte of ten.
func looksBinary(head []byte) bool {
	odd := 0
	for _, b := range head {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b {
			odd++
		}
	}
	return odd*10 > len(head)
}

// archive names what a file is whose first bytes are those of a kind that is no
// text, however little of it is binary.
func archive(head []byte) string {
	for _, k := range []struct{ magic, name string }{
		{"PK\x03\x04", "a ZIP archive or an Excel workbook (.xlsx)"}, {"PAR1", "Parquet"}, {"ARROW1", "Arrow"}, {"SQLite format 3\x00", "an SQLite database"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"}, {"%PDF-", "a PDF"}, {"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"}, {"\xfd7zXZ\x00", "packed with xz"},
		{"Rar!\x1a\x07", "a RAR archive"}, {"\x7fELF", "a program"}, {"\x89PNG\r\n\x1a\n", "a picture"}, {"GIF8", "a picture"}, {"\xff\xd8\xff", "a picture"},
		{"ORC", "ORC"}, {"Obj\x01", "Avro"}, {"\x93NUMPY", "a NumPy array"}, {"{\\rtf", "a rich text document"},
	} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			if k.magic == "ORC" || k.magic == "GIF8" { // which a text may begin with
				if len(head) < 8 || !looksBinary(head[3:]) {
					continue
				}
			}
			return k.name
		}
	}
	return ""
}

// Lines returns a file of text that is in memory, in UTF-8.
func Lines(text []byte, cr bool) *File {
	in := bufio.NewReaderSize(bytes.NewReader(text), 4<<10)
	d := &decoder{in: in, known: true, out: in, guess: charset.Guess{Name: "utf-8", Sure: true}}
	return &File{in: in, dec: d, cr: cr, started: true, closer: func() {}}
}

// Read implements io.Reader: what is still to be read, in UTF-8. Lines read so
// are not counted.
func (f *File) Read(p []byte) (int, error) {
	if len(f.pending) > 0 {
		n := copy(p, f.pending)
		f.pending = f.pending[n:]
		return n, nil
	}
	return f.in.Read(p)
}

// Magic names the kind of a file that a driver may read, by its first bytes; ""
// where they tell none.
func Magic(head []byte) string {
	for _, k := range []struct{ magic, kind string }{{"PAR1", "parquet"}, {"ARROW1", "arrow"}, {"PK\x03\x04", "xlsx"}, {"SQLite format 3\x00", "sqlite"}} {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.kind
		}
	}
	return ""
}

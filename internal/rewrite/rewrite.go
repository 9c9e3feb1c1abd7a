// Package rewrite copies files of the kinds that package source reads, with some
// of their values changed and every other byte as it was.
package rewrite

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

// A Cell is one value of a file.
type Cell struct {
	// Column is the column's name, or for JSON the top-level member's; "" for a
	// line of txt.
	Column string
	// Name is what explains the value: the column's name or, within nested JSON,
	// the nearest member's. It is "" where the value is itself a name: a cell of
	// a header, a member's name.
	Name  string
	Value string
	// Doubtful is whether a cell of a header looks to be of a row of data: that
	// the file has no header.
	Doubtful bool
}

// Rewriter copies a file of texts with some of its values changed.
type Rewriter struct {
	// Options say how the file is read. Format, Stdin and LazyQuotes count, and
	// TextColumn and UserColumn, which a CSV or TSV must have where they are set.
	source.Options
	// Columns must be there in a CSV or TSV.
	Columns []string
	// Change returns what stands for each of some cells, as many as there are. It
	// is asked once about each, names included, in the file's order, about those of
	// many rows at a time. Its error ends the copy.
	Change func(ctx context.Context, cells []Cell) ([]string, error)
}

// maxRow bounds a row, in bytes: a stray quotation mark must not read the rest
// of a file into memory.
const maxRow = 64 << 20

// Rewrite reads the file at path, "-" being standard input, once from beginning
// to end, some rows in memory at a time, and writes it to w with what Change made of
// its values. Everything else, line ends, quotation marks, white space, empty
// lines, a byte order mark and the encoding (UTF-8, UTF-16, GB18030) included,
// stays as it is, byte for byte, damaged bytes too; where a value that changes has
// some, they become U+FFFD in it. A gzipped file is unpacked. It returns the
// number of rows. Errors are those of Open and of Source.Rows, Change's, ctx's and
// w's.
func (r *Rewriter) Rewrite(ctx context.Context, path string, w io.Writer) (rows int, err error) {
	s := rewriting{ctx: ctx, path: path, opt: r, format: r.Format}
	in := r.Stdin
	if path == "-" {
		s.path = "standard input"
		if s.format == "" {
			s.format = source.Text
		}
		if in == nil {
			in = os.Stdin
		}
	} else {
		if s.format == "" {
			if s.format, _, err = source.FormatOf(path); err != nil {
				return 0, err
			}
		}
		f, err := os.Open(path)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		in = f
	}
	bw := bufio.NewWriterSize(w, 1<<16)
	var flush func() error
	if s.in, s.out, flush, err = s.streams(in, bw); err != nil {
		return 0, err
	}
	switch s.format {
	case source.Text:
		s.held.render = appendLine
		err = s.lines()
	case source.JSONL:
		s.held.render = appendJSON
		err = s.objects()
	case source.CSV:
		s.held.render = fieldRenderer(',')
		err = s.records(',')
	case source.TSV:
		s.held.render = fieldRenderer('\t')
		err = s.records('\t')
	default:
		return 0, fmt.Errorf("%s: %w %q", s.path, source.ErrFormat, s.format)
	}
	if err == nil {
		err = s.flush()
	}
	if err == nil && s.rows == 0 {
		err = fmt.Errorf("%s: %w", s.path, source.ErrEmpty)
	}
	if err != nil {
		return s.rows, err
	}
	if err := flush(); err != nil {
		return s.rows, err
	}
	return s.rows, bw.Flush()
}

// rewriting is one pass over a file.
type rewriting struct {
	ctx    context.Context
	path   string
	opt    *Rewriter
	format source.Format
	enc    encoding.Encoding // nil for UTF-8
	in     *bufio.Reader
	out    io.Writer
	line   int // 1-based, of the line read last
	rows   int
	held   held
}

// streams returns in unpacked and decoded to UTF-8, and a writer that encodes
// again for w, to be flushed at the end.
func (s *rewriting) streams(in io.Reader, w io.Writer) (*bufio.Reader, io.Writer, func() error, error) {
	rd, enc, mark, err := textfile.Unpack(in, s.path)
	if err != nil {
		return nil, nil, nil, err
	}
	if _, err := w.Write(mark); err != nil {
		return nil, nil, nil, err
	}
	if enc == nil {
		return rd, w, func() error { return nil }, nil
	}
	s.enc = enc
	out := transform.NewWriter(w, textfile.NewExactEncoder(enc))
	return textfile.Transformed(rd, textfile.NewExactDecoder(enc)), out, out.Close, nil
}

// more appends the next line with its end to buf. It returns io.EOF only where
// there is none.
func (s *rewriting) more(buf []byte) ([]byte, error) {
	was := len(buf)
	for {
		piece, err := s.in.ReadSlice('\n')
		buf = append(buf, piece...)
		switch {
		case err == bufio.ErrBufferFull:
			if len(buf) > maxRow {
				return buf, &source.RowError{Path: s.path, Line: s.line + 1, Err: fmt.Errorf("a row of more than %d bytes: is a quotation mark missing?", maxRow)}
			}
			continue
		case err == io.EOF && len(buf) > was:
			err = nil
		case err != nil && err != io.EOF:
			return buf, &source.RowError{Path: s.path, Line: s.line + 1, Err: err}
		}
		if err == nil {
			s.line++
		}
		return buf, err
	}
}

// ending splits a line into what it says and its end: "\n", "\r\n" or "".
func ending(line []byte) (body, end []byte) {
	n := len(line)
	if n > 0 && line[n-1] == '\n' {
		n--
		if n > 0 && line[n-1] == '\r' {
			n--
		}
	}
	return line[:n], line[n:]
}

// counted counts a row and asks now and then whether to go on.
func (s *rewriting) counted() error {
	if s.rows++; s.rows%256 == 1 {
		return s.ctx.Err()
	}
	return nil
}

// eachLine calls do with each line, its end included.
func (s *rewriting) eachLine(do func(line []byte) error) error {
	var buf []byte
	for {
		line, err := s.more(buf[:0])
		buf = line
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(line)
		}
		if err != nil {
			return err
		}
	}
}

func (s *rewriting) lines() error {
	return s.eachLine(func(line []byte) error {
		body, _ := ending(line)
		from := s.keep(line)
		if len(bytes.TrimSpace(body)) > 0 {
			if err := s.counted(); err != nil {
				return err
			}
			s.cell(Cell{Value: string(textfile.Shown(body, s.enc))}, from, from+len(body), false)
		}
		return s.row()
	})
}

// appendLine appends a text to a line, which holds one.
func appendLine(out []byte, now string, _ bool) []byte {
	return append(out, strings.NewReplacer("\r", " ", "\n", " ").Replace(now)...)
}

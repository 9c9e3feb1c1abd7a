// Package rewrite copies files of the kinds that package source reads, with some
// of their values changed and every other byte as it was.
package rewrite

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

// A Cell is one value of a file.
type Cell struct {
	// Column is the column's name, or for JSON the top-level member's; "" for a
	// line of txt, and for what stands above a header.
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
	// Options say how the file is read. What tells columns of texts, users and so on
	// must be there in a CSV or TSV where it is set; with Skip records that cannot be
	// read are left out of the copy.
	source.Options
	// Change returns what stands for each of some cells, as many as there are. It
	// is asked once about each, names included, in the file's order, about those of
	// many rows at a time. Its error ends the copy.
	Change func(ctx context.Context, cells []Cell) ([]string, error)
}

// ErrKind is the error of a kind of file that cannot be copied so.
var ErrKind = errors.New("files of this kind cannot be copied with some values changed")

// Rewrite reads the file at path, "-" being standard input, once from beginning
// to end, some rows in memory at a time, and writes it to w with what Change made of
// its values. Everything else, line ends, quotation marks, white space, empty
// lines, a byte order mark and the encoding included, stays as it is, byte for
// byte, damaged bytes too; where a value that changes has some, they become U+FFFD
// in it, or a question mark where the encoding has none. A packed file is
// unpacked. It returns what was read. Errors are those of source.Open and of
// Source.Rows, Change's, ctx's and w's.
func (r *Rewriter) Rewrite(ctx context.Context, path string, w io.Writer) (source.Stats, error) {
	s := rewriting{ctx: ctx, path: path, opt: r, format: r.Format}
	if err := s.opt.Check(); err != nil {
		return s.stats, err
	}
	in := r.Stdin
	if s.format == "" && path != "-" {
		var err error
		if s.format, _, err = source.FormatOf(path); err != nil {
			return s.stats, err
		}
	}
	switch s.format {
	case "", source.Text, source.JSONL, source.JSON, source.CSV, source.TSV:
	default:
		return s.stats, fmt.Errorf("%s: %w: %s", path, ErrKind, s.format)
	}
	if path == "-" {
		s.path = "standard input"
		if s.format == "" {
			s.format = source.Text
		}
		if in == nil {
			in = os.Stdin
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return s.stats, err
		}
		defer f.Close()
		in = f
	}
	if err := s.opt.CheckFor(s.format, s.path); err != nil {
		return s.stats, err
	}
	return s.run(in, w)
}

// rewriting is one pass over a file.
type rewriting struct {
	ctx    context.Context
	path   string
	opt    *Rewriter
	format source.Format
	in     *textfile.File
	out    *encoder
	stats  source.Stats
	held   held
}

func (s *rewriting) run(in io.Reader, w io.Writer) (source.Stats, error) {
	bw := bufio.NewWriterSize(w, 1<<16)
	var err error
	if s.in, err = textfile.Open(in, textfile.Options{Encoding: s.opt.Encoding, Exact: true}); err != nil {
		return s.stats, fmt.Errorf("%s: %w", s.path, err)
	}
	defer s.in.Close()
	s.out = &encoder{in: s.in, w: bw}
	if _, err := bw.Write(s.in.Mark); err != nil {
		return s.stats, err
	}
	switch s.format {
	case source.Text:
		s.held.render = appendLine
		err = s.lines()
	case source.JSONL:
		s.held.render = appendJSON
		err = s.jsonLines()
	case source.JSON:
		s.held.render = appendJSON
		err = s.values()
	case source.CSV:
		err = s.records(",")
	case source.TSV:
		err = s.records("\t")
	default:
		return s.stats, fmt.Errorf("%s: %w: %s", s.path, ErrKind, s.format)
	}
	if err == nil {
		err = s.flush()
	}
	s.stats.Format, s.stats.Compression = s.format, string(s.in.Compression)
	s.stats.Encoding, s.stats.EncodingGuessed = s.in.Encoding()
	if err == nil && s.stats.Rows == 0 {
		err = fmt.Errorf("%s: %w", s.path, source.ErrEmpty)
	}
	if err != nil {
		return s.stats, err
	}
	if err := s.out.close(); err != nil {
		return s.stats, err
	}
	return s.stats, bw.Flush()
}

// encoder writes UTF-8 and kept bytes in the encoding of the file that is read.
type encoder struct {
	in *textfile.File
	w  io.Writer
	tw *transform.Writer // where the encoding is not UTF-8
}

// Write implements io.Writer.
func (e *encoder) Write(p []byte) (int, error) {
	if e.tw == nil && e.in.Decode() != nil {
		e.tw = transform.NewWriter(e.w, textfile.NewExactEncoder(e.in.Decode()))
	}
	if e.tw != nil {
		return e.tw.Write(p)
	}
	if !ascii(p) {
		e.in.Settle() // what comes cannot be told to be in another encoding any more
	}
	return e.w.Write(p)
}

func ascii(p []byte) bool {
	for _, c := range p {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func (e *encoder) close() error {
	if e.tw != nil {
		return e.tw.Close()
	}
	return nil
}

// counted counts a row and asks now and then whether to go on.
func (s *rewriting) counted() error {
	if s.in.Stateful() {
		return fmt.Errorf("%s: %w: %s changes meaning as it goes, make it UTF-8 first", s.path, ErrKind, s.stats.Encoding)
	}
	if s.stats.Rows++; s.stats.Rows%256 == 1 {
		return s.ctx.Err()
	}
	return nil
}

// reject skips a record that cannot be read, or returns why the copying ends.
func (s *rewriting) reject(err error, line int, raw []byte) error {
	row := &source.RowError{Path: s.path, Line: line, Err: err, Raw: s.shown(raw)}
	if s.opt.OnError != source.Skip {
		return row
	}
	s.stats.Rejected++
	if s.opt.Reject == nil {
		return nil
	}
	return s.opt.Reject(row.Reject())
}

// shown returns raw as readers show it.
func (s *rewriting) shown(raw []byte) []byte { return textfile.Shown(raw, s.in.Decode()) }

// eachLine calls do with each line, its end included.
func (s *rewriting) eachLine(do func(line []byte) error) error {
	var buf []byte
	for {
		line, err := s.in.Append(buf[:0])
		buf = line
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, textfile.ErrLong):
			return &source.RowError{Path: s.path, Line: s.in.Line() + 1, Err: err}
		case err != nil:
			return fmt.Errorf("%s: line %d: %w", s.path, s.in.Line()+1, err)
		}
		if err := do(line); err != nil {
			return err
		}
	}
}

func (s *rewriting) lines() error {
	return s.eachLine(func(line []byte) error {
		body, _ := s.in.Ending(line)
		from := s.keep(line)
		if len(bytes.TrimSpace(body)) > 0 {
			if err := s.counted(); err != nil {
				return err
			}
			s.cell(Cell{Value: string(s.shown(body))}, from, from+len(body), false)
		}
		return s.row()
	})
}

// appendLine appends a text to a line, which holds one.
func appendLine(out []byte, now string, _ bool) []byte {
	return append(out, strings.NewReplacer("\r", " ", "\n", " ").Replace(now)...)
}

// Package rewrite copies files in the formats of package source, changing some
// of their values and keeping every other byte.
package rewrite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/transform"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/textfile"
	"github.com/seed-56ee9438/cohort/source"
)

// A Cell is one value of a file.
type Cell struct {
	// Column is the column's name or, for JSON, the name of the top-level
	// member; "" for a line of txt, and for text above a header.
	Column string
	// Name is the name that explains the value: that of the column or, in
	// nested JSON, of the nearest member. It is "" if the value is itself a
	// name: a cell of a header, a member's name.
	Name  string
	Value string
	// Doubtful reports that a header's cell looks like data, so that the file
	// may have no header.
	Doubtful bool
}

// Rewriter copies a file of texts with some of its values changed.
type Rewriter struct {
	// Options say how the file is read. Columns of texts, users and so on that
	// they name must exist in a CSV or TSV; with Skip, records that cannot be
	// read are left out of the copy.
	source.Options
	// Change returns the replacement for each of the cells. Each cell, names
	// included, is passed exactly once, in the file's order, in batches of many
	// rows. An error ends the copy.
	Change func(ctx context.Context, cells []Cell) ([]string, error)
}

// ErrKind is the error for a format that does not support such copying.
var ErrKind = errors.New("files of this kind cannot be copied with some values changed")

// Rewrite reads the file at path ("-" means standard input) once from beginning
// to end, with some rows in memory at a time, and writes it to w with the
// values that Change returned. Everything else is copied byte for byte,
// including line endings, quotation marks, white space, empty lines, a byte
// order mark, the encoding, and invalid bytes. In a value that changes, invalid
// bytes become U+FFFD, or a question mark if the encoding lacks that, and NULs
// are left out, as they are in all of a JSON file. A compressed file is unpacked. Rewrite returns what was read. Errors are those
// of source.Open, Source.Rows, Change, ctx and w.
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
	json := s.format == source.JSON || s.format == source.JSONL // in which NULs are no text
	if s.in, err = textfile.Open(in, textfile.Options{Encoding: s.opt.Encoding, Exact: true, NULs: !json}); err != nil {
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
	s.stats.OverriddenEncoding = s.in.Overridden()
	s.stats.NULs = s.in.NULs()
	s.stats.UTF8Lines, s.stats.UTF8Line = s.in.UTF8Lines()
	if s.in.Decode() == nil {
		s.stats.UndecodedLines, s.stats.UndecodedLine = s.in.Undecoded()
	}
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

// encoder writes UTF-8 and kept bytes in the encoding of the input.
type encoder struct {
	in *textfile.File
	w  io.Writer
	tw *transform.Writer // if the encoding is not UTF-8
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
		e.in.Settle() // from here on the encoding is fixed
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

// counted counts a row and checks now and then whether to continue.
func (s *rewriting) counted() error {
	if s.in.Stateful() {
		name, _ := s.in.Encoding()
		return fmt.Errorf("%s: %w: %s changes meaning as it goes, make it UTF-8 first", s.path, ErrKind, name)
	}
	if s.stats.Rows++; s.stats.Rows%256 == 1 {
		return parallel.Cause(s.ctx)
	}
	return nil
}

// reject skips a record that cannot be read, or returns the error that ends the
// copying.
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

// eachLine calls do with each line, including its line ending.
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
		if !textfile.Blank(body) {
			if err := s.counted(); err != nil {
				return err
			}
			s.cell(Cell{Value: string(s.shown(body))}, from, from+len(body), false)
		}
		return s.row()
	})
}

// appendLine appends a text to a line.
func appendLine(out []byte, now string, _ bool) []byte {
	return append(out, strings.NewReplacer("\r", " ", "\n", " ").Replace(now)...)
}

package rewrite

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/columns"
	"github.com/seed-56ee9438/cohort/internal/csvscan"
	"github.com/seed-56ee9438/cohort/source"
)

// records copies a CSV or TSV with the given usual delimiter.
func (s *rewriting) records(usual string) error {
	d := csvscan.DialectOf(s.opt.NoQuotes, s.opt.LazyQuotes, s.opt.Multiline, s.opt.Escape)
	lay := csvscan.Sniff(s.in.Head(), s.in.CarriageReturns(), d, s.opt.Delimiter, usual, columns.Wanted(s.opt.TextColumn, s.asked()))
	if err := s.title(lay.Skip); err != nil {
		return err
	}
	d.Delimiter = lay.Delimiter
	s.stats.Delimiter, s.stats.DelimiterGuessed = lay.Delimiter, lay.Guessed
	s.held.render = d.Quote
	t := table{rewriting: s, d: d, scan: csvscan.New(s.in, d)}
	for {
		err := t.scan.Next()
		s.stats.SpacedQuotes = t.scan.Spaced
		if errors.Is(err, io.EOF) {
			return nil
		}
		var f *csvscan.Fault
		switch {
		case errors.As(err, &f) && t.head == nil:
			return &source.RowError{Path: s.path, Line: f.Line, Err: f}
		case errors.As(err, &f):
			err = s.reject(f, f.Line, f.Raw)
		case err != nil:
			err = fmt.Errorf("%s: line %d: %w", s.path, s.in.Line()+1, err)
		default:
			err = t.record()
		}
		if err != nil {
			return err
		}
	}
}

// title copies the lines above a header.
func (s *rewriting) title(n int) error {
	if n == 0 {
		return nil
	}
	s.held.render = appendLine
	for range n {
		line, err := s.in.Append(nil)
		if err != nil {
			return fmt.Errorf("%s: %w", s.path, err)
		}
		body, _ := s.in.Ending(line)
		from := s.keep(line)
		s.cell(Cell{Value: string(s.shown(body))}, from, from+len(body), false)
	}
	return s.flush()
}

// table is the state of copying a file of delimited values.
type table struct {
	*rewriting
	d        csvscan.Dialect
	scan     *csvscan.Scanner
	head     []string
	doubtful bool // whether head may be data
}

// record copies the current record.
func (t *table) record() error {
	fields := t.scan.Fields
	isHead := t.head == nil && len(fields) > 0
	switch {
	case isHead:
		if err := t.header(); err != nil {
			return err
		}
		if t.scan.Line > 1 {
			t.stats.HeaderLine = t.scan.Line
		}
		t.doubtful = !columns.LooksLikeHeader(t.head)
		t.scan.Expect(len(t.head))
	case len(fields) > 0 && len(fields) != len(t.head):
		return t.reject(fmt.Errorf("%d fields, want %d as in the header", len(fields), len(t.head)), t.scan.Line, t.scan.Record)
	case len(fields) > 0:
		if err := t.counted(); err != nil {
			return err
		}
	}
	from := t.keep(t.scan.Record)
	for i, f := range fields {
		c := Cell{Column: t.head[i], Name: t.head[i], Value: t.value(i)}
		if isHead {
			c.Name, c.Doubtful = "", t.doubtful
		}
		t.cell(c, from+f.Start, from+f.End, f.Quoted)
	}
	return t.row()
}

// value returns the value of field i as readers show it.
func (t *table) value(i int) string {
	return string(t.d.Unquote(t.shown(t.scan.Raw(i)), t.scan.Fields[i].Quoted))
}

// header records the columns' names, and returns an error if a required one is
// missing.
func (t *table) header() error {
	for i := range t.scan.Fields {
		h := t.value(i)
		if !utf8.ValidString(h) {
			return fmt.Errorf("%s: %w: its header is not UTF-8", t.path, source.ErrBinary)
		}
		t.head = append(t.head, strings.TrimSpace(strings.ReplaceAll(h, "\x00", "")))
	}
	for _, c := range t.asked() {
		if c == "" {
			continue
		}
		if _, err := columns.Find(t.head, c, ""); err != nil {
			return fmt.Errorf("%s: %w", t.path, err)
		}
	}
	return nil
}

// asked returns the columns that the file must have; "" stands for none.
func (s *rewriting) asked() []string {
	o := &s.opt.Options
	return append([]string{o.TextColumn, o.UserColumn, o.WeightColumn, o.TimeColumn, o.RatingColumn}, o.Columns...)
}

package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"sync"
	"time"

	"github.com/seed-56ee9438/cohort/internal/columns"
)

// Row is one text and the values beside it.
type Row struct {
	Record
	Text   string // "" if the value is null
	User   string
	Weight float64   // 1 if the source has none
	Time   time.Time // zero if the source has none
	// Rating is the value of Options.RatingColumn; Rated reports whether there
	// is one.
	Rating float64
	Rated  bool
}

// Source is a source of texts that can be read any number of times.
type Source struct {
	unsavedState

	name  string // for messages
	opt   Options
	parts []*part
	cols  []string // of the first part, if it has a header
	textC string
	userC string
	nulls nulls
	spool string // a temporary file to remove
	// copies is a temporary directory of objects to remove.
	copies string
	// closed: Close took away what ranges read.
	closed bool

	mu       sync.Mutex
	stats    Stats
	reported int // rejected records passed to Options.Reject so far
}

// Open examines a source, its header and its first row, so that errors that
// affect all of it are found before any work begins. name is a file; a
// directory or a pattern (*, ?, [a-z]) of files, which are read in the order of
// their names; "-" for standard input, which is first copied to a temporary
// file that Close removes; or a name for a driver, such as
// postgres://host/database.
func Open(ctx context.Context, name string, opt Options) (*Source, error) {
	s := &Source{name: name, opt: opt, textC: opt.TextColumn, userC: opt.UserColumn}
	if err := s.opt.Check(); err != nil {
		return nil, err
	}
	err := s.find(ctx, name)
	if err == nil {
		s.nulls = newNulls(&s.opt, s.parts[0].format)
		err = s.probe(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Close removes temporary files of Open, and closes databases and the files of
// drivers; ranges over these are an os.ErrClosed afterwards. Ranges have to end
// before.
func (s *Source) Close() error {
	if s == nil {
		return nil
	}
	var err error
	for _, p := range s.parts {
		if p.table != nil {
			err = errors.Join(err, p.table.Close())
			p.table, s.closed = nil, true
		}
	}
	if s.spool != "" {
		err = errors.Join(err, os.Remove(s.spool))
		s.spool, s.closed = "", true
	}
	if s.copies != "" {
		err = errors.Join(err, os.RemoveAll(s.copies))
		s.copies, s.closed = "", true
	}
	return err
}

// Path returns the name of the source for messages.
func (s *Source) Path() string { return s.name }

// Format returns the format of the source, or of its first file.
func (s *Source) Format() Format { return s.parts[0].format }

// Columns returns the columns of a source that has a header, nil for others. If
// there are several files, they are those of the first.
func (s *Source) Columns() []string { return s.cols }

// TextColumn returns the name of the text column as in the source; "" for plain
// text.
func (s *Source) TextColumn() string { return s.textC }

// UserColumn returns the name of the user column as in the source, or "" if
// each row is a user.
func (s *Source) UserColumn() string { return s.userC }

// WeightColumn returns Options.WeightColumn.
func (s *Source) WeightColumn() string { return s.opt.WeightColumn }

// RatingColumn returns Options.RatingColumn.
func (s *Source) RatingColumn() string { return s.opt.RatingColumn }

// HasColumn returns an error, which lists the existing columns, if name matches
// no column of a source with a header, or two; other formats may have any
// column.
func (s *Source) HasColumn(name string) error {
	if s == nil || s.cols == nil {
		return nil
	}
	if _, err := columns.Find(s.cols, name, ""); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// Value returns the value of a row's column, or "" if it is null.
func (s *Source) Value(r *Row, column string) string {
	f, ok := s.field(&r.Record, column)
	if !ok || s.nulls.is(f) {
		return ""
	}
	return f.Value
}

// field returns a row's field by the caller's name for it.
func (s *Source) field(r *Record, column string) (Field, bool) {
	if len(r.Fields) == len(s.cols) {
		if i, err := columns.Find(s.cols, column, ""); err == nil && r.Fields[i].Name == s.cols[i] {
			return r.Fields[i], true
		}
	}
	return r.Lookup(column)
}

// Stats returns the findings of the last whole pass over the source or, if
// there was none, of its beginning.
func (s *Source) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// probeRows is the number of records examined for columns that a JSON record
// may omit.
const probeRows = 1000

// probe reads the first row, or as many as it takes to know the columns.
func (s *Source) probe(ctx context.Context) error {
	p := newPass(s)
	p.probing = true
	n := 0
	var failed error
	p.run(ctx, func(r *Record, b *binding, err error) bool {
		if err != nil {
			failed = err
			return false
		}
		n++
		if p.row != nil || b.fixed {
			return n < 1
		}
		return n < probeRows && (!b.text.found || !b.user.found)
	})
	switch {
	case failed != nil && n == 0:
		return failed
	case n == 0 && p.stats.Rejected > 0:
		return fmt.Errorf("%s: %w: all %d records were rejected", s.name, ErrEmpty, p.stats.Rejected)
	case n == 0:
		return fmt.Errorf("%s: %w", s.name, ErrEmpty)
	}
	if err := p.settle(); err != nil {
		return err
	}
	for _, err := range s.Rows(ctx) { // errors in the first row
		if err != nil {
			return err
		}
		break
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stats.Format == "" {
		s.stats = p.stats
	}
	return nil
}

// Records ranges over the records. An error ends the range; with
// Options.OnError set to Skip there are no *RowErrors. Each range reads the
// source from its beginning.
func (s *Source) Records(ctx context.Context) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		newPass(s).run(ctx, func(r *Record, _ *binding, err error) bool {
			if err != nil {
				yield(Record{}, err)
				return false
			}
			return yield(*r, nil)
		})
	}
}

// Rows ranges over the texts, as Records does over the records.
func (s *Source) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		p := newPass(s)
		p.rows = true
		p.run(ctx, func(r *Record, b *binding, err error) bool {
			if err != nil {
				yield(Row{}, err)
				return false
			}
			return yield(*p.row, nil)
		})
	}
}

// spoolStdin copies standard input to a file.
func (s *Source) spoolStdin() error {
	in := s.opt.Stdin
	if in == nil {
		in = os.Stdin
	}
	f, err := os.CreateTemp("", "cohort-stdin-*")
	if err != nil {
		return err
	}
	s.spool = f.Name()
	_, err = io.Copy(f, in)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return fmt.Errorf("standard input: %w", err)
	}
	return nil
}

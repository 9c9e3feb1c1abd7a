package source

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"strconv"

	"github.com/seed-56ee9438/cohort/internal/columns"
)

// Follower is a Table that can be read from a key on, as those of databases can.
type Follower interface {
	Table
	// From ranges over the records whose column key is at least from (all if it is
	// nil: nulls are left out), ascending by it, at most limit of them.
	From(ctx context.Context, key string, from *Key, limit int) iter.Seq2[Record, error]
	// Largest returns the largest value of the column, nil if there is none.
	Largest(ctx context.Context, key string) (*Key, error)
}

// Key is the value of a key column: a whole number, or a string.
type Key struct {
	Number int64  `json:"number,omitempty"`
	Text   string `json:"text,omitempty"`
	IsText bool   `json:"is_text,omitempty"`
}

// Value returns the value for a database's parameter.
func (k Key) Value() any {
	if k.IsText {
		return k.Text
	}
	return k.Number
}

// ErrKey: a column cannot serve as a key.
var ErrKey = errors.New("not a key")

// KeyOf returns the value of f as a key, or an ErrKey if it is null, a number
// that is not whole, or of a kind without an order of its own.
func KeyOf(f Field) (Key, error) {
	switch f.Kind {
	case Number:
		n, err := strconv.ParseInt(f.Value, 10, 64)
		if err != nil {
			x, errFloat := strconv.ParseFloat(f.Value, 64)
			if errFloat != nil || x != math.Trunc(x) || math.Abs(x) > 1<<53 {
				return Key{}, fmt.Errorf("column %q: %w: a number that is not whole", f.Name, ErrKey)
			}
			n = int64(x)
		}
		return Key{Number: n}, nil
	case String, Time:
		return Key{Text: f.Value, IsText: true}, nil
	}
	return Key{}, fmt.Errorf("column %q: %w: a value is %v, want a whole number, a string or a time", f.Name, ErrKey, f.Kind)
}

// follower returns the only table of s and the name of its key column.
func (s *Source) follower(key string) (Follower, string, error) {
	if s == nil || len(s.parts) != 1 {
		return nil, "", fmt.Errorf("%w: a source is read from a key on only if it is one table", ErrOption)
	}
	if s.closed {
		return nil, "", fmt.Errorf("%s: %w", s.name, os.ErrClosed)
	}
	t, ok := s.parts[0].table.(Follower)
	if !ok {
		return nil, "", fmt.Errorf("%s: %w: a %s source has no key to read from", s.name, ErrOption, s.parts[0].format)
	}
	i, err := columns.Find(s.cols, key, "")
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", s.name, err)
	}
	return t, s.cols[i], nil
}

// From ranges over the texts of a database whose column key is at least from
// (nil: all but nulls), ascending by it, at most limit. Records that cannot be
// read are treated as by Rows. Errors: ErrOption if the source is no table of a
// database, ErrNoColumn, and those of Rows.
func (s *Source) From(ctx context.Context, key string, from *Key, limit int) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		t, column, err := s.follower(key)
		if err != nil {
			yield(Row{}, err)
			return
		}
		whole := *s.parts[0]
		whole.table = &fromTable{Follower: t, key: column, from: from, limit: limit}
		again := &Source{name: s.name, opt: s.opt, parts: []*part{&whole}, cols: s.cols, textC: s.textC, userC: s.userC, nulls: s.nulls}
		again.Rows(ctx)(yield)
	}
}

// Largest returns the largest value of the column key, nil if there are no
// records.
func (s *Source) Largest(ctx context.Context, key string) (*Key, error) {
	t, column, err := s.follower(key)
	if err != nil {
		return nil, err
	}
	k, err := t.Largest(ctx, column)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return k, nil
}

// fromTable is a table from a key on.
type fromTable struct {
	Follower
	key   string
	from  *Key
	limit int
}

func (t *fromTable) Records(ctx context.Context) iter.Seq2[Record, error] {
	return t.From(ctx, t.key, t.from, t.limit)
}

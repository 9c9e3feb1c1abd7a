package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/source"
)

// Table is a Feed of a table of a database, or of a query, by a column whose
// values are distinct and ascend: whole numbers, such as those of a sequence, or
// strings or times. The database's driver must be imported; see package source.
//
// Transactions may commit in another order than they took their keys in: a row
// can appear below others that were read. Table therefore waits. It reads a key
// if one at least as large was the largest of all a settling time ago, or, of
// whole numbers, if no number is missing before it. A transaction that takes
// longer to commit loses its rows to the watch. Rows without a key are never
// read.
type Table struct {
	unsavedState

	name   string
	key    string
	opt    source.Options
	settle time.Duration
	src    *source.Source // nil while the table is empty
	last   *source.Key    // of the last row that was fetched
	row    int
	seen   []highest // the largest keys, the oldest first
	ready  []Row
	faults []source.Reject // of the rows that are being fetched
	reject func(source.Reject) error
	lost   int
	now    func() time.Time
}

// highest is the largest key at a time.
type highest struct {
	at  time.Time
	key source.Key
}

// tableRows is the number of rows that are fetched at once.
const tableRows = 1024

// NewTable returns a Feed of the table or query that name and o describe, as for
// source.Open, by the column key. settle is the settling time; 0 means that rows
// are committed in the order of their keys, or are no longer written.
func NewTable(ctx context.Context, name, key string, o source.Options, settle time.Duration) (*Table, error) {
	if key == "" || settle < 0 {
		return nil, fmt.Errorf("%w: a table needs a key column, and a settling time that is not negative", ErrOptions)
	}
	t := &Table{name: name, key: key, opt: o, settle: settle, now: time.Now, reject: o.Reject}
	t.opt.Reject = func(r source.Reject) error {
		t.faults = append(t.faults, r)
		return nil
	}
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// open opens the source, unless it is empty.
func (t *Table) open(ctx context.Context) error {
	src, err := source.Open(ctx, t.name, t.opt)
	if errors.Is(err, source.ErrEmpty) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := src.HasColumn(t.key); err != nil {
		src.Close()
		return err
	}
	t.src = src
	return nil
}

// Name implements Feed.
func (t *Table) Name() string {
	if t.src != nil {
		return t.src.Path() + " by " + t.key
	}
	return source.Shown(t.name) + " by " + t.key
}

// Close implements Feed.
func (t *Table) Close() error {
	if t == nil {
		return nil
	}
	err := t.src.Close()
	t.src = nil
	return err
}

// Rejected implements Feed.
func (t *Table) Rejected() int {
	n := t.lost
	t.lost = 0
	return n
}

type tablePosition struct {
	Key source.Key `json:"key"`
	Row int        `json:"row"`
}

// Seek implements Feed.
func (t *Table) Seek(ctx context.Context, after json.RawMessage) error {
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	if t == nil || t.key == "" {
		return fmt.Errorf("%w: the Table is not of NewTable", ErrOptions)
	}
	t.last, t.row, t.ready = nil, 0, nil
	if len(after) == 0 {
		return nil
	}
	var p tablePosition
	if err := json.Unmarshal(after, &p); err != nil {
		return fmt.Errorf("%w: the position is not one of a table", ErrOptions)
	}
	t.last, t.row = &p.Key, p.Row
	return nil
}

// Next implements Feed.
func (t *Table) Next(ctx context.Context, n int) ([]Row, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if t == nil || t.key == "" {
		return nil, fmt.Errorf("%w: the Table is not of NewTable", ErrOptions)
	}
	if len(t.ready) == 0 {
		if t.src == nil {
			if err := t.open(ctx); err != nil || t.src == nil {
				return nil, err
			}
		}
		if err := t.fetch(ctx); err != nil {
			return nil, err
		}
	}
	n = max(0, min(n, len(t.ready)))
	out := t.ready[:n:n]
	t.ready = t.ready[n:]
	return out, nil
}

// settled returns the largest key that had been seen a settling time ago, nil if
// there was none.
func (t *Table) settled(top source.Key) *source.Key {
	now := t.now()
	if n := len(t.seen); n == 0 || t.seen[n-1].key != top {
		t.seen = append(t.seen, highest{now, top})
	}
	var key *source.Key
	from := 0
	for i, s := range t.seen {
		if now.Sub(s.at) >= t.settle {
			key, from = &t.seen[i].key, i
		}
	}
	if key != nil {
		k := *key
		key = &k
	}
	t.seen = t.seen[from:]
	return key
}

// fetch reads rows behind the last one, as far as they are settled.
func (t *Table) fetch(ctx context.Context) error {
	top, err := t.src.Largest(ctx, t.key)
	if errors.Is(err, source.ErrKey) {
		return fmt.Errorf("%w: %w", ErrKey, err)
	}
	if err != nil || top == nil {
		return err
	}
	settled := t.settled(*top)
	var rows []Row
	var keys []source.Key
	var lines []int // within the query
	t.faults = nil
	first, full := true, 0
	for r, err := range t.src.From(ctx, t.key, t.last, tableRows+2) {
		if err != nil {
			return err
		}
		full++
		f, _ := r.Lookup(t.key)
		k, err := source.KeyOf(f)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrKey, err)
		}
		if first && t.last != nil && k == *t.last {
			first = false
			continue // the last row itself
		}
		before := t.last
		if len(keys) > 0 {
			before = &keys[len(keys)-1]
		}
		if before != nil && k == *before {
			return fmt.Errorf("%w: two rows of %s have the same %s", ErrKey, t.src.Path(), t.key)
		}
		first = false
		rows, keys, lines = append(rows, t.made(r)), append(keys, k), append(lines, r.Line)
	}
	n := t.ripe(keys, settled, full >= tableRows+2)
	for i := range n {
		t.row++
		after, err := json.Marshal(tablePosition{keys[i], t.row})
		if err != nil {
			return err
		}
		rows[i].After = after
		if t.src.UserColumn() == "" || rows[i].User == "no-user-"+strconv.Itoa(lines[i]) {
			rows[i].User = strings.TrimRight(rows[i].User, "0123456789") + strconv.Itoa(t.row)
		}
		if rows[i].Weight > 0 {
			t.ready = append(t.ready, rows[i])
		}
	}
	if n == 0 {
		return nil
	}
	t.last = &keys[n-1]
	for _, f := range t.faults { // those behind are fetched again
		if f.Line > lines[n-1] {
			continue
		}
		t.lost++
		if t.reject != nil {
			if err := t.reject(f); err != nil {
				return err
			}
		}
	}
	return nil
}

// ripe returns how many of the keys, which follow t.last, may be read.
func (t *Table) ripe(keys []source.Key, settled *source.Key, full bool) int {
	n := 0
	switch {
	case settled == nil:
	case !settled.IsText:
		for n < len(keys) && keys[n].Number <= settled.Number {
			n++
		}
	default: // in the database's order, which may not be Go's
		at := -1
		for i, k := range keys {
			if k == *settled {
				at = i
			}
		}
		switch {
		case at >= 0:
			n = at + 1
		case full && (t.last == nil || *t.last != *settled):
			n = len(keys)
		}
	}
	for n < len(keys) && !keys[n].IsText {
		before := t.last
		if n > 0 {
			before = &keys[n-1]
		}
		if before == nil {
			before = &source.Key{} // sequences begin with 1
		}
		if keys[n].Number != before.Number+1 {
			break
		}
		n++
	}
	return n
}

// made converts a row.
func (t *Table) made(r source.Row) Row {
	out := Row{Text: cohort.Text{User: r.User, Text: r.Text, Weight: r.Weight, Time: r.Time}}
	if len(t.opt.Columns) > 0 {
		out.Meta = make(map[string]string, len(t.opt.Columns))
		for _, c := range t.opt.Columns {
			out.Meta[c] = t.src.Value(&r, c)
		}
	}
	return out
}

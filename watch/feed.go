package watch

import (
	"context"
	"encoding/json"

	"github.com/seed-56ee9438/cohort"
)

// Row is a text with its place in a Feed.
type Row struct {
	cohort.Text
	// After is the position behind the row, for Seek: a JSON value.
	After json.RawMessage
}

// Feed gives rows as they are written, in order.
type Feed interface {
	// Name identifies the feed to people, without passwords.
	Name() string
	// Seek makes the next row the first one after a position; nil: the first of
	// all.
	Seek(ctx context.Context, after json.RawMessage) error
	// Next returns rows that follow those returned before, at most n; none if
	// there are no more for now. The same positions give the same rows.
	Next(ctx context.Context, n int) ([]Row, error)
	// Rejected returns the number of rows that could not be read and were left
	// out since it was called last.
	Rejected() int
	Close() error
}

// Beginner is a Feed that knows the position before its first row, which would
// otherwise be nil: so that the first of all is found again.
type Beginner interface {
	Feed
	Begin(ctx context.Context) (json.RawMessage, error)
}

package watch

import "errors"

var (
	// ErrOptions: an option is missing or has an invalid value.
	ErrOptions = errors.New("watch: bad options")
	// ErrInUse: another process watches with the same journal.
	ErrInUse = errors.New("watch: another process is at work")
	// ErrLost: rows that come next have been removed before they were read, or
	// can no longer be found.
	ErrLost = errors.New("watch: rows are lost")
	// ErrKey: a key column does not order the rows of a table.
	ErrKey = errors.New("watch: not a key")
	// ErrState: the journal does not fit the output.
	ErrState = errors.New("watch: the journal does not fit")
)

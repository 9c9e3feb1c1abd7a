package repair

import "errors"

var (
	// ErrOptions: an option that cannot be followed.
	ErrOptions = errors.New("repair: bad options")
	// ErrWords: words of a corpus that a Counter did not return.
	ErrWords = errors.New("repair: bad words")
)

package parallel

import (
	"context"
	"errors"
)

// Cause returns nil until ctx is done, and then an error that matches both the
// cause and ctx.Err(), so that errors.Is finds context.Canceled whatever the
// cause. For a nil context it returns ErrNilContext.
func Cause(ctx context.Context) error {
	if ctx == nil {
		return ErrNilContext
	}
	err := ctx.Err()
	if err == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if cause == nil {
		return err
	}
	if errors.Is(cause, err) {
		return cause // already matches both
	}
	return &causeError{cause, err}
}

type causeError struct{ cause, err error }

// Error returns the cause's message, without repeating that the context is
// done.
func (e *causeError) Error() string { return e.cause.Error() }

func (e *causeError) Unwrap() []error { return []error{e.cause, e.err} }

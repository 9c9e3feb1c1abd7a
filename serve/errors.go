package serve

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/seed-56ee9438/cohort/bert"
)

// ErrOptions: an option has an invalid value.
var ErrOptions = errors.New("serve: bad options")

var errInternal = errors.New("internal error")

// requestError is an error in a request or in serving it. Its message does not
// quote texts.
type requestError struct {
	status  int
	message string
	code    string // OpenAI's code, or empty
}

func (e *requestError) Error() string { return e.message }

func refuse(status int, format string, args ...any) *requestError {
	return &requestError{status: status, message: fmt.Sprintf(format, args...)}
}

// statusClientClosed is nginx's status for a client that has disconnected; it
// appears only in the metrics.
const statusClientClosed = 499

// asRequestError converts any error to one with a status.
func asRequestError(err error) *requestError {
	var r *requestError
	var long *bert.LengthError
	switch {
	case errors.As(err, &r):
		return r
	case errors.As(err, &long):
		r = refuse(http.StatusRequestEntityTooLarge, "text %d has %d tokens, the model reads %d: shorten it or ask for truncation", long.Text, long.Tokens, long.Most)
		r.code = "context_length_exceeded"
		return r
	case errors.Is(err, bert.ErrNoHead):
		return refuse(http.StatusFailedDependency, "the model has no head for this route")
	case errors.Is(err, bert.ErrVectorKind):
		return refuse(http.StatusFailedDependency, "the model's vectors are of another kind than this route's")
	case errors.Is(err, bert.ErrNoTokenizer):
		return refuse(http.StatusFailedDependency, "the model has no tokenizer: send token ids")
	case errors.Is(err, bert.ErrInput):
		return refuse(http.StatusBadRequest, "%s", err)
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusServiceUnavailable, "the request took too long")
	case errors.Is(err, context.Canceled):
		return refuse(statusClientClosed, "the client has gone")
	case errors.Is(err, bert.ErrClosed):
		return refuse(http.StatusServiceUnavailable, "the model is closed")
	}
	return refuse(http.StatusInternalServerError, "internal error")
}

package hub

import (
	"errors"
	"fmt"
	"strings"
)

// Why a model cannot be had. Every error of this package is an [*Error] that
// wraps one of these (or a context's error, when the caller gave up).
var (
	// ErrName: the model's name or revision is malformed.
	ErrName = errors.New("bad model name")
	// ErrSettings: an option or environment variable cannot be used.
	ErrSettings = errors.New("bad setting")
	// ErrOffline: the model is not in the cache and the network is switched off.
	ErrOffline = errors.New("not in the cache, and offline")
	// ErrNotFound: no such model, revision or file (or it is private).
	ErrNotFound = errors.New("not found")
	// ErrGated: the model's owner wants its terms accepted first.
	ErrGated = errors.New("access to this model is restricted")
	// ErrUnauthorized: a token is needed, or the one sent is not accepted.
	ErrUnauthorized = errors.New("not authorised")
	// ErrUnreachable: no connection to the hub, or it broke off too often.
	ErrUnreachable = errors.New("cannot reach the hub")
	// ErrStalled: the server stopped sending. Wraps ErrUnreachable.
	ErrStalled = fmt.Errorf("%w: it stopped answering", ErrUnreachable)
	// ErrServer: the hub answers with an error of its own.
	ErrServer = errors.New("the hub failed")
	// ErrHTML: a web page came in the place of data.
	ErrHTML = errors.New("got a web page")
	// ErrListing: the hub's description of the model makes no sense.
	ErrListing = errors.New("bad listing")
	// ErrOutside: a file name in the listing would lead out of the model's directory.
	ErrOutside = errors.New("unsafe file name")
	// ErrRedirect: redirected too often, or to somewhere unsafe.
	ErrRedirect = errors.New("bad redirect")
	// ErrSize: a file is not as large as it should be.
	ErrSize = errors.New("wrong size")
	// ErrDigest: a file's contents are not what their digest says.
	ErrDigest = errors.New("wrong digest")
	// ErrDiskFull: no space is left for the cache.
	ErrDiskFull = errors.New("disk full")
	// ErrCache: the cache cannot be read or written.
	ErrCache = errors.New("cannot use the cache")
	// ErrNoWeights: the model has no safetensors weights.
	ErrNoWeights = errors.New("no safetensors weights")
)

// Error says which model and file could not be had, why, and what to change.
type Error struct {
	Model  string // org/name, with @revision unless that is main
	File   string // file within the model, or ""
	URL    string // address asked, without its query, or ""
	Status int    // HTTP status, or 0
	Detail string // what was there, what was wanted, what to do
	Err    error  // one of the Err values or the underlying error
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Model != "" {
		fmt.Fprintf(&b, "%s: ", e.Model)
	}
	if e.File != "" {
		fmt.Fprintf(&b, "%s: ", e.File)
	}
	b.WriteString(e.Err.Error())
	if e.Detail != "" {
		fmt.Fprintf(&b, ": %s", e.Detail)
	}
	switch {
	case e.URL != "" && e.Status != 0:
		fmt.Fprintf(&b, " (%s answered %d)", e.URL, e.Status)
	case e.URL != "":
		fmt.Fprintf(&b, " (%s)", e.URL)
	}
	return b.String()
}

// Unwrap returns what e wraps.
func (e *Error) Unwrap() error { return e.Err }

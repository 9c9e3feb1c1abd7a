package hub

import (
	"errors"
	"fmt"
	"strings"
)

// Reasons why a model is not available. Every error of this package is an
// [*Error] that wraps one of these (or a context's error, if the caller
// cancelled).
var (
	// ErrName: the model's name or revision is malformed.
	ErrName = errors.New("bad model name")
	// ErrSettings: an option or environment variable cannot be used.
	ErrSettings = errors.New("bad setting")
	// ErrOffline: the model is not in the cache, and network access is
	// disabled.
	ErrOffline = errors.New("not in the cache, and offline")
	// ErrNotFound: there is no such model, revision or file (or it is private).
	ErrNotFound = errors.New("not found")
	// ErrGated: the model's owner requires that its terms be accepted first.
	ErrGated = errors.New("access to this model is restricted")
	// ErrUnauthorized: a token is needed, or the one sent was rejected.
	ErrUnauthorized = errors.New("not authorised")
	// ErrUnreachable: there is no connection to the hub, or it broke too often.
	ErrUnreachable = errors.New("cannot reach the hub")
	// ErrStalled: the server stopped sending. Wraps ErrUnreachable.
	ErrStalled = fmt.Errorf("%w: it stopped answering", ErrUnreachable)
	// ErrServer: the hub responded with a server error.
	ErrServer = errors.New("the hub failed")
	// ErrHTML: the response was a web page instead of data.
	ErrHTML = errors.New("got a web page")
	// ErrListing: the hub's description of the model is invalid.
	ErrListing = errors.New("bad listing")
	// ErrOutside: a file name in the listing would lead out of the model's directory.
	ErrOutside = errors.New("unsafe file name")
	// ErrRedirect: there were too many redirects, or one to an unsafe address.
	ErrRedirect = errors.New("bad redirect")
	// ErrSize: a file does not have the expected size.
	ErrSize = errors.New("wrong size")
	// ErrDigest: a file's contents do not match their digest.
	ErrDigest = errors.New("wrong digest")
	// ErrDiskFull: no space is left for the cache.
	ErrDiskFull = errors.New("disk full")
	// ErrCache: the cache cannot be read or written.
	ErrCache = errors.New("cannot use the cache")
	// ErrNoWeights: the model has no safetensors weights.
	ErrNoWeights = errors.New("no safetensors weights")
)

// Error says which model and file is not available, why, and what to do about
// it.
type Error struct {
	Model  string // org/name, with @revision unless that is main
	File   string // file within the model, or ""
	URL    string // requested address, without its query, or ""
	Status int    // HTTP status, or 0
	Detail string // what was found, what was expected, what to do
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

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

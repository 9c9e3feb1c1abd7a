package hub

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

const maxRedirects = 10

// answer is the server's response to one request, after redirects.
type answer struct {
	status int
	header http.Header
	etag   string // of the file: X-Linked-Etag of any hop, else the last one's ETag
	size   int64  // of the file: X-Linked-Size of any hop, or -1
	url    string // the responding address, without its query
	body   io.ReadCloser
}

// passing marks an error that may go away on a retry.
type passing struct {
	error
	after time.Duration // wait requested by the server
}

func (p passing) Unwrap() error { return p.error }

// request sends a request, following redirects explicitly: the token is sent
// only to the endpoint itself, unlike in net/http, which includes related
// hosts, and no redirect may leave https. from > 0 requests the rest of a file.
// The body ends with ErrStalled if nothing arrives within the stall timeout.
func (s *settings) request(ctx context.Context, method, address string, from int64) (*answer, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, &Error{Err: ErrSettings, Detail: err.Error()}
	}
	inner, cancel := context.WithCancelCause(ctx)
	watch := &watchdog{ctx: ctx, timeout: s.StallTimeout, cancel: cancel}
	a := &answer{size: -1}
	for range maxRedirects {
		req, err := http.NewRequestWithContext(inner, method, u.String(), nil)
		if err != nil {
			cancel(nil)
			return nil, &Error{Err: ErrSettings, Detail: err.Error()}
		}
		req.Header.Set("User-Agent", "cohort")
		req.Header.Set("Accept-Encoding", "identity") // sizes and ranges refer to the file itself
		if s.Token != "" && u.Scheme == s.endpoint.Scheme && strings.EqualFold(u.Host, s.endpoint.Host) {
			req.Header.Set("Authorization", "Bearer "+s.Token)
		}
		if from > 0 {
			req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		}
		a.url = bare(u)
		watch.start()
		resp, err := s.Client.Do(req)
		watch.stop()
		if err != nil {
			err = watch.explain(err, a.url)
			cancel(nil)
			return nil, err
		}
		if tag := resp.Header.Get("X-Linked-Etag"); tag != "" {
			a.etag = tag
		}
		if n, err := strconv.ParseInt(resp.Header.Get("X-Linked-Size"), 10, 64); err == nil && n >= 0 {
			a.size = n
		}
		switch resp.StatusCode {
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			resp.Body.Close()
			next, err := u.Parse(resp.Header.Get("Location"))
			bad := ""
			switch {
			case err != nil || resp.Header.Get("Location") == "":
				bad = "it redirects to nowhere"
			case next.Scheme != "https" && next.Scheme != "http", next.Host == "":
				bad = "it redirects to an address that is not http"
			case u.Scheme == "https" && next.Scheme != "https":
				bad = "it redirects from https to http"
			}
			if bad != "" {
				cancel(nil)
				return nil, &Error{Err: ErrRedirect, URL: a.url, Status: resp.StatusCode, Detail: bad}
			}
			u = next
			continue
		}
		a.status, a.header = resp.StatusCode, resp.Header
		if a.etag == "" {
			a.etag = resp.Header.Get("Etag")
		}
		a.body = &watchedBody{body: resp.Body, watch: watch, url: a.url}
		return a, nil
	}
	cancel(nil)
	return nil, &Error{Err: ErrRedirect, URL: a.url, Detail: fmt.Sprintf("more than %d redirects", maxRedirects)}
}

// bare returns an address without query, fragment and user: queries of signed
// addresses are secrets and do not belong in messages.
func bare(u *url.URL) string {
	b := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return b.String()
}

// watchdog cancels a request if nothing arrives for too long.
type watchdog struct {
	ctx     context.Context // the caller's
	timeout time.Duration
	cancel  context.CancelCauseFunc
	timer   *time.Timer
}

var errSilence = errors.New("silence")

func (w *watchdog) start() {
	if w.timer == nil {
		w.timer = time.AfterFunc(w.timeout, func() { w.cancel(errSilence) })
		return
	}
	w.timer.Reset(w.timeout)
}

func (w *watchdog) stop() { w.timer.Stop() }

// explain converts an error of net/http. If the caller cancelled, that is the
// error.
func (w *watchdog) explain(err error, address string) error {
	if w.ctx.Err() != nil {
		return parallel.Cause(w.ctx)
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // its text has the whole address including the query
	}
	if errors.Is(err, errSilence) || errors.Is(err, context.Canceled) {
		return passing{error: &Error{Err: ErrStalled, URL: address, Detail: fmt.Sprintf("nothing came for %v", w.timeout)}}
	}
	e := &Error{Err: ErrUnreachable, URL: address, Detail: err.Error() + "; check the connection, HTTPS_PROXY and HF_ENDPOINT, or set HF_HUB_OFFLINE=1 to use the cache alone"}
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	if errors.As(err, &dns) && !dns.IsTemporary || errors.As(err, &cert) {
		return e
	}
	return passing{error: e}
}

// watchedBody reads a response under the watchdog.
type watchedBody struct {
	body  io.ReadCloser
	watch *watchdog
	url   string
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.watch.start()
	n, err := b.body.Read(p)
	b.watch.stop()
	if err != nil && !errors.Is(err, io.EOF) {
		err = b.watch.explain(err, b.url)
	}
	return n, err
}

func (b *watchedBody) Close() error {
	b.watch.stop()
	b.watch.cancel(nil)
	return b.body.Close()
}

// check converts an unexpected status into an error that says what to do.
func (s *settings) check(m model, file string, a *answer) error {
	if a.status == http.StatusOK || a.status == http.StatusPartialContent {
		if file == "" || !strings.HasSuffix(file, ".html") {
			if kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); strings.EqualFold(strings.TrimSpace(kind), "text/html") {
				return s.pageError(m, file, a)
			}
		}
		return nil
	}
	e := &Error{Model: m.String(), File: file, URL: a.url, Status: a.status}
	code := a.header.Get("X-Error-Code")
	token := "no token was sent: set HF_TOKEN"
	if s.Token != "" {
		token = "the token that was sent (HF_TOKEN or the token file) does not give access"
	}
	switch {
	case code == "GatedRepo":
		e.Err = ErrGated
		e.Detail = fmt.Sprintf("its owner wants the terms accepted: visit %s/%s in a browser while logged in, then use a token of that account; %s", s.endpoint, m.id, token)
	case code == "RepoNotFound":
		e.Err = ErrNotFound
		e.Detail = fmt.Sprintf("no such model, or it is private: check the name; %s", token)
	case code == "RevisionNotFound":
		e.Err = ErrNotFound
		e.Detail = fmt.Sprintf("the model has no revision %q", m.revision)
	case code == "EntryNotFound":
		e.Err = ErrNotFound
		e.Detail = "the model has no such file"
	case a.status == http.StatusUnauthorized:
		e.Err = ErrUnauthorized
		e.Detail = fmt.Sprintf("the model is private or does not exist: check the name; %s", token)
	case a.status == http.StatusForbidden:
		e.Err = ErrUnauthorized
		e.Detail = fmt.Sprintf("access is refused, perhaps until terms are accepted at %s/%s; %s", s.endpoint, m.id, token)
	case a.status == http.StatusNotFound || a.status == http.StatusGone:
		e.Err = ErrNotFound
		e.Detail = fmt.Sprintf("check the model's name and revision, and that %s is the hub's address", s.endpoint)
	case a.status == http.StatusTooManyRequests || a.status == http.StatusRequestTimeout || a.status >= 500:
		e.Err = ErrServer
		e.Detail = "try again later"
		return passing{error: e, after: retryAfter(a.header.Get("Retry-After"))}
	default:
		e.Err = ErrServer
		e.Detail = "an answer that a hub does not give; check HF_ENDPOINT and proxies"
	}
	return e
}

func (s *settings) pageError(m model, file string, a *answer) error {
	return &Error{Model: m.String(), File: file, URL: a.url, Status: a.status, Err: ErrHTML,
		Detail: fmt.Sprintf("a login, portal or error page stands between here and the hub: open %s in a browser, check proxies and HF_ENDPOINT", s.endpoint)}
}

// retryAfter parses a number of seconds; dates are ignored.
func retryAfter(v string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 60)) * time.Second
}

// retry runs try until it succeeds, fails permanently, or has failed for
// temporary reasons too often in a row. try reports whether it made progress.
func (s *settings) retry(ctx context.Context, try func() (progress bool, err error)) error {
	for failures := 0; ; {
		progress, err := try()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return parallel.Cause(ctx)
		}
		var p passing
		if !errors.As(err, &p) {
			return err
		}
		if progress {
			failures = 0
		}
		if failures++; failures > s.Retries {
			return p.error
		}
		wait := max(s.RetryWait<<min(failures-1, 5), p.after)
		select {
		case <-ctx.Done():
			return parallel.Cause(ctx)
		case <-time.After(wait):
		}
	}
}

package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Webhook is where alerts are posted, as JSON, with their id as Idempotency-Key.
type Webhook struct {
	URL     string        // http or https
	Header  http.Header   // more header fields
	Client  *http.Client  // nil: one that follows no redirects
	Timeout time.Duration // of an attempt; 0: 10 s
	// Retries is the number of further attempts after one that failed for a reason
	// that may pass: no answer, or status 408, 425, 429 or 5xx. 0: 3, negative:
	// none. They begin after Wait, each time twice as long; 0: a second. An alert
	// that still fails is kept, and posted again with the next one or after a
	// minute.
	Retries int
	Wait    time.Duration
}

func (w *Webhook) check() error {
	if w == nil {
		return nil
	}
	u, err := url.Parse(w.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: the webhook is not http://HOST/… or https://HOST/…", ErrOptions)
	}
	if w.Timeout < 0 || w.Wait < 0 || w.Retries > 100 {
		return fmt.Errorf("%w: the webhook's times or retries", ErrOptions)
	}
	return nil
}

// errRefused: the receiver will not take an alert, however often it is posted.
var errRefused = errors.New("the receiver refuses it")

// post posts one alert. Errors name the host alone: a path may be a secret.
func (w *Webhook) post(ctx context.Context, a *Alert) error {
	body, err := json.Marshal(a)
	if err != nil {
		return err
	}
	timeout, wait, retries := w.Timeout, w.Wait, w.Retries
	or(&timeout, 10*time.Second)
	or(&wait, time.Second)
	or(&retries, 3)
	for try := 0; ; try++ {
		err = w.once(ctx, a.ID, body, timeout)
		if err == nil || errors.Is(err, errRefused) || try >= retries || ctx.Err() != nil {
			return err
		}
		if !sleep(ctx, wait) {
			return err
		}
		wait *= 2
	}
}

func (w *Webhook) once(ctx context.Context, id string, body []byte, timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return errRefused // check has seen the URL
	}
	for k, v := range w.Header {
		r.Header[k] = v
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", id)
	client := w.Client
	if client == nil {
		client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	res, err := client.Do(r)
	if err != nil {
		var u *url.Error
		if errors.As(err, &u) {
			err = u.Err
		}
		return fmt.Errorf("posting to %s: %w", r.URL.Host, err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<16)) // so that the connection is used again
	switch s := res.StatusCode; {
	case s >= 200 && s < 300:
		return nil
	case s == http.StatusRequestTimeout, s == http.StatusTooEarly, s == http.StatusTooManyRequests, s >= 500:
		return fmt.Errorf("posting to %s: status %d", r.URL.Host, s)
	default:
		return fmt.Errorf("posting to %s: %w: status %d", r.URL.Host, errRefused, s)
	}
}

// sleep returns false if ctx is done before.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

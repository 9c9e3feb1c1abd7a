package hub

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const weightsName = "model.safetensors"

// broken sends the first n bytes of what serveFile would and then cuts the connection.
func (h *fakeHub) broken(w http.ResponseWriter, r *http.Request, name string, n int) {
	rec := httptest.NewRecorder()
	h.serveFile(rec, r, name)
	for k, v := range rec.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes()[:min(n, rec.Body.Len())])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler)
}

// onWeights makes the hub misbehave on the weights' n-th download (from 1).
func (h *fakeHub) onWeights(behave func(w http.ResponseWriter, r *http.Request, n int) bool) {
	var n atomic.Int32
	h.mu.Lock() // requests of other processes are in no order with this
	defer h.mu.Unlock()
	h.file = func(w http.ResponseWriter, r *http.Request, name string) bool {
		if name != weightsName || r.Method != http.MethodGet {
			return false
		}
		return behave(w, r, int(n.Add(1)))
	}
}

func checkWeights(t *testing.T, h *fakeHub, dir string) {
	t.Helper()
	got, err := os.ReadFile(filepath.Join(dir, weightsName))
	if err != nil || !bytes.Equal(got, h.files[weightsName]) {
		t.Errorf("%s: %d bytes, %v", weightsName, len(got), err)
	}
}

func leftovers(t *testing.T, o Options) (incomplete []string) {
	t.Helper()
	for _, name := range tree(t, o.CacheDir) {
		if strings.HasSuffix(name, ".incomplete") || strings.HasSuffix(name, ".tmp") {
			incomplete = append(incomplete, name)
		}
	}
	return incomplete
}

func TestConnectionBreaksOff(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	// Three times, at various places; 100 bytes are hardly progress.
	h.onWeights(func(w http.ResponseWriter, r *http.Request, n int) bool {
		if n <= 3 {
			h.broken(w, r, weightsName, []int{0, 1 << 20, 100, 1 << 19}[n])
		}
		return false
	})
	o := h.options(t)
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
	want := []string{
		"GET model.safetensors",
		fmt.Sprintf("GET model.safetensors bytes=%d-", 1<<20),
		fmt.Sprintf("GET model.safetensors bytes=%d-", 1<<20+100),
		fmt.Sprintf("GET model.safetensors bytes=%d-", 1<<20+100+1<<19),
	}
	if got := h.requests("GET model.safetensors"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("asked %q, want %q", got, want)
	}
	if left := leftovers(t, o); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestConnectionBreaksOffForGood(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	h.onWeights(func(w http.ResponseWriter, r *http.Request, _ int) bool {
		h.broken(w, r, weightsName, 1000)
		return true
	})
	o := h.options(t)
	o.Retries = 2
	_, err := Resolve(t.Context(), "org/name", o)
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "org/name: model.safetensors: ") {
		t.Errorf("got %v", err)
	}
	if n := len(h.requests("GET model.safetensors")); n != 3 {
		t.Errorf("%d attempts, want 3", n)
	}
	// Nobody takes the half for the whole, and the next time goes on from it.
	o.Offline = true
	if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrOffline) {
		t.Errorf("offline: %v", err)
	}
	o.Offline, h.file = false, nil
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
	if got := h.requests("GET model.safetensors"); got[len(got)-1] != "GET model.safetensors bytes=3000-" {
		t.Errorf("asked %q", got)
	}
}

func TestStalls(t *testing.T) {
	stall := func(w http.ResponseWriter, r *http.Request, h *fakeHub, before int) {
		if before > 0 {
			rec := httptest.NewRecorder()
			h.serveFile(rec, r, weightsName)
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.WriteHeader(rec.Code)
			w.Write(rec.Body.Bytes()[:before])
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done() // the client gives up
	}
	for name, before := range map[string]int{"before the header": 0, "in the middle": 5000} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			h.onWeights(func(w http.ResponseWriter, r *http.Request, n int) bool {
				if n > 1 {
					return false
				}
				stall(w, r, h, before)
				return true
			})
			o := h.options(t)
			o.StallTimeout = 200 * time.Millisecond
			dir, err := Resolve(t.Context(), "org/name", o)
			if err != nil {
				t.Fatal(err)
			}
			checkWeights(t, h, dir)
			if got := h.requests("GET model.safetensors"); len(got) < 2 || before > 0 && got[1] != "GET model.safetensors bytes=5000-" {
				t.Errorf("asked %q", got)
			}
		})
		t.Run(name+", always", func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			h.onWeights(func(w http.ResponseWriter, r *http.Request, _ int) bool {
				stall(w, r, h, before)
				return true
			})
			o := h.options(t)
			o.StallTimeout, o.Retries = 50*time.Millisecond, 1
			_, err := Resolve(t.Context(), "org/name", o)
			if !errors.Is(err, ErrStalled) || !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "nothing came for 50ms") {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("the listing", func(t *testing.T) {
		h := newFakeHub(t, plainModel(t))
		h.list = func(w http.ResponseWriter, r *http.Request) bool {
			w.Write([]byte("{"))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return true
		}
		o := h.options(t)
		o.StallTimeout, o.Retries = 50*time.Millisecond, -1
		if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrStalled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCancelThenResume(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	o := h.options(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.onWeights(func(w http.ResponseWriter, r *http.Request, n int) bool {
		if n > 1 {
			return false
		}
		rec := httptest.NewRecorder()
		h.serveFile(rec, r, weightsName)
		w.Header().Set("Content-Length", fmt.Sprint(rec.Body.Len()))
		w.Write(rec.Body.Bytes()[:1<<20])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		return true
	})
	o.Progress = func(p Progress) {
		if p.File == weightsName && p.Done == 1<<20 {
			cancel()
		}
	}
	if _, err := Resolve(ctx, "org/name", o); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	o.Progress = nil
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
	if got := h.requests("GET model.safetensors"); len(got) != 2 || got[1] != fmt.Sprintf("GET model.safetensors bytes=%d-", 1<<20) {
		t.Errorf("asked %q", got)
	}
	if n := len(h.requests("GET config.json")); n != 1 {
		t.Errorf("config.json was downloaded %d times", n)
	}
}

// What an earlier download left is wrong: it is thrown away, once.
func TestResumeOfDamagedPart(t *testing.T) {
	for name, part := range map[string]int{"shorter": 1000, "as long": -1, "longer": 4 << 20} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			o := h.options(t)
			if part < 0 {
				part = len(h.files[weightsName])
			}
			key := digest(weightsName, h.files[weightsName])
			writeFile(t, filepath.Join(o.CacheDir, "models--org--name", "blobs", key+".incomplete"), strings.Repeat("x", part))
			dir, err := Resolve(t.Context(), "org/name", o)
			if err != nil {
				t.Fatal(err)
			}
			checkWeights(t, h, dir)
		})
	}
}

func TestServerWithoutRanges(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	h.onWeights(func(w http.ResponseWriter, r *http.Request, n int) bool {
		r.Header.Del("Range")
		if n == 1 {
			h.broken(w, r, weightsName, 1000)
		}
		return false
	})
	dir, err := Resolve(t.Context(), "org/name", h.options(t))
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
}

// Every way in which a server may send something else than it listed.
func TestServerLies(t *testing.T) {
	for name, c := range map[string]struct {
		behave func(h *fakeHub, w http.ResponseWriter, r *http.Request)
		kind   error
		says   string
	}{
		"announces less": {func(h *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.Write(h.files[weightsName][:100])
		}, ErrSize, "announces 100 bytes"},
		"announces more": {func(h *fakeHub, w http.ResponseWriter, _ *http.Request) {
			data := append(bytes.Clone(h.files[weightsName]), 1)
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.Write(data)
		}, ErrSize, "announces"},
		"sends more, unannounced": {func(h *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.(http.Flusher).Flush()
			w.Write(h.files[weightsName])
			for range 100 {
				w.Write(make([]byte, 1<<10))
			}
		}, ErrSize, "sends more than"},
		"sends less, unannounced": {func(h *fakeHub, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", 100, 99, len(h.files[weightsName])))
				w.WriteHeader(http.StatusPartialContent)
				w.(http.Flusher).Flush()
				return
			}
			w.(http.Flusher).Flush()
			w.Write(h.files[weightsName][:100])
		}, ErrUnreachable, "ended after 100 of"},
		"other contents": {func(h *fakeHub, w http.ResponseWriter, _ *http.Request) {
			data := bytes.Clone(h.files[weightsName])
			data[len(data)-1] ^= 1
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			w.Write(data)
		}, ErrDigest, "want " + digest(weightsName, plainModel(t)[weightsName])},
		"another range": {func(h *fakeHub, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				h.broken(w, r, weightsName, 1000)
			}
			w.Header().Set("Content-Range", "bytes 0-9/10")
			w.WriteHeader(http.StatusPartialContent)
		}, ErrSize, `"bytes 0-9/10"`},
		"range of a larger file": {func(h *fakeHub, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				h.broken(w, r, weightsName, 1000)
			}
			w.Header().Set("Content-Range", "bytes 1000-9999998/9999999")
			w.WriteHeader(http.StatusPartialContent)
		}, ErrSize, "has 9999999 bytes"},
		"nonsense for a range": {func(h *fakeHub, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				h.broken(w, r, weightsName, 1000)
			}
			w.Header().Set("Content-Range", "pages 1-2")
			w.WriteHeader(http.StatusPartialContent)
		}, ErrSize, `"pages 1-2"`},
		"never the rest": {func(h *fakeHub, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				h.broken(w, r, weightsName, 1000)
			}
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		}, ErrSize, "less than the 1000 bytes"},
		"a page, as such": {func(_ *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte("<p>Please log in"))
		}, ErrHTML, "a login, portal or error page"},
		"a page, as data": {func(_ *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/octet-stream")
			w.Write([]byte("\n<!DOCTYPE html><title>Log in</title>"))
		}, ErrHTML, "a login, portal or error page"},
		"a Git LFS pointer": {func(_ *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/plain")
			w.Write([]byte("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"))
		}, ErrSize, "Git LFS pointer"},
		"no such file after all": {func(_ *fakeHub, w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Error-Code", "EntryNotFound")
			http.NotFound(w, r)
		}, ErrNotFound, "no such file"},
		"nothing at all": {func(_ *fakeHub, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNoContent)
		}, ErrServer, "answered 204"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			h.onWeights(func(w http.ResponseWriter, r *http.Request, _ int) bool {
				c.behave(h, w, r)
				return true
			})
			o := h.options(t)
			o.Retries = 3
			_, err := Resolve(t.Context(), "org/name", o)
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || !strings.HasPrefix(err.Error(), "org/name: model.safetensors: ") {
				t.Errorf("got %v", err)
			}
			if n := len(h.requests("GET model.safetensors")); n > 8 {
				t.Errorf("%d attempts", n)
			}
			// No blob, no link, no ref; and the model is there once the server mends.
			for _, name := range tree(t, o.CacheDir) {
				if strings.Contains(name, digest(weightsName, h.files[weightsName])) && !strings.HasSuffix(name, ".incomplete") ||
					strings.Contains(name, "refs/") || strings.HasSuffix(name, weightsName) {
					t.Errorf("%s is there", name)
				}
			}
			h.file = nil
			dir, err := Resolve(t.Context(), "org/name", o)
			if err != nil {
				t.Fatal(err)
			}
			checkWeights(t, h, dir)
			if left := leftovers(t, o); len(left) != 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// Contents that are wrong once, as through a damaged proxy cache.
func TestWrongDigestOnce(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	h.onWeights(func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n == 1 {
			w.Header().Set("Content-Length", fmt.Sprint(len(h.files[weightsName])))
			w.Write(make([]byte, len(h.files[weightsName])))
		}
		return n == 1
	})
	dir, err := Resolve(t.Context(), "org/name", h.options(t))
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
}

// Small files are checked by git's digest.
func TestWrongDigestOfSmallFile(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	h.file = func(w http.ResponseWriter, _ *http.Request, name string) bool {
		if name == "config.json" {
			w.Write(bytes.ToUpper(h.files[name]))
		}
		return name == "config.json"
	}
	_, err := Resolve(t.Context(), "org/name", h.options(t))
	if !errors.Is(err, ErrDigest) || !strings.Contains(err.Error(), "config.json") {
		t.Errorf("got %v", err)
	}
}

func TestListingIsAPage(t *testing.T) {
	for _, kind := range []string{"text/html", "application/json"} {
		h := newFakeHub(t, plainModel(t))
		h.list = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", kind)
			w.Write([]byte("<html>Welcome to the airport"))
			return true
		}
		if _, err := Resolve(t.Context(), "org/name", h.options(t)); !errors.Is(err, ErrHTML) || !strings.Contains(err.Error(), h.URL) {
			t.Errorf("%s: got %v", kind, err)
		}
	}
}

func TestStatuses(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		token  string
		kind   error
		says   string
	}{
		{401, "RepoNotFound", "", ErrNotFound, "set HF_TOKEN"},
		{404, "RepoNotFound", "hf_secret", ErrNotFound, "does not give access"},
		{404, "RevisionNotFound", "", ErrNotFound, `no revision "main"`},
		{404, "", "", ErrNotFound, "check the model's name"},
		{401, "", "", ErrUnauthorized, "set HF_TOKEN"},
		{401, "", "hf_secret", ErrUnauthorized, "does not give access"},
		{403, "", "hf_secret", ErrUnauthorized, "terms"},
		{401, "GatedRepo", "", ErrGated, "/org/name in a browser"},
		{403, "GatedRepo", "hf_secret", ErrGated, "does not give access"},
		{400, "", "", ErrServer, "answered 400"},
		{500, "", "", ErrServer, "try again later"},
		{503, "", "", ErrServer, "answered 503"},
		{429, "", "", ErrServer, "answered 429"},
	} {
		clearEnv(t)
		h := newFakeHub(t, plainModel(t))
		h.list = func(w http.ResponseWriter, _ *http.Request) bool {
			if c.code != "" {
				w.Header().Set("X-Error-Code", c.code)
			}
			w.WriteHeader(c.status)
			return true
		}
		o := h.options(t)
		o.Token, o.Retries = c.token, 2
		_, err := Resolve(t.Context(), "org/name", o)
		var e *Error
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) || !errors.As(err, &e) || e.Status != c.status {
			t.Errorf("%d %s: got %v", c.status, c.code, err)
			continue
		}
		if strings.Contains(err.Error(), "hf_secret") {
			t.Errorf("the token is in the message: %v", err)
		}
		want := 1
		if c.status >= 500 || c.status == 429 {
			want = 3
		}
		if n := len(h.requests("LIST")); n != want {
			t.Errorf("%d %s: %d attempts, want %d", c.status, c.code, n, want)
		}
	}
}

func TestServerRecovers(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	var lists atomic.Int32
	h.list = func(w http.ResponseWriter, _ *http.Request) bool {
		if lists.Add(1) <= 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	}
	h.onWeights(func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n == 1 {
			w.WriteHeader(http.StatusBadGateway)
		}
		return n == 1
	})
	dir, err := Resolve(t.Context(), "org/name", h.options(t))
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
}

// Large files come from another host, which must not see the token; the small
// hub of a listing without sizes and digests tells them by headers.
func TestRedirectToAnotherHost(t *testing.T) {
	for _, noBlobs := range []bool{false, true} {
		h := newFakeHub(t, plainModel(t))
		h.noBlobs = noBlobs
		var mu sync.Mutex
		var seen []string
		cdn := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			seen = append(seen, r.Header.Get("Authorization"))
			mu.Unlock()
			if r.URL.Query().Get("signature") != "s3cret" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("ETag", `"the other host's own"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(h.files[weightsName]))
		}))
		defer cdn.Close()
		h.file = func(w http.ResponseWriter, r *http.Request, name string) bool {
			if name == weightsName {
				w.Header().Set("X-Linked-Etag", `"`+digest(name, h.files[name])+`"`)
				w.Header().Set("X-Linked-Size", fmt.Sprint(len(h.files[name])))
				http.Redirect(w, r, cdn.URL+"/blob?signature=s3cret", http.StatusFound)
			}
			return name == weightsName
		}
		o := h.options(t)
		dir, err := Resolve(t.Context(), "org/name", o)
		if err != nil {
			t.Fatal(err)
		}
		checkWeights(t, h, dir)
		if _, err := os.Stat(filepath.Join(o.CacheDir, "models--org--name", "blobs", digest(weightsName, h.files[weightsName]))); err != nil {
			t.Errorf("the blob is not named by its digest: %v", err)
		}
		if len(seen) == 0 || strings.Join(seen, "") != "" {
			t.Errorf("the other host saw the tokens %q", seen)
		}
		for _, a := range h.auth {
			if a != "Bearer hf_secret" {
				t.Errorf("the hub saw %q", a)
			}
		}
		// Signed addresses are secrets too.
		cdn.Config.Handler = http.NotFoundHandler()
		o = h.options(t)
		if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrNotFound) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got %v", err)
		}
		cdn.Close()
		o.Retries = -1
		if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrUnreachable) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got %v", err)
		}
	}
}

// A port of the same machine is another host; a path of the same host is not.
func TestRedirectWithinHub(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	h.list = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("moved") == "" {
			http.Redirect(w, r, r.URL.Path+"?moved=1", http.StatusTemporaryRedirect)
			return true
		}
		return false
	}
	if _, err := Resolve(t.Context(), "org/name", h.options(t)); err != nil {
		t.Fatal(err)
	}
	for _, a := range h.auth {
		if a != "Bearer hf_secret" {
			t.Errorf("the hub saw %q", a)
		}
	}
}

func TestBadRedirects(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for name, c := range map[string]struct{ to, says string }{
		"in circles":    {"?", "more than 10"},
		"to nowhere":    {"", "to nowhere"},
		"to a file":     {"file:///etc/passwd", "not http"},
		"down to plain": {plain.URL, "from https to http"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newFakeHub(t, plainModel(t))
			secure := httptest.NewTLSServer(h)
			defer secure.Close()
			h.list = func(w http.ResponseWriter, _ *http.Request) bool {
				w.Header().Set("Location", c.to)
				w.WriteHeader(http.StatusFound)
				return true
			}
			o := h.options(t)
			o.Endpoint, o.Client = secure.URL, secure.Client()
			if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrRedirect) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A certificate that nobody vouches for will not get better by trying again.
func TestUnknownCertificate(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	secure := httptest.NewUnstartedServer(h)
	secure.Config.ErrorLog = discardLog()
	secure.StartTLS()
	defer secure.Close()
	o := h.options(t)
	o.Endpoint = secure.URL
	o.RetryWait = time.Hour
	if _, err := Resolve(t.Context(), "org/name", o); !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
}

// A hub whose listing has neither sizes nor digests.
func TestListingWithoutBlobs(t *testing.T) {
	h := newFakeHub(t, sentenceModel(t))
	h.noBlobs = true
	o := h.options(t)
	dir, err := Resolve(t.Context(), "org/name", o)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
	if n := len(h.requests("HEAD model.safetensors")); n != 1 {
		t.Errorf("%d HEAD requests for the weights", n)
	}
	blob := filepath.Join(o.CacheDir, "models--org--name", "blobs", digest(weightsName, h.files[weightsName]))
	if _, err := os.Stat(blob); err != nil {
		t.Error(err)
	}
}

// An ETag is text from the server, and its name for the blob only if it is a digest.
func TestHostileETags(t *testing.T) {
	for _, tag := range []string{`"../../../../out"`, `/etc/passwd`, `W/"weak"`, ``, `"` + strings.Repeat("a", 5000) + `"`, `"ABCDEFABCDEFABCDEFABCDEFABCDEFABCDEFABCD"`} {
		h := newFakeHub(t, plainModel(t))
		h.noBlobs = true
		h.file = func(w http.ResponseWriter, r *http.Request, name string) bool {
			w.Header().Set("Content-Length", fmt.Sprint(len(h.files[name])))
			if tag != "" {
				w.Header().Set("ETag", tag)
			}
			if r.Method != http.MethodHead {
				w.Write(h.files[name])
			}
			return true
		}
		o := h.options(t)
		dir, err := Resolve(t.Context(), "org/name", o)
		if err != nil {
			t.Errorf("%.40q: %v", tag, err)
			continue
		}
		checkWeights(t, h, dir)
		checkContained(t, o)
	}
	// A digest that is one, and wrong.
	h := newFakeHub(t, plainModel(t))
	h.noBlobs = true
	h.file = func(w http.ResponseWriter, r *http.Request, name string) bool {
		w.Header().Set("ETag", `"`+strings.Repeat("0", 40)+`"`)
		w.Header().Set("Content-Length", fmt.Sprint(len(h.files[name])))
		if r.Method != http.MethodHead {
			w.Write(h.files[name])
		}
		return true
	}
	if _, err := Resolve(t.Context(), "org/name", h.options(t)); !errors.Is(err, ErrDigest) {
		t.Errorf("got %v", err)
	}
}

type fullDisk struct {
	w    io.Writer
	left int
}

func (f *fullDisk) Write(p []byte) (int, error) {
	if len(p) > f.left {
		n, _ := f.w.Write(p[:f.left])
		f.left = 0
		return n, &os.PathError{Op: "write", Path: "blob", Err: syscall.ENOSPC}
	}
	f.left -= len(p)
	return f.w.Write(p)
}

func TestDiskFull(t *testing.T) {
	h := newFakeHub(t, plainModel(t))
	m, err := parseName("org/name", "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSettings(h.options(t))
	if err != nil {
		t.Fatal(err)
	}
	left := 100_000
	s.hooks.writer = func(w io.Writer) io.Writer { return &fullDisk{w, left} }
	_, err = s.resolve(t.Context(), m)
	if !isDiskFull(syscall.ENOSPC) {
		t.Skip("another error says so on this system")
	}
	if !errors.Is(err, ErrDiskFull) || !strings.Contains(err.Error(), fmt.Sprintf("takes %d bytes in %s", len(h.files[weightsName]), s.CacheDir)) {
		t.Errorf("got %v", err)
	}
	// Once there is space it goes on from there.
	left = 1 << 30
	dir, err := s.resolve(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	checkWeights(t, h, dir)
	if got := h.requests("GET model.safetensors"); len(got) != 2 || got[1] != "GET model.safetensors bytes=100000-" {
		t.Errorf("asked %q", got)
	}
}

func TestUnreachable(t *testing.T) {
	_, err := Resolve(t.Context(), "org/name", Options{CacheDir: t.TempDir(), Endpoint: unreachable(t), Retries: 1, RetryWait: time.Millisecond})
	if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), "HF_ENDPOINT") {
		t.Errorf("got %v", err)
	}
	// A wait between attempts ends with the context.
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Resolve(ctx, "org/name", Options{CacheDir: t.TempDir(), Endpoint: unreachable(t), RetryWait: time.Hour}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

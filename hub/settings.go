package hub

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Options say where models come from. The zero value follows the environment,
// as described in the package documentation.
type Options struct {
	CacheDir string // directory of the cache
	Endpoint string // address of the hub, http or https
	Token    string // access token for private and gated models
	Offline  bool   // never use the network; the environment can also switch it on
	Revision string // branch, tag or commit; "" means that of the name, else main; two that differ are an ErrName

	// Progress, if not nil, is called from time to time while files are
	// downloaded, and once more when each one is complete.
	Progress func(Progress)

	// Client makes the requests; nil means a client with net/http's defaults.
	// Its CheckRedirect is not used.
	Client *http.Client
	// StallTimeout is how long the server may send nothing; 0 means 30 s.
	StallTimeout time.Duration
	// Retries is the number of successive retries of a request that failed for
	// a temporary reason, such as a broken connection; 0 means 5, negative
	// means none.
	Retries int
	// RetryWait is the wait before the first retry; it doubles with each. 0
	// means 500 ms.
	RetryWait time.Duration
}

// Progress is the state of a download.
type Progress struct {
	Model string // name as requested
	File  string // file of the model that is being downloaded
	Done  int64  // bytes of File so far, including resumed ones
	Total int64  // size of File in bytes, or -1 if the server does not say
}

// settings are options with all defaults filled in.
type settings struct {
	Options
	endpoint *url.URL
	hooks    hooks
}

// hooks are for tests only.
type hooks struct {
	writer        func(io.Writer) io.Writer           // wraps the writer of each file
	symlink, link func(oldname, newname string) error // replace os.Root's
}

func newSettings(o Options) (*settings, error) {
	s := &settings{Options: o}
	fail := func(format string, args ...any) (*settings, error) {
		return nil, &Error{Err: ErrSettings, Detail: fmt.Sprintf(format, args...)}
	}
	home, err := hfHome()
	if s.CacheDir == "" {
		switch {
		case os.Getenv("HF_HUB_CACHE") != "":
			s.CacheDir = expand(os.Getenv("HF_HUB_CACHE"))
		case os.Getenv("HUGGINGFACE_HUB_CACHE") != "":
			s.CacheDir = expand(os.Getenv("HUGGINGFACE_HUB_CACHE"))
		case err != nil:
			return fail("no place for the cache: %v; set HF_HOME or HF_HUB_CACHE", err)
		default:
			s.CacheDir = filepath.Join(home, "hub")
		}
	}
	if s.Endpoint == "" {
		s.Endpoint = os.Getenv("HF_ENDPOINT")
	}
	if s.Endpoint == "" {
		s.Endpoint = "https://huggingface.co"
	}
	s.endpoint, err = url.Parse(strings.TrimRight(s.Endpoint, "/"))
	if err != nil || s.endpoint.Host == "" || s.endpoint.Scheme != "http" && s.endpoint.Scheme != "https" || s.endpoint.RawQuery != "" || s.endpoint.User != nil {
		return fail("HF_ENDPOINT is %q, want an address such as https://huggingface.co", s.Endpoint)
	}
	s.Offline = s.Offline || isTrue("HF_HUB_OFFLINE") || isTrue("TRANSFORMERS_OFFLINE")
	if s.Token == "" && !isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
		s.Token = findToken(home)
	}
	s.Token = strings.TrimSpace(s.Token)
	for _, c := range s.Token {
		if c <= ' ' || c > '~' {
			return fail("the access token (HF_TOKEN) contains a character that no token has")
		}
	}
	if s.StallTimeout <= 0 {
		s.StallTimeout = 30 * time.Second
	}
	if s.RetryWait <= 0 {
		s.RetryWait = 500 * time.Millisecond
	}
	if s.Retries == 0 {
		s.Retries = 5
	}
	client := http.Client{}
	if s.Client != nil {
		client = *s.Client
	}
	// Redirects are followed explicitly: see transfer.go.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	s.Client = &client
	return s, nil
}

// CacheDir returns the cache directory that the environment specifies.
func CacheDir() (string, error) {
	s, err := newSettings(Options{Endpoint: "https://huggingface.co", Token: "-"})
	if err != nil {
		return "", err
	}
	return s.CacheDir, nil
}

func hfHome() (string, error) {
	if h := os.Getenv("HF_HOME"); h != "" {
		return expand(h), nil
	}
	if x := os.Getenv("XDG_CACHE_HOME"); x != "" {
		return filepath.Join(expand(x), "huggingface"), nil
	}
	// Not os.UserCacheDir: the Hub's tools use ~/.cache on every system.
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".cache", "huggingface"), nil
}

func findToken(home string) string {
	for _, v := range []string{"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"} {
		if t := strings.TrimSpace(os.Getenv(v)); t != "" {
			return t
		}
	}
	path := expand(os.Getenv("HF_TOKEN_PATH"))
	if path == "" {
		if home == "" {
			return ""
		}
		path = filepath.Join(home, "token")
	}
	// A missing or unreadable token file is not an error, since most models
	// need no token.
	text, err := readSmall(os.DirFS(filepath.Dir(path)), filepath.Base(path), 4096)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// expand expands a leading ~ and $VARIABLES, like the Hub's tools.
func expand(p string) string {
	p = os.Expand(p, func(v string) string {
		if value, ok := os.LookupEnv(v); ok {
			return value
		}
		return "$" + v
	})
	if p == "~" || strings.HasPrefix(p, "~/") || strings.HasPrefix(p, `~\`) {
		if home, err := os.UserHomeDir(); err == nil {
			return home + p[1:]
		}
	}
	return p
}

func isTrue(variable string) bool {
	switch strings.ToUpper(strings.TrimSpace(os.Getenv(variable))) {
	case "1", "ON", "YES", "TRUE":
		return true
	}
	return false
}

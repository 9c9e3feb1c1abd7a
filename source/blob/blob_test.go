package blob

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/blob/memblob"
	_ "gocloud.dev/blob/s3blob"

	"github.com/seed-56ee9438/cohort/source"
)

// onDisk opens directories as buckets; their names are hosts.
type onDisk struct{ dir string }

func (o onDisk) OpenBucketURL(_ context.Context, u *url.URL) (*blob.Bucket, error) {
	return fileblob.OpenBucket(filepath.Join(o.dir, u.Host), &fileblob.Options{CreateDir: true, NoTempDir: true})
}

// buckets returns names of an empty bucket in a directory and on a server that
// speaks S3.
func buckets(t *testing.T) map[string]func(key string) string {
	t.Helper()
	blob.DefaultURLMux().RegisterBucket("disk", onDisk{t.TempDir()})
	source.RegisterStore(source.Store{Schemes: []string{"disk"}, Fetch: fetch, Put: put})
	backend := s3mem.New()
	if err := backend.CreateBucket("reviews"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	return map[string]func(string) string{
		"disk": func(key string) string { return "disk://reviews/" + key },
		"s3": func(key string) string {
			return "s3://reviews/" + key + "?region=us-east-1&use_path_style=true&disable_https=true&endpoint=" + url.QueryEscape(server.URL)
		},
	}
}

func store(t *testing.T, name, data string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(file, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := put(t.Context(), file, name); err != nil {
		t.Fatal(err)
	}
}

func texts(t *testing.T, name string, o source.Options) (out []string, err error) {
	t.Helper()
	s, err := source.Open(t.Context(), name, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	if strings.Contains(s.Path(), "?region") {
		t.Errorf("the source is shown as %s", s.Path())
	}
	for r, err := range s.Rows(t.Context()) {
		if err != nil {
			return out, err
		}
		out = append(out, r.User+": "+r.Text)
	}
	return out, nil
}

func packed(t *testing.T, data string) string {
	var b strings.Builder
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, data); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Objects are read as files are: one, all under a prefix, or by a pattern; packed,
// and with the options of files. Sinks make objects, whole or not at all.
func TestStores(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for scheme, name := range buckets(t) {
		t.Run(scheme, func(t *testing.T) {
			store(t, name("march/a.csv"), "user;text\na;one\n")
			store(t, name("march/b.csv.gz"), packed(t, "user,text\nb,two\n"))
			store(t, name("march/c.jsonl"), `{"user":"c","text":"three"}`+"\n")
			for _, other := range []string{"_SUCCESS", "_part.jsonl", ".hidden.jsonl", "notes.doc"} {
				store(t, name("march/"+other), "")
			}
			store(t, name("april/a.csv"), "user,text\nd,four\n")
			for _, c := range []struct {
				key  string
				o    source.Options
				want []string
			}{
				{"march/a.csv", source.Options{Delimiter: ";"}, []string{"a: one"}},
				{"march/", source.Options{}, []string{"a: one", "b: two", "c: three"}},
				{"march/*.csv*", source.Options{}, []string{"a: one", "b: two"}},
				{"*/a.csv", source.Options{}, []string{"d: four", "a: one"}},
			} {
				if got, err := texts(t, name(c.key), c.o); err != nil || !slices.Equal(got, c.want) {
					t.Errorf("%s: %q, %v, want %q", c.key, got, err, c.want)
				}
			}
			if _, err := texts(t, name("march/none.csv"), source.Options{}); err == nil {
				t.Error("an object that is not there is read")
			}
			if _, err := texts(t, name("may/"), source.Options{}); !errors.Is(err, source.ErrEmpty) {
				t.Errorf("an empty prefix: %v", err)
			}
			sink(t, name)
		})
	}
	left, err := os.ReadDir(temp)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if strings.HasPrefix(e.Name(), "cohort-") {
			t.Errorf("left behind: %s", e.Name())
		}
	}
}

func sink(t *testing.T, name func(string) string) {
	t.Helper()
	columns := []source.Column{{Name: "user", Type: source.StringType}, {Name: "text", Type: source.StringType}}
	for _, whole := range []bool{false, true} {
		s, err := source.Create(t.Context(), name("out/placed.jsonl"), columns, source.SinkOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Write([]any{"e", "five"}); err != nil {
			t.Fatal(err)
		}
		if _, err := texts(t, name("out/placed.jsonl"), source.Options{}); err == nil {
			t.Error("an object is there before it is whole")
		}
		if !whole {
			if err := s.Abort(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := s.Commit(); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := texts(t, name("out/placed.jsonl"), source.Options{}); err != nil || !slices.Equal(got, []string{"e: five"}) {
		t.Errorf("%q, %v", got, err)
	}
	// A file that cannot be read to its end leaves what was there.
	if err := put(t.Context(), t.TempDir(), name("out/placed.jsonl")); err == nil {
		t.Error("a directory is an object")
	}
	if got, _ := texts(t, name("out/placed.jsonl"), source.Options{}); !slices.Equal(got, []string{"e: five"}) {
		t.Errorf("after a failure: %q", got)
	}
}

// Keys with the characters of patterns, on memblob.
func TestKeys(t *testing.T) {
	t.Parallel()
	b := memblob.OpenBucket(nil)
	defer b.Close()
	for _, k := range []string{"a[1].csv", "a1.csv", "deep/a1.csv"} {
		if err := b.WriteAll(t.Context(), k, []byte("text\nx\n"), nil); err != nil {
			t.Fatal(err)
		}
	}
	for key, want := range map[string][]string{"a[1].csv": {"a[1].csv"}, "a*.csv": {"a1.csv", "a[1].csv"}, "": {"a1.csv", "a[1].csv", "deep/a1.csv"}, "[": nil} {
		got, err := keysOf(t.Context(), b, key)
		if !slices.Equal(got, want) || (err != nil) != (key == "[") && err != nil {
			t.Errorf("%q: %q, %v", key, got, err)
		}
	}
	to := filepath.Join(t.TempDir(), "x")
	if err := download(t.Context(), b, "a1.csv", to); err != nil {
		t.Fatal(err)
	}
	if err := download(t.Context(), b, "a1.csv", to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("twice: %v", err)
	}
	if _, _, _, err := open(t.Context(), "s3:///key"); !errors.Is(err, source.ErrOption) {
		t.Errorf("no bucket: %v", err)
	}
}

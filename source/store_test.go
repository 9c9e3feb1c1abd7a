package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Names of a store are those of its objects; without one the error says what to
// import.
func TestStore(t *testing.T) {
	objects := map[string]string{"x/a.csv": "user,text\na,one\n"}
	full := errors.New("full")
	RegisterStore(Store{
		Schemes: []string{"teststore"},
		Fetch: func(_ context.Context, name, dir string) (out []Fetched, err error) {
			for key, data := range objects {
				if strings.HasPrefix("teststore://"+key, name) {
					file := filepath.Join(dir, filepath.Base(key))
					out = append(out, Fetched{"teststore://" + key, file})
					err = errors.Join(err, os.WriteFile(file, []byte(data), 0o600))
				}
			}
			return out, err
		},
		Put: func(_ context.Context, file, name string) error {
			if strings.Contains(name, "full") {
				return full
			}
			b, err := os.ReadFile(file)
			objects[strings.TrimPrefix(name, "teststore://")] = string(b)
			return err
		},
	})
	src, err := Open(t.Context(), "teststore://x/", Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for r, err := range src.Rows(t.Context()) {
		if err != nil || r.Text != "one" || r.Path != "teststore://x/a.csv" {
			t.Errorf("%+v, %v", r, err)
		}
		n++
	}
	dir := src.copies
	if err := src.Close(); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copies remain: %v", err)
	}
	for _, name := range []string{"teststore://x/out.csv", "teststore://x/full.csv"} {
		s, err := Create(t.Context(), name, []Column{{Name: "a", Type: IntType}}, SinkOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Write([]any{7}); err != nil {
			t.Fatal(err)
		}
		if err := s.Commit(); errors.Is(err, full) != strings.Contains(name, "full") {
			t.Errorf("%s: %v", name, err)
		}
		if err := errors.Join(s.Commit(), s.Abort()); err != nil {
			t.Errorf("%s again: %v", name, err)
		}
	}
	if objects["x/out.csv"] != "a\n7\n" || len(objects) != 2 {
		t.Errorf("%q", objects)
	}
	if _, err := Open(t.Context(), "s3://bucket/key.csv", Options{}); !errors.Is(err, ErrNoDriver) || !strings.Contains(err.Error(), "source/blob") {
		t.Errorf("no store: %v", err)
	}
	if _, err := Create(t.Context(), "s3://bucket/key.csv", nil, SinkOptions{}); !errors.Is(err, ErrNoDriver) {
		t.Errorf("no store: %v", err)
	}
}

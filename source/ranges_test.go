package source

import (
	"context"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// both fails unless Records and Rows of a source can be stopped and ranged over
// again, and no file in dir is open after that.
func both(t *testing.T, s *Source, dir string) {
	t.Helper()
	testdir.Ranges(t, "Records", s.Records(t.Context()))
	testdir.Ranges(t, "Rows", s.Rows(t.Context()))
	if open := testdir.StillOpen(t, dir); open != nil {
		t.Errorf("still open: %v", open)
	}
}

// TestRangesStop: a range over a source that is stopped early closes its files,
// and further ranges begin at the beginning.
func TestRangesStop(t *testing.T) {
	for name, data := range map[string]string{
		"a.txt": "one\ntwo\nthree\n", "a.csv": "text,user\na,1\nb,2\nc,3\n", "a.csv.gz": "text\na\nb\nc\n", "a.tsv": "text\tuser\na\t1\nb\t2\n",
		"a.jsonl": "{\"text\":\"a\"}\n{\"text\":\"b\"}\n", "a.json": `[{"text":"a"},{"text":"b"}]`, "utf16.csv": utf16("text\na\nb\n"),
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, name, data)
			s, err := Open(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			both(t, s, filepath.Dir(path))
		})
	}
	t.Run("directory", func(t *testing.T) {
		dir := t.TempDir()
		for _, name := range []string{"a.csv", "b.csv"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte("text\nx\ny\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := Open(t.Context(), dir, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		both(t, s, dir)
	})
	t.Run("standard input", func(t *testing.T) {
		t.Setenv("TMPDIR", t.TempDir())
		s, err := Open(t.Context(), "-", Options{Stdin: strings.NewReader("text\na\nb\nc\n"), Format: CSV})
		if err != nil {
			t.Fatal(err)
		}
		both(t, s, os.TempDir())
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		closed(t, s)
	})
}

// closed fails unless every range over s is an os.ErrClosed.
func closed(t *testing.T, s *Source) {
	t.Helper()
	for _, err := range s.Rows(t.Context()) {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("Rows: %v, want %v", err, os.ErrClosed)
		}
	}
	for _, err := range s.From(t.Context(), "text", nil, 9) {
		if !errors.Is(err, os.ErrClosed) {
			t.Errorf("From: %v, want %v", err, os.ErrClosed)
		}
	}
	if _, err := s.Largest(t.Context(), "text"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Largest: %v, want %v", err, os.ErrClosed)
	}
}

// given is a table of two records, which knows how many ranges over it have not
// ended.
type given struct{ running int }

func (g *given) Columns() []string { return []string{"text"} }
func (g *given) Close() error      { return nil }

func (g *given) Records(context.Context) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		g.running++
		defer func() { g.running-- }()
		for n, v := range []string{"a", "b"} {
			if !yield(Record{Line: n + 1, Fields: []Field{{"text", v, String}}}, nil) {
				return
			}
		}
	}
}

func (g *given) From(ctx context.Context, _ string, _ *Key, _ int) iter.Seq2[Record, error] {
	return g.Records(ctx)
}

func (g *given) Largest(context.Context, string) (*Key, error) { return nil, nil }

// TestRangesOfTables: a stopped range also ends that of the driver.
func TestRangesOfTables(t *testing.T) {
	g := &given{}
	s := &Source{name: "t", parts: []*part{{path: "t", format: "given", table: g}}, cols: []string{"text"}, textC: "text", nulls: newNulls(&Options{}, "given")}
	testdir.Ranges(t, "Records", s.Records(t.Context()))
	testdir.Ranges(t, "Rows", s.Rows(t.Context()))
	testdir.Ranges(t, "From", s.From(t.Context(), "text", nil, 9))
	if g.running != 0 {
		t.Errorf("%d ranges of the table have not ended", g.running)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	closed(t, s)
}

package testdir

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"testing"
)

// Gunzip opens a file compressed by gzip; the test closes it at its end.
func Gunzip(tb testing.TB, path string) io.Reader {
	tb.Helper()
	f, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	return z
}

// ReadJSON decodes a JSON file, compressed by gzip, into v.
func ReadJSON(tb testing.TB, path string, v any) {
	tb.Helper()
	if err := json.NewDecoder(Gunzip(tb, path)).Decode(v); err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
}

// Column returns the named column of a CSV file compressed by gzip, at most n
// of its rows, without the empty cells.
func Column(tb testing.TB, path, name string, n int) []string {
	tb.Helper()
	r := csv.NewReader(Gunzip(tb, path))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	at := slices.Index(head, name)
	if at < 0 {
		tb.Fatalf("%s has no column %q but %q", path, name, head)
	}
	var out []string
	for len(out) < n {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			tb.Fatalf("%s: %v", path, err)
		}
		if at < len(row) && row[at] != "" {
			out = append(out, row[at])
		}
	}
	return out
}

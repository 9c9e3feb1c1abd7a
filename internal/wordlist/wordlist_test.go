package wordlist

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestWriteGzip(t *testing.T) {
	t.Parallel()
	data := []byte(strings.Repeat("手机 25\n", 1000))
	var files [2][]byte
	for i := range files {
		path := filepath.Join(t.TempDir(), "words.txt.gz")
		size, err := WriteGzip(path, data)
		if err != nil {
			t.Fatal(err)
		}
		if files[i], err = os.ReadFile(path); err != nil || len(files[i]) != size || size >= len(data)/10 {
			t.Fatalf("%v, %d bytes, said %d", err, len(files[i]), size)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same data made two files")
	}
	z, err := gzip.NewReader(bytes.NewReader(files[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, data) {
		t.Errorf("%v, %d bytes came back of %d", err, len(got), len(data))
	}
	if _, err := WriteGzip(t.TempDir(), data); err == nil {
		t.Error("a directory was written to")
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "list")
	long := strings.Repeat("x", 1<<17)
	if err := os.WriteFile(path, []byte("# a\r\n\n  b c\n"+long), 0o666); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := Lines(path, func(line string) { got = append(got, line) }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"# a", "", "  b c", long}; !slices.Equal(got, want) {
		t.Errorf("%d lines, want %d", len(got), len(want))
	}
	if err := Lines(path+"x", func(string) {}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

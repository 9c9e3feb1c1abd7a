package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

var settings = []Setting{{"input", "3 texts"}, {"model", "m"}}

// blocks are of several lengths, one of them zero.
func blocks() [][]byte {
	return [][]byte{[]byte("first"), {}, bytes.Repeat([]byte{0}, 40), []byte("the last block")}
}

// all reads the rest of j.
func all(t testing.TB, j *Journal) (out [][]byte) {
	t.Helper()
	for {
		b, err := j.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, bytes.Clone(b))
	}
}

// write creates a journal of blocks and returns its bytes.
func write(t testing.TB, path string, blocks [][]byte) []byte {
	t.Helper()
	j, err := Open(path, settings)
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, j); got != nil {
		t.Fatalf("a new journal holds %q", got)
	}
	for _, b := range blocks {
		if err := j.Append(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func same(a, b [][]byte) bool { return slices.EqualFunc(a, b, bytes.Equal) }

// resume opens path, expects the first blocks, appends the others and expects
// the bytes of an undisturbed journal.
func resume(t *testing.T, path string, kept int, whole []byte) {
	t.Helper()
	j, err := Open(path, settings)
	if err != nil {
		t.Fatal(err)
	}
	got := all(t, j)
	if !same(got, blocks()[:kept]) {
		t.Fatalf("got %q, want the first %d blocks", got, kept)
	}
	for _, b := range blocks()[kept:] {
		if err := j.Append(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, whole) {
		t.Fatalf("the continued journal differs from an undisturbed one (%v)", err)
	}
}

// ends returns the end of the head and of each block.
func ends(t *testing.T, whole []byte) (out []int) {
	t.Helper()
	off := int64(len(magic))
	for {
		_, next, err := readFrame(bytes.NewReader(whole), off, int64(len(whole)), nil)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out, off = append(out, int(next)), next
	}
}

// A file cut at any byte, or with any byte changed, holds the blocks before
// that byte, and is continued to the same bytes.
func TestCutAtEveryByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := write(t, filepath.Join(dir, "whole"), blocks())
	end := ends(t, whole)
	if len(end) != 5 || end[4] != len(whole) {
		t.Fatalf("ends %v of %d bytes", end, len(whole))
	}
	kept := func(n int) int { // blocks wholly within n bytes
		k := 0
		for k+1 < len(end) && end[k+1] <= n {
			k++
		}
		return k
	}
	path := filepath.Join(dir, "cut")
	for n := range len(whole) {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		resume(t, path, kept(n), whole)
		if n < end[0] {
			continue // the settings themselves are damaged
		}
		damaged := bytes.Clone(whole)
		damaged[n] ^= 0x40
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		resume(t, path, kept(n), whole)
	}
}

// After a loss of power a file may have its length, but zeros for what was not
// synced.
func TestZerosAtTheEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	whole := write(t, path, blocks())
	cut := ends(t, whole)[2]
	zeros := append(bytes.Clone(whole[:cut]), make([]byte, 5000)...)
	if err := os.WriteFile(path, zeros, 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := Open(path, settings)
	if err != nil {
		t.Fatal(err)
	}
	if got := all(t, j); !same(got, blocks()[:2]) || j.Dropped() != 5000 {
		t.Errorf("got %q, dropped %d", got, j.Dropped())
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	resume(t, path, 2, whole)
}

// fullDisk is a file of which only the first bytes find room.
type fullDisk struct {
	*os.File
	room      int64
	truncates bool
}

func (f *fullDisk) WriteAt(p []byte, off int64) (int, error) {
	fits := min(max(f.room-off, 0), int64(len(p)))
	n, err := f.File.WriteAt(p[:fits], off)
	if err == nil && n < len(p) {
		err = &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
	}
	return n, err
}

func (f *fullDisk) Truncate(size int64) error {
	if f.truncates {
		return f.File.Truncate(size)
	}
	return errors.New("cannot truncate")
}

// A disk that is full after any number of bytes is an error that says so; when
// there is room again, the journal is continued to the same bytes.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	whole := write(t, filepath.Join(dir, "whole"), blocks())
	end := ends(t, whole)
	for n := end[0]; n < len(whole); n++ {
		for _, truncates := range []bool{true, false} {
			path := filepath.Join(dir, fmt.Sprint(n, truncates))
			write(t, path, nil)
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			j, err := open(&fullDisk{f, int64(n), truncates}, path, int64(end[0]), settings)
			if err != nil {
				t.Fatal(err)
			}
			all(t, j)
			done := 0
			for _, b := range blocks() {
				if err = j.Append(b); err != nil {
					break
				}
				done++
			}
			if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), path) {
				t.Fatalf("room for %d bytes: %v", n, err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(path); err != nil || truncates && info.Size() != int64(end[done]) {
				t.Fatalf("room for %d bytes: %d bytes, %v", n, info.Size(), err)
			}
			resume(t, path, done, whole)
		}
	}
}

// No room even for the head leaves a file that the next run takes.
func TestDiskFullAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := open(&fullDisk{f, 20, true}, path, 0, settings); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	j, err := Open(path, settings)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Remove(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal was not removed: %v", err)
	}
}

func TestOtherSettings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	whole := write(t, path, blocks())
	_, err := Open(path, []Setting{{"input", "4 texts"}, {"model", "m"}, {"dim", "8"}})
	var m *MismatchError
	if !errors.As(err, &m) || !errors.Is(err, ErrMismatch) || !slices.Equal(m.Differences, []Difference{{"input", "3 texts", "4 texts"}, {"dim", "", "8"}}) {
		t.Fatalf("got %v", err)
	}
	if want := "input was 3 texts, is 4 texts; dim was not set, is 8"; !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got %q", err)
	}
	_, err = Open(path, settings[:1])
	if !errors.As(err, &m) || !slices.Equal(m.Differences, []Difference{{"model", "m", ""}}) {
		t.Errorf("got %v", err)
	}
	if b, _ := os.ReadFile(path); !bytes.Equal(b, whole) {
		t.Error("the refused journal was changed")
	}
}

// Files that are not journals are refused, and not overwritten.
func TestOtherFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, data := range []string{"x", "\x93NUMPY", "cohort journal 2\n", "user,text\na,b\n", magic + string(appendFrame(nil, []byte("no JSON")))} {
		path := filepath.Join(dir, "f")
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, settings); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: got %v", data, err)
		}
		if b, _ := os.ReadFile(path); string(b) != data {
			t.Errorf("%q became %q", data, b)
		}
	}
	if _, err := Open(dir, settings); err == nil {
		t.Error("a directory was taken")
	}
}

func TestAppendBeforeTheEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	write(t, path, blocks())
	j, err := Open(path, settings)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Append([]byte("x")); err == nil {
		t.Error("a block was appended before all were read")
	}
	if got := all(t, j); !same(got, blocks()) {
		t.Errorf("got %q", got)
	}
}

// Whatever a file holds, reading it ends, and what is read can be continued and
// read again.
func FuzzOpen(f *testing.F) {
	whole := write(f, filepath.Join(f.TempDir(), "j"), blocks())
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add(append(bytes.Clone(whole), 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "j")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		j, err := Open(path, settings)
		if err != nil {
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrMismatch) {
				t.Fatalf("neither a journal nor a known error: %v", err)
			}
			if b, _ := os.ReadFile(path); !bytes.Equal(b, data) {
				t.Fatal("a refused file was changed")
			}
			return
		}
		got := all(t, j)
		for _, b := range got {
			if e, err := ParseEncoded(b); err == nil && !bytes.Equal(e.Append(nil), b) {
				t.Fatal("a block changed")
			}
		}
		if err := j.Append([]byte("more")); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if j, err = Open(path, settings); err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if again := all(t, j); !same(again, append(got, []byte("more"))) {
			t.Fatalf("read %d blocks, then %d", len(got), len(again))
		}
	})
}

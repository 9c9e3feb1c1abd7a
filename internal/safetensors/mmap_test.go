package safetensors

import (
	"bytes"
	"os"
	"testing"
)

// mapped returns a file of n bytes and its mapping.
func mapped(t *testing.T, n int) (content, mapping []byte) {
	t.Helper()
	if !canMap {
		t.Skip("files cannot be mapped here")
	}
	content = make([]byte, n)
	for i := range content {
		content[i] = byte(i*7 + i>>8)
	}
	// Not t.TempDir: Debian's Wine, which runs this for Windows, cannot do what
	// os.RemoveAll does.
	f, err := os.CreateTemp("", "mapped")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.Remove(f.Name()); err != nil {
			t.Error(err)
		}
	})
	if _, err := f.Write(content); err != nil {
		t.Fatal(err)
	}
	mapping, unmap, err := mmap(f, int64(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := unmap(); err != nil {
			t.Error(err)
		}
	})
	if err := f.Close(); err != nil { // the mapping outlives it
		t.Fatal(err)
	}
	return content, mapping
}

func TestMmap(t *testing.T) {
	t.Parallel()
	page := os.Getpagesize()
	for _, n := range []int{1, page - 1, page, page + 1, 5*page + 13} {
		content, mapping := mapped(t, n)
		if !bytes.Equal(mapping, content) {
			t.Errorf("%d bytes: the mapping differs from the file", n)
		}
		if cap(mapping) != n {
			t.Errorf("%d bytes: the mapping has room for %d", n, cap(mapping))
		}
	}
}

// What has been released reads as before, whichever part it was.
func TestRelease(t *testing.T) {
	t.Parallel()
	page := os.Getpagesize()
	n := 6*page + 100
	content, mapping := mapped(t, n)
	for _, part := range [][2]int{{0, n}, {1, n - 1}, {page, 2 * page}, {page - 1, page + 1}, {10, 20}, {n - 5, n}, {3, 3}} {
		release(mapping[part[0]:part[1]])
		if !bytes.Equal(mapping, content) {
			t.Fatalf("after bytes %d to %d were released the mapping differs from the file", part[0], part[1])
		}
	}
	release(nil)
}

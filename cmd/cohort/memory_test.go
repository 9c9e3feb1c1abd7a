package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/seed-56ee9438/cohort"
)

// --memory keeps the vectors of texts in a file and limits the heap; what is
// written stays the same.
func TestMemory(t *testing.T) { // not parallel: the limit is that of the process
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	for _, c := range []struct {
		limit int
		texts int64
		heap  int64
		ok    bool
	}{{0, 0, before, true}, {256, 16 << 20, 224 << 20, true}, {1024, 64 << 20, 896 << 20, true}, {1 << 20, cohort.DefaultMemory, 896 << 30, true},
		{-1, 0, before, false}, {255, 0, before, false}, {math.MaxInt32, 0, before, false}} {
		debug.SetMemoryLimit(before)
		var o cohort.Options
		err := (&memoryFlag{limit: c.limit}).apply(&o)
		if (err == nil) != c.ok || o.Memory != c.texts || debug.SetMemoryLimit(-1) != c.heap {
			t.Errorf("--memory %d: %v, texts %d, heap %d", c.limit, err, o.Memory, debug.SetMemoryLimit(-1))
		}
	}
	dir := t.TempDir()
	in := file(t, "a.csv", "user,text\na,the battery lasts\nb,slow delivery\nc,the battery is weak\nd,delivery was late\n")
	var want []byte
	for _, args := range [][]string{nil, {"--memory", "256"}} {
		got := run(t, "", append([]string{"segment", "--in", in, "--k", "2", "--bootstrap", "-1", "--out", dir}, args...)...)
		if got.code != 0 {
			t.Fatal(got.err)
		}
		b, err := os.ReadFile(filepath.Join(dir, segmentsCSV))
		if err != nil {
			t.Fatal(err)
		}
		if want != nil && !bytes.Equal(b, want) {
			t.Errorf("%v: other segments", args)
		}
		want = b
	}
	if got := run(t, "", "segment", "--in", in, "--out", dir, "--memory", "3"); got.code != 2 {
		t.Errorf("--memory 3: %d %s", got.code, got.err)
	}
}

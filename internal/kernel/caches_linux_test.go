package kernel

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSysfsCaches(t *testing.T) {
	dir := t.TempDir()
	write := func(index, level, kind, size, shared string) {
		d := filepath.Join(dir, index)
		if err := os.Mkdir(d, 0o755); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"level": level, "type": kind, "size": size, "shared_cpu_list": shared} {
			if err := os.WriteFile(filepath.Join(d, name), []byte(text+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("index0", "1", "Data", "64K", "0")
	write("index1", "1", "Instruction", "16K", "0")
	write("index2", "2", "Unified", "2048K", "0-3") // shared by four cores
	write("index3", "3", "Unified", "lots", "0-7")
	write("index4", "x", "Unified", "8K", "")
	if got, want := sysfsCaches(dir), (cacheSizes{l1: 64 << 10, l2: 1 << 20}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := sysfsCaches(filepath.Join(dir, "none")); got != (cacheSizes{}) {
		t.Errorf("%+v from nowhere", got)
	}
	for list, want := range map[string]int{"": 1, "0": 1, "0,4": 2, "0-3": 4, "0-1,8-9": 4, "x": 1} {
		if got := countCPUs(list); got != want {
			t.Errorf("%q: %d, want %d", list, got, want)
		}
	}
}

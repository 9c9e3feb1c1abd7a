package safetensors

import (
	"fmt"
	"os"
	"testing"
)

// fileMemory returns how many bytes of mapped files are in the process's memory:
// the third figure of /proc/self/statm, in pages.
func fileMemory(t *testing.T) int {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	var size, resident, shared int
	if _, err := fmt.Sscan(string(data), &size, &resident, &shared); err != nil {
		t.Fatal(err)
	}
	return shared * os.Getpagesize()
}

// Released pages leave the process.
func TestReleaseReturnsPages(t *testing.T) {
	t.Parallel()
	const n = 32 << 20
	_, mapping := mapped(t, n)
	sum := byte(0)
	for i := 0; i < n; i += 512 {
		sum += mapping[i]
	}
	full := fileMemory(t)
	release(mapping)
	if left := full - fileMemory(t); left < n/2 {
		t.Errorf("%d bytes of %d left the process (sum %d)", left, n, sum)
	}
}

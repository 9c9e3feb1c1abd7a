package kernel

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// mappingFlags returns the flags that the system has for the memory at p
// (VmFlags of /proc/self/smaps; hg is the advice to use huge pages).
func mappingFlags(t *testing.T, p unsafe.Pointer) []string {
	t.Helper()
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var from, to uintptr
		line := lines.Text()
		if n, _ := fmt.Sscanf(line, "%x-%x", &from, &to); n == 2 {
			inside = uintptr(p) >= from && uintptr(p) < to
		} else if flags, ok := strings.CutPrefix(line, "VmFlags:"); ok && inside {
			return strings.Fields(flags)
		}
	}
	t.Skip("the system does not tell about its mappings")
	return nil
}

// A large block of weights is marked for huge pages, where the kernel has them.
func TestMemoryIsAdvisedHuge(t *testing.T) {
	if testdir.Emulated() {
		t.Skip("an emulator may keep advice to itself")
	}
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip("this kernel has no huge pages")
	}
	m := NewMemory(4 * hugePage)
	for _, flag := range mappingFlags(t, unsafe.Pointer(&m.free[hugePage])) {
		if flag == "hg" {
			return
		}
	}
	t.Error("a block of several huge pages is not marked for them")
}

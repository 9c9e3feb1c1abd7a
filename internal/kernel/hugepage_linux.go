package kernel

import "golang.org/x/sys/unix"

// adviseHuge requests huge pages. If the system has none, small ones work as
// well.
func adviseHuge(b []byte) {
	if len(b) > 0 {
		_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	}
}

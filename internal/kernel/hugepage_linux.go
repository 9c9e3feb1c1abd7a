package kernel

import "golang.org/x/sys/unix"

// adviseHuge asks for huge pages. A system that has none to give says so; the
// memory is as good with small ones.
func adviseHuge(b []byte) {
	if len(b) > 0 {
		_ = unix.Madvise(b, unix.MADV_HUGEPAGE)
	}
}

//go:build unix && !aix

package safetensors

import "golang.org/x/sys/unix"

// releasePages releases whole pages of a mapping. Linux removes them from the
// process at once; macOS and the BSDs make them the first to be evicted.
func releasePages(b []byte) { _ = unix.Madvise(b, unix.MADV_DONTNEED) }

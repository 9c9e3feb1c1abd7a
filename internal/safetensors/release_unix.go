//go:build unix && !aix

package safetensors

import "golang.org/x/sys/unix"

// releasePages gives whole pages of a mapping back. Linux takes them out of the
// process at once; macOS and the BSDs make them the first to go.
func releasePages(b []byte) { _ = unix.Madvise(b, unix.MADV_DONTNEED) }

package safetensors

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// releasePages gives whole pages of a view back: unlocking pages that are not
// locked takes them out of the working set, and fails with ERROR_NOT_LOCKED.
func releasePages(b []byte) {
	_ = windows.VirtualUnlock(uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
}

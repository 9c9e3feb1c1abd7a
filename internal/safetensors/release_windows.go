package safetensors

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// releasePages releases whole pages of a view: unlocking pages that are not
// locked removes them from the working set, and fails with ERROR_NOT_LOCKED.
func releasePages(b []byte) {
	_ = windows.VirtualUnlock(uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)))
}

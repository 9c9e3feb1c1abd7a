package safetensors

import (
	"os"
	"unsafe"
)

// release lets the whole pages of b, a part of a mapping, leave the process; what
// is touched again is read again. It is advice: where the system cannot take it,
// nothing happens.
func release(b []byte) {
	page := uintptr(os.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	from := (start+page-1)&^(page-1) - start
	to := uintptr(len(b))
	if from < to {
		to -= (start + to) & (page - 1)
	}
	if from < to {
		releasePages(b[from:to])
	}
}

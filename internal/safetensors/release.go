package safetensors

import (
	"os"
	"unsafe"
)

// release lets the whole pages of b, a part of a mapping, leave the process;
// they are read again when accessed. It is advice: on a system without support,
// it does nothing.
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

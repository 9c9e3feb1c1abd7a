//go:build unix && !aix

package safetensors

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

const canMap = true

// mmap maps size bytes of f for reading. size is not 0.
func mmap(f *os.File, size int64) (data []byte, unmap func() error, err error) {
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, err
	}
	return data, func() error { return unix.Munmap(data) }, nil
}

// release lets the whole pages of b, a part of a mapping, leave memory.
func release(b []byte) {
	page := uintptr(os.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	from := (start+page-1)&^(page-1) - start
	to := uintptr(len(b))
	if from < to {
		to -= (start + to) & (page - 1)
	}
	if from < to {
		_ = unix.Madvise(b[from:to], unix.MADV_DONTNEED) // only advice
	}
}

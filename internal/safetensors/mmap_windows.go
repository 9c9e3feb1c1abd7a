package safetensors

import (
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

const canMap = true

// mmap maps size bytes of f for reading. size is not 0.
func mmap(f *os.File, size int64) (data []byte, unmap func() error, err error) {
	h, err := windows.CreateFileMapping(windows.Handle(f.Fd()), nil, windows.PAGE_READONLY, uint32(size>>32), uint32(size), nil)
	if err != nil {
		return nil, nil, err
	}
	// The view keeps the mapping alive by itself.
	defer windows.CloseHandle(h)
	addr, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ, 0, 0, uintptr(size))
	if err != nil {
		return nil, nil, err
	}
	// addr is not Go memory, which go vet cannot know, so go through a pointer.
	data = unsafe.Slice(*(**byte)(unsafe.Pointer(&addr)), int(size))
	return data, func() error { return windows.UnmapViewOfFile(addr) }, nil
}

//go:build unix && !aix

package safetensors

import (
	"os"

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

//go:build !windows && (!unix || aix)

package safetensors

import (
	"errors"
	"os"
)

const canMap = false

func mmap(*os.File, int64) (data []byte, unmap func() error, err error) {
	return nil, nil, errors.ErrUnsupported
}

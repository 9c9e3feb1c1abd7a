//go:build unix

package journal

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// syncDir makes the names in a directory safe from a loss of power.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if errors.Is(err, os.ErrPermission) {
		return nil // a directory may be writable and searchable, but not readable
	}
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	if err == nil || errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) { // some file systems have no such thing
		return nil
	}
	return fmt.Errorf("cannot sync directory %s: %w", dir, err)
}

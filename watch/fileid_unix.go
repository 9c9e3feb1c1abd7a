//go:build unix

package watch

import (
	"fmt"
	"os"
	"syscall"
)

// fileID returns the number of a file, which it keeps when it is renamed; another
// file may get it once this one is gone.
func fileID(info os.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", s.Dev, s.Ino)
	}
	return ""
}

//go:build !windows

package main

import (
	"os"

	"github.com/gofrs/flock"
)

// removeLock removes the file while it is locked: whoever opened it before will
// see that it is gone.
func removeLock(l *flock.Flock, name string) {
	os.Remove(name)
	_ = l.Close()
}

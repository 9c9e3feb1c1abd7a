package main

import (
	"os"

	"github.com/gofrs/flock"
)

// removeLock removes the file after it is unlocked, since open files cannot be
// removed: if another process has opened it, it stays.
func removeLock(l *flock.Flock, name string) {
	_ = l.Close()
	os.Remove(name)
}

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockName is the name of the lock of an output that is a directory.
const lockName = ".cohort.lock"

// lockFile locks a file that is written, until the returned function is called,
// so that two processes do not write it at once. The lock is that of a file
// beside it; it ends with the process, whatever becomes of the file. What is no
// file (a device, a database, standard output) is not locked.
func lockFile(path string) (release func(), err error) {
	none := func() {}
	if path == "-" || isDatabase(path) {
		return none, nil
	}
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return nil, fmt.Errorf("cannot write %s: it is a directory, want a file", path)
		}
		if !info.Mode().IsRegular() {
			return none, nil
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
	}
	return lock(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock"), path)
}

// lockDir is lockFile for a directory, which it makes. If there was none, and
// nothing was written to it, it is removed at the end.
func lockDir(dir string) (release func(), err error) {
	made := false
	switch info, err := os.Stat(dir); {
	case errors.Is(err, os.ErrNotExist):
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		made = true
	case err == nil && !info.IsDir():
		return nil, fmt.Errorf("cannot write to %s: it is a file, want a directory", dir)
	}
	unlock, err := lock(filepath.Join(dir, lockName), dir)
	if err != nil {
		return nil, err
	}
	return func() {
		unlock()
		if made {
			os.Remove(dir) // only if it is empty
		}
	}, nil
}

// lock locks the file name on behalf of the output out.
func lock(name, out string) (release func(), err error) {
	for {
		l := flock.New(name, flock.SetPermissions(0o644))
		ok, err := l.TryLock()
		if errors.Is(err, errors.ErrUnsupported) { // by the file system
			os.Remove(name)
			return func() {}, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot write %s: %w", out, err)
		}
		if !ok {
			return nil, fmt.Errorf("%s is being written by another process", out)
		}
		if same(l, name) {
			return func() {
				removeLock(l, name)
			}, nil
		}
		_ = l.Close() // its owner has removed it in the meantime
	}
}

// same reports whether the locked file is still the one at name.
func same(l *flock.Flock, name string) bool {
	held, err := l.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(name)
	return err == nil && os.SameFile(held, there)
}

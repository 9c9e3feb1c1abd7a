// Package atomicfile writes files of which a half-written one is never seen.
package atomicfile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write calls write with a file beside path and renames it to path when
// write and the file system are content; otherwise nothing is left and what
// was at path before stays. Where path is a symbolic link, the file that it
// points to is the one replaced. A device or a pipe (/dev/null, /dev/stdout) is
// no file to be replaced: it is written to.
func Write(path string, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() && !info.IsDir() {
			return writeThrough(path, write)
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := fill(f, path, write); err != nil {
		return err
	}
	// CreateTemp's 0600 would surprise who shares the folder: use what a plain create gives.
	if err := f.Chmod(0o644); err != nil && !os.IsPermission(err) {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

// writeThrough writes to what is at path.
func writeThrough(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	err = fill(f, path, write)
	if closed := f.Close(); err == nil && closed != nil {
		err = fmt.Errorf("cannot write %s: %w", path, closed)
	}
	return err
}

// fill calls write with a buffer before f.
func fill(f *os.File, path string, write func(io.Writer) error) error {
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	return nil
}

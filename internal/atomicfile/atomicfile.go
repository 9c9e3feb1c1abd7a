// Package atomicfile writes files of which a half-written one is never seen.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Write calls write with a file beside path and renames it to path when
// write and the file system are content; otherwise nothing is left and what
// was at path before stays. Where path is a symbolic link, the file that it
// points to is the one replaced. A device or a pipe (/dev/null, /dev/stdout) is
// no file to be replaced: it is written to. A file that is replaced keeps its
// permissions, and a new one gets those of any new file.
func Write(path string, write func(io.Writer) error) (err error) {
	mode := os.FileMode(0) // of the file to be replaced
	if info, err := os.Stat(path); err == nil {
		if info.IsDir() {
			return fmt.Errorf("cannot write %s: it is a directory, want a file", path)
		}
		if !info.Mode().IsRegular() {
			return writeThrough(path, write)
		}
		if real, err := filepath.EvalSymlinks(path); err == nil {
			path = real
		}
		mode = info.Mode().Perm()
	}
	f, err := create(path)
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
	if mode != 0 { // what was kept from others stays so
		if err := f.Chmod(mode); err != nil && !os.IsPermission(err) && !errors.Is(err, errors.ErrUnsupported) {
			return fmt.Errorf("cannot write %s: %w", path, err)
		}
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

// create creates a file beside path, with the permissions of any new file: unlike
// those of os.CreateTemp, others may read it where the process's mask allows.
func create(path string) (f *os.File, err error) {
	for range 1000 {
		name := fmt.Sprintf(".%s.%d.part", filepath.Base(path), rand.Uint32())
		f, err = os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
		if !errors.Is(err, os.ErrExist) {
			break
		}
	}
	return f, err
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

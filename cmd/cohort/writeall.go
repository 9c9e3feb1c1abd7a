package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
)

// writeAll writes the files of dir, all or none: it first writes each under a
// temporary name, then renames all.
func writeAll(dir string, files map[string]func(io.Writer) error) (err error) {
	made := false
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		made = true
	}
	tmp, err := os.MkdirTemp(dir, ".cohort-*.part")
	if err != nil {
		return fmt.Errorf("cannot write to %s: %w", dir, err)
	}
	defer func() {
		os.RemoveAll(tmp)
		if err != nil && made {
			os.Remove(dir)
		}
	}()
	names := slices.Sorted(mapKeys(files))
	for _, n := range names {
		if err := os.MkdirAll(filepath.Join(tmp, filepath.Dir(n)), 0o755); err != nil {
			return err
		}
		if err := atomicfile.Write(filepath.Join(tmp, n), files[n]); err != nil {
			return err
		}
	}
	for _, n := range names {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(n)), 0o755); err != nil {
			return fmt.Errorf("cannot write to %s: %w", dir, err)
		}
		if err := os.Rename(filepath.Join(tmp, n), filepath.Join(dir, n)); err != nil {
			return fmt.Errorf("cannot write to %s: %w", dir, err)
		}
	}
	return nil
}

package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort/source"
)

// outputFlags are the flags that name what is written.
var outputFlags = []string{"out", "html", "rejects", "journal", "segments-out", "alerts", "state", "segmenter-out", "adapter-out", "checkpoint"}

// inputFlags are the flags that name files which are read.
var inputFlags = []string{
	"in", "segmenter", "labels", "truth", "queries", "ids", "mask", "types", "edits", "config", "ranges", "init",
	"charts-font", "chinese-words", "user-key-file", "key-file", "webhook-token-file", "held-out", "before", "after",
}

// distinctFiles returns a usage error if a file that is written is one that is
// read, and would be lost, or is written twice. Links are followed.
func distinctFiles(flags *pflag.FlagSet) error {
	var written []namedFile
	for _, name := range outputFlags {
		for _, path := range outputsOf(flags, name) {
			f, err := fileOf(name, path)
			if err != nil {
				continue // whoever writes it says why it cannot be
			}
			for _, o := range written {
				if f.same(o) {
					return usagef("--%s and --%s are the same file", o.flag, name)
				}
			}
			written = append(written, f)
		}
	}
	for _, name := range inputFlags {
		for _, path := range inputsOf(flags.Lookup(name)) {
			in, err := fileOf(name, path)
			if err != nil || in.info == nil {
				continue
			}
			for _, o := range written {
				// The segmenter that follows may take the place of the first one.
				if in.same(o) && (o.flag != "segmenter-out" || name != "segmenter") {
					return usagef("--%s would write over %s, which --%s reads", o.flag, o.path, name)
				}
			}
		}
	}
	return nil
}

// standardInput returns a usage error if - stands for a file that is not read from
// standard input, which flags that do mention, or for two files.
func standardInput(flags *pflag.FlagSet) error {
	by := ""
	for _, name := range inputFlags {
		f := flags.Lookup(name)
		switch {
		case f == nil || f.Value.String() != "-":
		case !strings.Contains(f.Usage, "standard input"):
			return usagef("--%s is -, want a file: standard input is not read there", name)
		case by != "":
			return usagef("--%s and --%s cannot both be standard input", by, name)
		default:
			by = name
		}
	}
	return nil
}

// outputsOf returns the files that a flag names for writing.
func outputsOf(flags *pflag.FlagSet, name string) []string {
	f := flags.Lookup(name)
	if f == nil {
		return nil
	}
	path := f.Value.String()
	if path == "" || path == "-" || isDatabase(path) {
		return nil
	}
	if name != "out" || flags.Lookup("charts") == nil {
		return []string{path}
	}
	var files []string // of segment's directory
	for _, n := range []string{reportHTML, reportJSON, segmenterFile, segmentsCSV, textsCSV} {
		files = append(files, filepath.Join(path, n))
	}
	return files
}

// inputsOf returns the files that a flag names for reading, if it names any.
func inputsOf(f *pflag.Flag) []string {
	if f == nil || f.Value.Type() != "string" { // the numbers that tune holds out
		return nil
	}
	path := f.Value.String()
	if path == "" || path == "-" || isDatabase(path) {
		return nil
	}
	info, err := os.Stat(path)
	switch {
	case f.Name == "in":
		files, _ := source.Files(path) // whoever reads them says why there are none
		return files
	case err != nil || !info.IsDir():
		return []string{path}
	case f.Name == "before" || f.Name == "after":
		return []string{filepath.Join(path, reportJSON)}
	}
	return nil // a model
}

// namedFile is a file that a flag names. Its info is nil if there is none yet.
type namedFile struct {
	flag, path, full string
	info             os.FileInfo
}

func fileOf(flag, path string) (namedFile, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return namedFile{}, err
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(full)); err == nil {
		full = filepath.Join(dir, filepath.Base(full))
	}
	info, err := os.Stat(path)
	if err != nil {
		info = nil
	}
	return namedFile{flag, path, full, info}, nil
}

// same reports whether both are one file. What is no regular file, such as
// /dev/null, may be read and written at once.
func (f namedFile) same(o namedFile) bool {
	if f.info == nil || o.info == nil {
		return f.full == o.full
	}
	return (f.info.Mode().IsRegular() || f.info.IsDir()) && os.SameFile(f.info, o.info)
}

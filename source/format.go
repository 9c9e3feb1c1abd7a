package source

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Format is a kind of file. The zero value means: tell by the name.
type Format string

// The kinds that Source reads and Writer writes.
const (
	Text  Format = "txt"
	JSONL Format = "jsonl"
	CSV   Format = "csv"
	TSV   Format = "tsv"
)

// ParseFormat returns the format called name; "" is the zero value.
func ParseFormat(name string) (Format, error) {
	switch f := Format(strings.ToLower(name)); f {
	case "", Text, JSONL, CSV, TSV:
		return f, nil
	case "ndjson":
		return JSONL, nil
	}
	return "", fmt.Errorf("%w %q, want txt, jsonl, csv or tsv", ErrFormat, name)
}

// FormatOf tells the format by the name of a file, and whether it is gzipped.
func FormatOf(path string) (f Format, gz bool, err error) {
	name := strings.ToLower(filepath.Base(path))
	if s, ok := strings.CutSuffix(name, ".gz"); ok {
		name, gz = s, true
	}
	switch filepath.Ext(name) {
	case ".txt":
		return Text, gz, nil
	case ".jsonl", ".ndjson":
		return JSONL, gz, nil
	case ".csv":
		return CSV, gz, nil
	case ".tsv":
		return TSV, gz, nil
	}
	return "", gz, fmt.Errorf("%s: %w: want .txt, .jsonl, .csv or .tsv (each may end in .gz), or say which with --format", path, ErrFormat)
}

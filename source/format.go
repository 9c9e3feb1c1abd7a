package source

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// Format is a format of sources. The zero value means that the name decides.
type Format string

// The formats that need no driver.
const (
	Text  Format = "txt"   // one text per line
	JSONL Format = "jsonl" // one JSON object per line
	JSON  Format = "json"  // an array of objects, or a sequence of objects over any number of lines
	CSV   Format = "csv"
	TSV   Format = "tsv"
)

// builtIn maps file suffixes to formats.
var builtIn = map[string]Format{
	".txt": Text, ".jsonl": JSONL, ".ndjson": JSONL, ".json": JSON, ".geojson": JSON, ".csv": CSV, ".tsv": TSV, ".tab": TSV, ".psv": CSV,
}

// ErrFormat is the error for an unknown format.
var ErrFormat = errors.New("unknown kind of file")

// ParseFormat returns the format called name; "" gives the zero value.
func ParseFormat(name string) (Format, error) {
	lower := strings.ToLower(name)
	switch f := Format(lower); f {
	case "", Text, JSONL, JSON, CSV, TSV:
		return f, nil
	case "ndjson":
		return JSONL, nil
	}
	if d := driverNamed(Format(lower)); d != nil {
		return d.Format, nil
	}
	return "", fmt.Errorf("%w %q, want %s", ErrFormat, name, strings.Join(formatNames(), ", "))
}

// formatNames returns the names of the supported formats.
func formatNames() []string {
	names := []string{string(Text), string(JSONL), string(JSON), string(CSV), string(TSV)}
	for _, d := range allDrivers() {
		names = append(names, string(d.Format))
	}
	return names
}

// FormatOf returns the format and the compression that a file's name implies.
func FormatOf(path string) (f Format, packed string, err error) {
	name := strings.ToLower(filepath.Base(path))
	for suffix, c := range textfile.Suffixes {
		if s, ok := strings.CutSuffix(name, suffix); ok {
			name, packed = s, string(c)
			break
		}
	}
	ext := filepath.Ext(name)
	if f, ok := builtIn[ext]; ok {
		return f, packed, nil
	}
	for _, d := range allDrivers() {
		if slices.Contains(d.Suffixes, ext) {
			return d.Format, packed, nil
		}
	}
	want := []string{".txt", ".jsonl", ".json", ".csv", ".tsv"}
	for _, d := range allDrivers() {
		want = append(want, d.Suffixes...)
	}
	hint := ""
	if p := known[ext]; p != "" {
		hint = fmt.Sprintf(" (a program reads it that imports source/%s)", p)
	}
	return "", packed, fmt.Errorf("%s: %w%s: want %s (texts may also end in .gz, .zst or .bz2), or say which with --format", path, ErrFormat, hint, strings.Join(want, ", "))
}

// known maps file suffixes to this module's drivers.
var known = map[string]string{".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow", ".ipc": "arrow", ".xlsx": "xlsx", ".xlsm": "xlsx", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite"}

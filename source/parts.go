package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/textfile"
)

// part is one file of a source, or one table.
type part struct {
	path   string // for messages
	file   string // what to open; differs from path for standard input
	format Format
	table  Table // of a driver, otherwise nil
}

// find sets the parts of the source called name.
func (s *Source) find(ctx context.Context, name string) error {
	if name == "-" {
		s.name = "standard input"
		if err := s.spoolStdin(); err != nil {
			return err
		}
		format := s.opt.Format
		if format == "" {
			format = Text
		}
		return s.add(ctx, s.name, s.spool, format)
	}
	if store := storeOf(name); store != nil {
		return s.fetch(ctx, store, name)
	}
	if sc := scheme(name); sc != "" {
		d := driverOfScheme(sc)
		if d == nil {
			return fmt.Errorf("%s: %w (a program reads it that imports source/%s)", sc, ErrNoDriver, schemes[sc])
		}
		s.name = shownName(name)
		return s.add(ctx, s.name, name, d.Format)
	}
	files, err := Files(name)
	if err != nil {
		return err
	}
	for _, f := range files {
		format := s.opt.Format
		if format == "" {
			if format, err = formatOfFile(f); err != nil {
				return err
			}
		}
		if err := s.add(ctx, f, f, format); err != nil {
			return err
		}
	}
	return nil
}

// add adds a part. A driver opens its files, which must not be compressed.
func (s *Source) add(ctx context.Context, path, file string, format Format) error {
	if err := s.opt.CheckFor(format, path); err != nil {
		return err
	}
	p := &part{path: path, file: file, format: format}
	if d := driverNamed(format); d != nil {
		t, err := d.Open(ctx, file, DriverOptions{Query: s.opt.Query, Table: s.opt.Table, Want: s.opt.wanted(), TimeFormats: s.opt.TimeFormats})
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		p.table = t
	}
	s.parts = append(s.parts, p)
	return nil
}

// Shown returns the name of a source without the password that it may hold.
func Shown(name string) string { return shownName(name) }

// shownName returns the name of a database without the password.
func shownName(name string) string {
	head, rest, ok := strings.Cut(name, "://")
	if !ok {
		return name
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		rest = user + rest[at:]
	}
	rest, _, _ = strings.Cut(rest, "?")
	return head + "://" + rest
}

// Files returns the files of a disk that Open reads for name, in order: those of
// a directory that InDirectory admits, those that match a pattern, or the one
// called so. It fails if there are none; their contents are not looked at.
func Files(name string) ([]string, error) {
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return filesIn(name)
	case err == nil:
		return []string{name}, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(name, "*?["):
		return nil, err
	}
	files, err := filepath.Glob(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	files = slices.DeleteFunc(files, func(f string) bool {
		info, err := os.Stat(f)
		return err != nil || info.IsDir()
	})
	if len(files) == 0 {
		return nil, fmt.Errorf("%s: no file is called so: %w", name, fs.ErrNotExist)
	}
	slices.Sort(files)
	return files, nil
}

// InDirectory reports whether a file is read when its directory or prefix is
// named in its place: if its name implies a known format, and it is neither
// hidden nor, by a leading _, another program's mark of a job.
func InDirectory(path string) bool {
	base := filepath.Base(path)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return false
	}
	_, _, err := FormatOf(base)
	return err == nil
}

// filesIn returns the files of a directory that InDirectory admits.
func filesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && InDirectory(e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: %w: no file in it has a name that tells a kind which is read", dir, ErrEmpty)
	}
	return out, nil
}

// formatOfFile returns the format that the name implies, or otherwise the one
// that the first bytes imply, if no text begins with them.
func formatOfFile(path string) (Format, error) {
	f, packed, err := FormatOf(path)
	if err == nil && packed != "" && driverNamed(f) != nil {
		return "", fmt.Errorf("%s: %w: a %s file is packed by itself, unpack this one", path, ErrFormat, f)
	}
	if err == nil {
		return f, nil
	}
	file, openErr := os.Open(path)
	if openErr != nil {
		return "", openErr
	}
	defer file.Close()
	head := make([]byte, 16)
	n, _ := file.Read(head)
	if kind := textfile.Magic(head[:n]); kind != "" && driverNamed(Format(kind)) != nil {
		return Format(kind), nil
	}
	return "", err
}

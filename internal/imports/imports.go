// Package imports reads which packages of a module import one another, from the
// source alone.
package imports

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Graph holds, for each package of a module, which others of it the package
// imports. Packages are named by their directories; "." is the root's.
type Graph map[string][]string

// Read reads the module of that path in dir. Commands, tests, nested modules and
// directories that the go command passes over are left out.
func Read(dir, module string) (Graph, error) {
	g := Graph{}
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			name := d.Name()
			if file != dir && (name == "testdata" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || isModule(file)) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		return g.add(dir, module, file)
	})
	return g, err
}

func isModule(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// add adds the imports of one file.
func (g Graph) add(dir, module, file string) error {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	if f.Name.Name == "main" {
		return nil
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return err
	}
	from := path.Dir(filepath.ToSlash(rel))
	g[from] = slices.Clip(g[from]) // there, even if it imports nothing
	for _, s := range f.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return err
		}
		to, ok := strings.CutPrefix(p, module)
		if !ok || to != "" && to[0] != '/' {
			continue
		}
		if to = strings.TrimPrefix(to, "/"); to == "" {
			to = "."
		}
		if !slices.Contains(g[from], to) {
			g[from] = append(g[from], to)
		}
	}
	return nil
}

// Path returns how from comes to import to, directly or through others; nil if it
// does not.
func (g Graph) Path(from, to string) []string { return g.path(from, to, map[string]bool{}) }

func (g Graph) path(from, to string, seen map[string]bool) []string {
	if seen[from] {
		return nil
	}
	seen[from] = true
	for _, next := range g[from] {
		if next == to {
			return []string{from, to}
		}
		if p := g.path(next, to, seen); p != nil {
			return append([]string{from}, p...)
		}
	}
	return nil
}

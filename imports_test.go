package cohort_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/seed-56ee9438/cohort"

// imported returns what each package of this module imports of it, by the paths
// of their folders: "." is the root. Tests, nested modules and what the go command
// passes over are left out.
func imported(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		if d.IsDir() {
			name := d.Name()
			if file != "." && (name == "testdata" || strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")) {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil && file != "." {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := path.Dir(file)
		if f.Name.Name == "main" {
			return nil
		}
		seen := out[from]
		for _, s := range f.Imports {
			p, err := strconv.Unquote(s.Path.Value)
			if err != nil {
				return err
			}
			if to, ok := strings.CutPrefix(p, module); ok && (to == "" || to[0] == '/') {
				if to = strings.TrimPrefix(to, "/"); to == "" {
					to = "."
				}
				if !slices.Contains(seen, to) {
					seen = append(seen, to)
				}
			}
		}
		out[from] = seen
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// road returns how from comes to import to, over other packages or straight; nil
// where it does not.
func road(imports map[string][]string, from, to string, seen map[string]bool) []string {
	if seen[from] {
		return nil
	}
	seen[from] = true
	for _, next := range imports[from] {
		if next == to {
			return []string{from, to}
		}
		if r := road(imports, next, to, seen); r != nil {
			return append([]string{from}, r...)
		}
	}
	return nil
}

// stages are the packages of a run, each below those that may import it.
var stages = []string{
	"corpus", "internal/reading", "internal/pool", "internal/group", "internal/ablate",
	"internal/profile", "internal/quality", "internal/saved", ".",
}

// tools are those that stages work with. They are useful alone and know nothing of
// a run.
var tools = []string{
	"bert", "cluster", "estimator", "eval", "hub", "reduce", "sentiment", "source", "text", "text/chinese", "text/clean", "text/english",
	"text/keyword", "text/langid", "text/pii", "text/repeats", "tokenize",
}

// TestImportsRunOneWay holds packages to the rule that docs/architecture.md draws:
// results know no stage, stages know neither those above them nor the Options of
// the root, and what reads results alone compiles nothing that makes them.
func TestImportsRunOneWay(t *testing.T) {
	t.Parallel()
	imports := imported(t)
	never := func(why string, from, to []string) {
		t.Helper()
		for _, f := range from {
			for _, x := range append([]string{f}, to...) {
				if _, ok := imports[x]; !ok {
					t.Fatalf("there is no package %s: the rules have to follow", x)
				}
			}
			for _, x := range to {
				if r := road(imports, f, x, map[string]bool{}); r != nil {
					t.Errorf("%s: %s", why, strings.Join(r, " imports "))
				}
			}
		}
	}
	below := slices.DeleteFunc(slices.Sorted(maps.Keys(imports)), func(p string) bool { return p == "." })
	never("nothing that the root may be built on imports it", below, []string{"."})
	for i, s := range stages {
		never("a stage knows none above it", []string{s}, stages[i+1:])
	}
	never("profiles and quality are found side by side", []string{"internal/quality"}, []string{"internal/profile", "internal/ablate"})
	never("what is saved needs none of the reasons", []string{"internal/saved"}, []string{"internal/profile", "internal/quality", "internal/ablate"})
	makers := append(slices.Clone(stages), "bert", "cluster", "reduce", "sentiment", "tokenize")
	never("results know no stage", []string{"result"}, makers)
	never("those who read results make none", []string{"report", "report/charts", "drift"}, makers)
	never("a tool knows nothing of a run", tools, append([]string{"result", "report", "drift"}, stages...))
	never("a run is not shown by those who make it", stages, []string{"report", "drift"})
}

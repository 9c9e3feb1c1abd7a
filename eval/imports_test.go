package eval

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/seed-56ee9438/cohort/"

// TestImports holds cluster, eval and reduce, and all of ours that they import
// in turn, to the standard library, gonum, golang.org/x/sys (for the features
// of the CPU), estimator and internal packages: whoever imports them gets no more.
func TestImports(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	var visit func(pkg string)
	visit = func(pkg string) {
		if seen[pkg] {
			return
		}
		seen[pkg] = true
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pkg), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pkg, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			// All files count, whatever platform they are for.
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range f.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				if own, ok := strings.CutPrefix(path, module); ok {
					if !strings.HasPrefix(own, "internal/") && own != "estimator" {
						t.Errorf("%s imports %s, want estimator and internal packages only", file, path)
					}
					visit(own)
					continue
				}
				first, _, _ := strings.Cut(path, "/")
				if strings.Contains(first, ".") && !strings.HasPrefix(path, "gonum.org/v1/gonum/") && !strings.HasPrefix(path, "golang.org/x/sys/") {
					t.Errorf("%s imports %s, want gonum only", file, path)
				}
			}
		}
	}
	for _, stage := range []string{"cluster", "eval", "reduce"} {
		visit(stage)
	}
	if !seen["internal/kernel"] {
		t.Error("nothing imports internal/kernel: the walk went wrong")
	}
}

package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/seed-56ee9438/cohort"

// listed is what the go command says of a package.
type listed struct {
	ImportPath, Name, Dir, Export string
	TestGoFiles, XTestGoFiles     []string
}

// public reports whether the package is one of ours that others import.
func (p *listed) public() bool {
	if p.Name == "main" || p.ImportPath != module && !strings.HasPrefix(p.ImportPath, module+"/") {
		return false
	}
	for part := range strings.SplitSeq(p.ImportPath, "/") {
		switch part {
		case "internal", "examples", "testdata", "conformance":
			return false
		}
	}
	return p.ImportPath != module+"/sentiment/train"
}

// packages are those of the workspace and what they need, by path.
var packages = sync.OnceValues(func() (map[string]*listed, error) {
	c := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,TestGoFiles,XTestGoFiles", "work")
	c.Dir = workspace
	var stderr bytes.Buffer
	c.Stderr = &stderr
	data, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, &stderr)
	}
	out := map[string]*listed{}
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		p := new(listed)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		out[p.ImportPath] = p
	}
})

// workspace is the directory of go.work, from this package's.
const workspace = "../.."

// imported returns what a package exports, of any in packages. It is not safe
// for concurrent use.
var imported = func() func(path string) (*types.Package, error) {
	i := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		all, err := packages()
		if err != nil {
			return nil, err
		}
		if p := all[path]; p != nil && p.Export != "" {
			return os.Open(p.Export)
		}
		return nil, fmt.Errorf("%s is not among what the packages import", path)
	})
	return i.Import
}()

var importing sync.Mutex

// public returns all packages that others import, in order.
func public(t *testing.T) []*types.Package {
	t.Helper()
	all, err := packages()
	if err != nil {
		if os.Getenv("COHORT_REQUIRE_SHARED") != "" {
			t.Fatal(err)
		}
		t.Skipf("needs the go command and the modules of the workspace: %v", err)
	}
	importing.Lock()
	defer importing.Unlock()
	var out []*types.Package
	for _, path := range slices.Sorted(maps.Keys(all)) {
		if !all[path].public() {
			continue
		}
		p, err := imported(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	if len(out) < 40 {
		t.Fatalf("%d packages", len(out))
	}
	return out
}

// exported calls use with every exported type that a package declares itself.
func exported(t *testing.T, use func(name string, typ *types.Named)) {
	t.Helper()
	for _, p := range public(t) {
		for _, name := range p.Scope().Names() {
			o, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || !o.Exported() || o.IsAlias() {
				continue
			}
			if n, ok := o.Type().(*types.Named); ok {
				use(named(n), n)
			}
		}
	}
}

// named is a type's name with its package's path within the module.
func named(n *types.Named) string {
	o := n.Obj()
	if o.Pkg() == nil {
		return o.Name()
	}
	if o.Pkg().Path() == module {
		return "cohort." + o.Name()
	}
	return strings.TrimPrefix(o.Pkg().Path(), module+"/") + "." + o.Name()
}

// method returns the method of that name of values of a type, or with pointer
// set that of pointers to them.
func method(typ types.Type, name string, pointer bool) *types.Selection {
	if pointer {
		typ = types.NewPointer(typ)
	}
	return types.NewMethodSet(typ).Lookup(nil, name)
}

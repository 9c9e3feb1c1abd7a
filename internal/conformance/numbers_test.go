package conformance

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"
)

// numeric reports whether a struct has a number that a caller sets, in itself or
// in a struct of ours within.
func numeric(typ types.Type, seen map[types.Type]bool) bool {
	typ = types.Unalias(typ)
	if seen[typ] {
		return false
	}
	seen[typ] = true
	if n, ok := typ.(*types.Named); ok && (n.Obj().Pkg() == nil || !strings.HasPrefix(n.Obj().Pkg().Path(), module)) {
		if _, ok := n.Underlying().(*types.Basic); !ok {
			return false
		}
	}
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		return u.Info()&types.IsNumeric != 0
	case *types.Pointer:
		return numeric(u.Elem(), seen)
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
			return false // bytes
		}
		return numeric(u.Elem(), seen)
	case *types.Array:
		return numeric(u.Elem(), seen)
	case *types.Struct:
		for i := range u.NumFields() {
			if u.Field(i).Exported() && numeric(u.Field(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}

// settings are the exported structs with numbers that functions and methods take
// by value or whose methods work with a context, by name.
func settings(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	add := func(typ types.Type, why string) {
		n, ok := types.Unalias(typ).(*types.Named)
		if !ok || n.Obj().Pkg() == nil || !strings.HasPrefix(n.Obj().Pkg().Path(), module) || !n.Obj().Exported() || strings.Contains(n.Obj().Pkg().Path(), "/internal/") {
			return
		}
		if _, ok := n.Underlying().(*types.Struct); ok && numeric(n, map[types.Type]bool{}) && out[named(n)] == "" {
			out[named(n)] = why
		}
	}
	function := func(f *types.Func) {
		sig := f.Type().(*types.Signature)
		takesContext := false
		for p := range sig.Params().Variables() {
			takesContext = takesContext || p.Type().String() == "context.Context"
			add(p.Type(), "parameter of "+f.Name())
		}
		if r := sig.Recv(); r != nil && takesContext {
			add(r.Type(), "has "+f.Name())
		}
	}
	for _, p := range public(t) {
		for _, name := range p.Scope().Names() {
			if f, ok := p.Scope().Lookup(name).(*types.Func); ok && f.Exported() {
				function(f)
			}
		}
	}
	exported(t, func(_ string, typ *types.Named) {
		if strings.HasSuffix(typ.Obj().Name(), "Options") {
			add(typ, "its name")
		}
		for m := range typ.Methods() {
			if m.Exported() {
				function(m)
			}
		}
	})
	return out
}

// tried are the types that tests call testdir.HostileNumbers with, by name.
func tried(t *testing.T) map[string]bool {
	t.Helper()
	all, err := packages()
	if err != nil {
		t.Skip(err)
	}
	out := map[string]bool{}
	for _, p := range all {
		for _, file := range append(p.TestGoFiles, p.XTestGoFiles...) {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			paths := map[string]string{}
			for _, i := range f.Imports {
				path := strings.Trim(i.Path.Value, `"`)
				name := path[strings.LastIndex(path, "/")+1:]
				if i.Name != nil {
					name = i.Name.Name
				}
				paths[name] = path
			}
			ast.Inspect(f, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok || len(c.Args) < 3 {
					return true
				}
				if s, ok := c.Fun.(*ast.SelectorExpr); !ok || s.Sel.Name != "HostileNumbers" {
					return true
				}
				// The last parameter of the function that is tried is the options.
				use, ok := c.Args[2].(*ast.FuncLit)
				if !ok {
					return true
				}
				params := use.Type.Params.List
				switch typ := params[len(params)-1].Type.(type) {
				case *ast.Ident:
					out[short(p.ImportPath)+"."+typ.Name] = true
				case *ast.SelectorExpr:
					if x, ok := typ.X.(*ast.Ident); ok {
						out[short(paths[x.Name])+"."+typ.Sel.Name] = true
					}
				}
				return true
			})
		}
	}
	return out
}

// short is a package's path within the module.
func short(path string) string {
	if path == module {
		return "cohort"
	}
	return strings.TrimPrefix(path, module+"/")
}

// fixed have numbers that are no settings.
var fixed = map[string]string{
	"feedback.Judged":        "a result that is compared with another",
	"sentiment.ClassOptions": "one number, which FitClasses bounds before anything else",
}

// TestEveryNumberIsTried: tests call HostileNumbers with every struct of numbers
// that callers hand to functions and methods.
func TestEveryNumberIsTried(t *testing.T) {
	t.Parallel()
	done, all := tried(t), settings(t)
	for name, why := range all {
		if !done[name] && fixed[name] == "" {
			t.Errorf("%s (%s): testdir.HostileNumbers is not called with it", name, why)
		}
	}
	if len(all) < 50 {
		t.Errorf("%d structs", len(all))
	}
}

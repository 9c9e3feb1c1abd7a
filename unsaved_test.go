package cohort_test

import (
	"encoding/gob"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/search"
	"github.com/seed-56ee9438/cohort/source"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/keyword"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/text/repeats"
	"github.com/seed-56ee9438/cohort/tokenize"
	"github.com/seed-56ee9438/cohort/train"
)

// Types that have no saved form refuse to be one that holds nothing.
func TestNoEmptyJSON(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		new(cohort.Segmenter), new(bert.Model), new(bert.Preset), new(bert.Tokens), new(cluster.MiniBatchStream), new(cluster.Predictor), new(search.Index),
		new(source.Source), new(source.File), new(text.Set), new(chinese.Segmenter), new(clean.Cleaner), new(keyword.Counter), new(langid.Detector),
		new(pii.Detector), new(pii.Masker), new(repeats.Counter), new(repeats.Filter), new(repeats.Finder), new(repeats.Stripper), new(tokenize.Tokenizer), new(train.Classes), new(estimator.Params),
	} {
		if data, err := json.Marshal(map[string]any{"v": v}); !errors.Is(err, estimator.ErrNoJSON) {
			t.Errorf("%T: %s, %v", v, data, err)
		}
		if err := json.Unmarshal([]byte("{}"), v); !errors.Is(err, estimator.ErrNoJSON) {
			t.Errorf("%T from {}: %v", v, err)
		}
		if err := gob.NewEncoder(io.Discard).Encode(struct{ V any }{v}); err == nil {
			t.Errorf("%T: gob writes it", v)
		}
	}
}

// TestStateIsRefused: every exported struct whose fields are all unexported has
// a saved form or refuses to be encoded.
func TestStateIsRefused(t *testing.T) {
	t.Parallel()
	fine := map[string]string{
		"train.CosineRegression": "it has no settings and keeps nothing",
	}
	structs := 0
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		switch name := d.Name(); {
		case dir == ".":
		case name == "internal", name == "testdata", name == "cmd", name == "examples", name == "bench", name[0] == '.', name[0] == '_':
			return fs.SkipDir
		}
		for name, s := range structsIn(t, dir) {
			structs++
			if s.allHidden && !s.encodes && fine[name] == "" {
				t.Errorf("%s has only unexported fields: give it MarshalJSON, or embed unsaved.State", name)
			}
		}
		return nil
	})
	if err != nil || structs < 150 {
		t.Errorf("%d exported structs: %v", structs, err)
	}
}

// seen is what a directory's source says of an exported struct.
type seen struct{ allHidden, encodes bool }

// structsIn returns the exported structs of a directory's package by name.
func structsIn(t *testing.T, dir string) map[string]*seen {
	t.Helper()
	out := map[string]*seen{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
		}
	}
	for _, f := range files {
		if f.Name.Name == "main" {
			return nil
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && spec.Name.IsExported() {
				if s, ok := spec.Type.(*ast.StructType); ok {
					out[f.Name.Name+"."+spec.Name.Name] = fieldsOf(s)
				}
			}
			_, isFunc := n.(*ast.FuncDecl)
			return !isFunc
		})
	}
	for _, f := range files {
		for _, d := range f.Decls {
			m, ok := d.(*ast.FuncDecl)
			if !ok || m.Recv == nil || m.Name.Name != "MarshalJSON" && m.Name.Name != "MarshalText" {
				continue
			}
			if s := out[f.Name.Name+"."+nameOf(m.Recv.List[0].Type)]; s != nil {
				s.encodes = true
			}
		}
	}
	return out
}

// fieldsOf says whether the fields of a struct are all unexported and whether it
// embeds unsaved.State.
func fieldsOf(s *ast.StructType) *seen {
	out := &seen{allHidden: len(s.Fields.List) > 0}
	for _, f := range s.Fields.List {
		names := f.Names
		if len(names) == 0 {
			names = []*ast.Ident{{Name: nameOf(f.Type)}}
		}
		for _, name := range names {
			if name.Name == "State" && len(f.Names) == 0 {
				out.encodes = true
			} else if name.IsExported() {
				out.allHidden = false
			}
		}
	}
	return out
}

// nameOf returns the name of a type without its package, * and arguments.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return nameOf(e.X)
	case *ast.IndexExpr:
		return nameOf(e.X)
	case *ast.IndexListExpr:
		return nameOf(e.X)
	}
	return ""
}

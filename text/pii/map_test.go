package pii

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMap: the map of the scanner's methods in doc.go names each of them, and
// none that is not there.
func TestMap(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods, doc := map[string]bool{}, ""
	for _, name := range names {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if name == "doc.go" {
			for _, c := range f.Comments {
				doc += c.Text()
			}
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil {
				continue
			}
			if star, ok := fn.Recv.List[0].Type.(*ast.StarExpr); ok {
				if id, ok := star.X.(*ast.Ident); ok && id.Name == "scanner" {
					methods[fn.Name.Name] = true
				}
			}
		}
	}
	_, drawn, ok := strings.Cut(doc, "Reading the source")
	if !ok || len(methods) < 80 {
		t.Fatalf("%d methods, and no map of them", len(methods))
	}
	named := map[string]bool{}
	for _, w := range regexp.MustCompile(`[A-Za-z]\w*`).FindAllString(drawn, -1) {
		named[w] = true
	}
	for m := range methods {
		if !named[m] {
			t.Errorf("doc.go does not place the method %s", m)
		}
	}
	for _, m := range regexp.MustCompile(`[├└]─ (\w+)`).FindAllStringSubmatch(drawn, -1) {
		if !methods[m[1]] {
			t.Errorf("doc.go places a method %s, which is not there", m[1])
		}
	}
}

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/imports"
)

// all returns the figures with those imports.
func all(t *testing.T, g imports.Graph) map[string]figure {
	t.Helper()
	f, err := importFigure(g)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]figure{"arch-tree": tree, "arch-imports": f, "arch-text": textLife, "arch-batch": batchLife}
}

func TestFiguresAreThoseOfDocs(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	g, err := imports.Read(root, module)
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range all(t, g) {
		got := f.svg()
		want, err := os.ReadFile(filepath.Join(root, "docs", "img", name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if got != strings.ReplaceAll(string(want), "\r\n", "\n") {
			t.Errorf("docs/img/%s.svg is not what the source says: run go generate ./internal/archfig", name)
		}
		for d := xml.NewDecoder(strings.NewReader(got)); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}

// Every end of an arrow is a box, and no two boxes have one name.
func TestArrowsEndAtBoxes(t *testing.T) {
	t.Parallel()
	for _, f := range []figure{tree, textLife, batchLife} {
		names := map[string]bool{}
		for _, r := range f.rows {
			for _, b := range r.boxes {
				if names[b.name] {
					t.Errorf("%s: %q stands twice", f.title, b.name)
				}
				names[b.name] = true
			}
		}
		for _, a := range f.arrows {
			if !names[a.from] || !names[a.to] {
				t.Errorf("%s: arrow from %q to %q", f.title, a.from, a.to)
			}
		}
	}
}

func TestImportsThatRunUpAreRefused(t *testing.T) {
	t.Parallel()
	g := imports.Graph{}
	for _, r := range layers {
		for _, b := range r.boxes {
			g[b.name] = nil
		}
	}
	g["."] = []string{"internal/group", "internal/pool"}
	g["internal/group"] = []string{"internal/pool"}
	f := all(t, g)["arch-imports"]
	if len(f.arrows) != 2 { // from the root to group, which implies pool
		t.Errorf("arrows %v", f.arrows)
	}
	g["internal/pool"] = []string{"report"}
	if _, err := importFigure(g); err == nil || !strings.Contains(err.Error(), "internal/pool imports report") {
		t.Errorf("no complaint of an import that runs up: %v", err)
	}
	delete(g, "drift")
	if _, err := importFigure(g); err == nil {
		t.Error("no complaint of a package that is gone")
	}
}

package imports

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, source := range map[string]string{
		"root.go":                "package root\nimport (\n\t\"fmt\"\n\t\"example.org/m/a\"\n\t\"example.org/mother\"\n)\n",
		"root_test.go":           "package root\nimport \"example.org/m/tested\"\n",
		"a/a.go":                 "package a\nimport \"example.org/m/internal/b\"\n",
		"a/more.go":              "package a\nimport \"example.org/m/internal/b\"\n",
		"internal/b/b.go":        "package b\n",
		"cmd/c/main.go":          "package main\nimport \"example.org/m\"\n",
		"nested/go.mod":          "module example.org/m/nested\n",
		"nested/n.go":            "package n\nimport \"example.org/m\"\n",
		"a/testdata/x/x.go":      "package x\nimport \"example.org/m\"\n",
		"_generator/generate.go": "package generate\nimport \"example.org/m\"\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	g, err := Read(dir, "example.org/m")
	if err != nil {
		t.Fatal(err)
	}
	if len(g) != 3 || !slices.Equal(g["."], []string{"a"}) || !slices.Equal(g["a"], []string{"internal/b"}) || len(g["internal/b"]) != 0 {
		t.Errorf("read %v", g)
	}
	if p := g.Path(".", "internal/b"); !slices.Equal(p, []string{".", "a", "internal/b"}) {
		t.Errorf("from the root to b: %v", p)
	}
	if p := g.Path("internal/b", "."); p != nil {
		t.Errorf("from b to the root: %v", p)
	}
	g["internal/b"] = []string{"a"} // a cycle ends
	if p := g.Path("a", "."); p != nil {
		t.Errorf("from a to the root: %v", p)
	}
}

func TestReadTellsOfBrokenFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte("package"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir, "example.org/m"); err == nil {
		t.Error("no error for a file that is no Go")
	}
}

// Command archfig draws the figures of docs/architecture.md. That of the imports is
// read from the source, the others are in figures.go.
//
//	go run ./internal/archfig      from the root of the repository
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/internal/imports"
)

//go:generate go run . -root ../..

const module = "github.com/seed-56ee9438/cohort"

func main() {
	root := flag.String("root", ".", "root of the repository")
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "archfig:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	g, err := imports.Read(root, module)
	if err != nil {
		return err
	}
	byImports, err := importFigure(g)
	if err != nil {
		return err
	}
	for name, f := range map[string]figure{
		"arch-tree": tree, "arch-imports": byImports, "arch-text": textLife, "arch-batch": batchLife,
	} {
		path := filepath.Join(root, "docs", "img", name+".svg")
		if err := atomicfile.Write(path, func(w io.Writer) error {
			_, err := io.WriteString(w, f.svg())
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

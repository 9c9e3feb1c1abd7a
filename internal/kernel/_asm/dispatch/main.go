// Command dispatch generates the Go functions of package kernel that choose
// between one kernel's implementations in assembly. It reads the bodyless
// declarations in DIR/z*_ARCH.go: a name such as gemm6x16AVX2 is the operation
// gemm for tiles of 6 rows and 16 columns, written for the instruction set AVX2.
//
//	go run ./dispatch -dir ..
//
// For each operation it generates a constant (opGemm), a function (gemmAsm)
// and, if there are tiles, a function that returns the largest one (gemmTile).
// All implementations of an operation have the same parameters, except that the
// last one may be a mask of columns (mask uint32) instead of their number (cols
// int).
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
)

// architectures lists those with assembly, by their GOARCH names.
var architectures = []string{"amd64", "arm64"}

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "..", "directory of package kernel")
	flag.Parse()
	if err := run(*dir); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	byArch := make(map[string]map[string]*operation)
	for _, arch := range architectures {
		files, err := filepath.Glob(filepath.Join(dir, "z*_"+arch+".go"))
		if err != nil {
			return err
		}
		if byArch[arch], err = read(files); err != nil {
			return err
		}
	}
	all, err := union(byArch)
	if err != nil {
		return err
	}
	files := map[string][]byte{
		"zoperations.go":    operationsFile(all),
		"zdispatch_none.go": dispatchFile("!amd64 && !arm64 || purego", all, nil),
	}
	for _, arch := range architectures {
		files["zdispatch_"+arch+".go"] = dispatchFile(arch+" && !purego", all, byArch[arch])
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// union returns the operations of all architectures in order of their names.
func union(byArch map[string]map[string]*operation) ([]*operation, error) {
	all := make(map[string]*operation)
	for _, arch := range architectures {
		for name, op := range byArch[arch] {
			first, ok := all[name]
			if !ok {
				all[name] = op
				continue
			}
			if err := first.sameAs(op.kernels[0].name, op.signature); err != nil {
				return nil, err
			}
			if (len(first.tiles()) > 0) != (len(op.tiles()) > 0) {
				return nil, fmt.Errorf("%s has tiles on one architecture only", name)
			}
		}
	}
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	ops := make([]*operation, len(names))
	for i, name := range names {
		ops[i] = all[name]
	}
	return ops, nil
}

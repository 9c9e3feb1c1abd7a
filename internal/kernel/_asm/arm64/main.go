// Command arm64 generates the arm64 assembly of package kernel, and of others that
// have a function each, with the Go declarations of the functions; run it
// through go generate in package kernel.
//
//	go run ./arm64 -dir ..
//
// Go's assembler has few of Arm's vector instructions: those that it lacks are
// written as words, from the table in encoding.go.
package main

import (
	"flag"
	"log"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "..", "directory of package kernel")
	flag.Parse()
	for _, group := range []struct {
		pkg, name string
		generate  func(a *asm)
	}{
		{"kernel", "gemm", gemm},
		{"kernel", "int8", int8s},
		{"kernel", "activation", activation},
		{"kernel", "rows", rows},
		{"kernel", "attention", attention},
		{"kernel", "pack", pack},
		{"kernel", "strassen", strassen},
		{"kernel", "vector", vector},
		{"safetensors", "float16", float16},
		{"score", "distances", distances},
		{"int8dot", "dots", dotsInt8},
	} {
		a := &asm{place: make(map[uint32]int)}
		group.generate(a)
		if err := a.write(filepath.Join(*dir, "..", group.pkg), group.pkg, group.name); err != nil {
			log.Fatal(err)
		}
	}
}

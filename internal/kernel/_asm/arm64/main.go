// Command arm64 generates the arm64 assembly of package kernel, and of other
// packages with a single function, together with the Go declarations; run it
// through go generate in package kernel.
//
//	go run ./arm64 -dir ..
//
// Go's assembler has few of Arm's vector instructions; the missing ones are
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

// Command arm64 generates the arm64 assembly of package kernel and the Go
// declarations of its functions; run it through go generate there.
//
//	go run ./arm64 -dir ..
//
// Go's assembler has few of Arm's vector instructions: those that it lacks are
// written as words, from the table in encoding.go.
package main

import (
	"flag"
	"log"
)

func main() {
	log.SetFlags(0)
	dir := flag.String("dir", "..", "directory of package kernel")
	flag.Parse()
	for _, group := range []struct {
		name     string
		generate func(a *asm)
	}{
		{"gemm", gemm},
		{"int8", int8s},
		{"activation", activation},
		{"rows", rows},
		{"attention", attention},
		{"pack", pack},
		{"strassen", strassen},
		{"vector", vector},
	} {
		a := &asm{place: make(map[uint32]int)}
		group.generate(a)
		if err := a.write(*dir, group.name); err != nil {
			log.Fatal(err)
		}
	}
}

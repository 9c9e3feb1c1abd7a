// Command _asm generates the amd64 assembly of package kernel with avo; run it
// through go generate there.
//
//	go run . -pkg kernel -group gemm -out ../zgemm_amd64.s -stubs ../zgemm_amd64.go
package main

import (
	"flag"
	"log"

	"github.com/mmcloughlin/avo/build"
)

// groups maps the names of the files to their generators.
var groups = map[string]func(){
	"gemm":       gemm,
	"strassen":   strassen,
	"activation": activation,
	"rows":       rows,
	"pack":       pack,
	"int8":       int8s,
	"attention":  attention,
	"vector":     vector,
}

func main() {
	log.SetFlags(0)
	name := flag.String("group", "", "kernels to generate")
	flag.Parse()
	group, ok := groups[*name]
	if !ok {
		log.Fatalf("unknown group %q", *name)
	}
	build.ConstraintExpr("amd64,!purego")
	group()
	build.Generate()
}

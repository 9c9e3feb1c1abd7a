// Command aspectbench measures package opinion against labelled reviews.
// docs/quality.md says where they come from.
//
//	go run ./internal/aspectbench huliu DIR
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
)

var verbose = flag.Bool("v", false, "list what is missed and what is wrong")

func main() {
	flag.Parse()
	if err := run(os.Stdout, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "aspectbench:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	if len(args) >= 2 {
		switch args[0] {
		case "huliu":
			return huLiu(w, args[1], args[2:])
		case "terms":
			return englishTable(w, args[1:], readEnglishTerms)
		case "mentions":
			return mentionTables(w, args[1])
		case "chinese":
			return chineseTable(w, args[1])
		case "fit":
			return fit(w, args[1])
		}
	}
	return fmt.Errorf("want a table (huliu, terms, mentions, chinese or fit) and the directory or files of its data, got %q", args)
}

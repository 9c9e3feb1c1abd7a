// Command makewords makes data/words.txt.gz of package chinese from gse's
// dictionary of simplified Chinese and data/extra.txt:
//
//	go run ./text/chinese/internal/makewords -gse $(go list -m -f '{{.Dir}}' github.com/go-ego/gse)
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/wordlist"
	"github.com/seed-56ee9438/cohort/text"
)

// Words that are rarer, or longer in characters, are left out.
const (
	minCount = 5
	maxRunes = 6
)

func main() {
	log.SetFlags(0)
	gse := flag.String("gse", "", "directory of module github.com/go-ego/gse")
	out := flag.String("out", "text/chinese/data", "directory of extra.txt, written to")
	flag.Parse()
	if err := run(*gse, *out); err != nil {
		log.Fatal("makewords: ", err)
	}
}

func run(gse, out string) error {
	counts := map[string]int{}
	err := read(filepath.Join(gse, "data/dict/zh/s_1.txt"), func(w string, n int) {
		if han(w) && utf8.RuneCountInString(w) <= maxRunes && (n >= minCount || utf8.RuneCountInString(w) == 1) {
			counts[w] = n
		}
	})
	if err != nil {
		return err
	}
	err = read(filepath.Join(out, "extra.txt"), func(w string, n int) { counts[w] = max(counts[w], n) })
	if err != nil {
		return err
	}
	words := make([]string, 0, len(counts))
	for w := range counts {
		words = append(words, w)
	}
	slices.Sort(words)
	var b bytes.Buffer
	for _, w := range words {
		fmt.Fprintf(&b, "%s %d\n", w, counts[w])
	}
	size, err := wordlist.WriteGzip(filepath.Join(out, "words.txt.gz"), b.Bytes())
	if err != nil {
		return err
	}
	log.Printf("%d words, %d bytes, compressed %d", len(words), b.Len(), size)
	return nil
}

// read calls f with the word and count of each line of a dictionary.
func read(path string, f func(word string, count int)) error {
	return wordlist.Lines(path, func(line string) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" {
			return
		}
		if n, err := strconv.ParseFloat(fields[1], 64); err == nil {
			f(fields[0], int(n))
		}
	})
}

func han(s string) bool {
	for _, r := range s {
		if !text.IsHan(r) {
			return false
		}
	}
	return true
}

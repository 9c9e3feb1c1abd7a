// Command makeclasses makes the word classes of package opinion: en_classes.txt.gz
// from the database files of WordNet 3.0, and zh_nouns.txt.gz from gse's
// dictionary of simplified Chinese:
//
//	go run ./opinion/internal/makeclasses -wordnet /usr/share/wordnet -gse $(go list -m -f '{{.Dir}}' github.com/go-ego/gse) -out opinion/data
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/wordlist"
)

func main() {
	log.SetFlags(0)
	wordNet := flag.String("wordnet", "/usr/share/wordnet", "directory of WordNet's index and data files")
	gse := flag.String("gse", "", "directory of module github.com/go-ego/gse")
	out := flag.String("out", "opinion/data", "directory to write to")
	flag.Parse()
	english, err := englishClasses(*wordNet)
	if err == nil {
		err = write(filepath.Join(*out, "en_classes.txt.gz"), english)
	}
	if err != nil {
		log.Fatal("makeclasses: ", err)
	}
	nouns, err := chineseNouns(filepath.Join(*gse, "data/dict/zh/s_1.txt"))
	if err == nil {
		err = write(filepath.Join(*out, "zh_nouns.txt.gz"), nouns)
	}
	if err != nil {
		log.Fatal("makeclasses: ", err)
	}
}

// write writes the lines of a map's keys and values in the order of the keys.
func write(path string, words map[string]string) error {
	keys := make([]string, 0, len(words))
	for w := range words {
		keys = append(keys, w)
	}
	slices.Sort(keys)
	var b bytes.Buffer
	for _, w := range keys {
		b.WriteString(w)
		if words[w] != "" {
			b.WriteString(" " + words[w])
		}
		b.WriteByte('\n')
	}
	n, err := wordlist.WriteGzip(path, b.Bytes())
	if err == nil {
		fmt.Println(path, len(keys), "words,", n, "bytes")
	}
	return err
}

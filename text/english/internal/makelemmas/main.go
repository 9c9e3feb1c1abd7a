// Command makelemmas makes data/lemmas.txt.gz of package english, and its test
// list, from WordNet 3.0 and lemminflect:
//
//	go run ./text/english/internal/makelemmas -wordnet DIR -lemminflect lemma_lu.csv.gz -out text/english
//
// DIR holds WordNet's database files: index.noun, noun.exc, cntlist.rev and so
// on. Each word in WordNet is inflected by the rules of English spelling and by
// WordNet's exception lists. A form of several words is assigned to the one
// that it most probably means, by the frequency of the word in WordNet's corpus
// times the frequency of the inflection. From the pairs of form and lemma it
// learns rules by ending; the exceptions to the rules are the table.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/wordlist"
)

func main() {
	log.SetFlags(0)
	wordnet := flag.String("wordnet", "", "directory of WordNet's database files")
	lemminflect := flag.String("lemminflect", "", "lemminflect's lemma_lu.csv.gz")
	out := flag.String("out", "text/english", "directory of package english")
	flag.Parse()
	if err := run(*wordnet, *lemminflect, *out); err != nil {
		log.Fatal("makelemmas: ", err)
	}
}

func run(wordnet, lemminflect, out string) error {
	wn, err := readWordNet(wordnet)
	if err != nil {
		return err
	}
	extra, err := readPairs(filepath.Join(out, "data", "extra.txt"))
	if err != nil {
		return err
	}
	pairs := wn.pairs()
	for form, lemma := range extra {
		pairs[form] = lemma
	}
	rules := learn(pairs)
	var b bytes.Buffer
	for _, r := range rules.sorted() {
		fmt.Fprintf(&b, "%s\t%s\n", r.suffix, r.op)
	}
	b.WriteByte('\n')
	exceptions := 0
	for _, form := range sortedKeys(pairs) {
		if rules.apply(form) != pairs[form] {
			fmt.Fprintf(&b, "%s\t%s\n", form, operation(form, pairs[form]))
			exceptions++
		}
	}
	size, err := wordlist.WriteGzip(filepath.Join(out, "data", "lemmas.txt.gz"), b.Bytes())
	if err != nil {
		return err
	}
	log.Printf("%d forms, %d rules, %d exceptions, %d bytes, compressed %d", len(pairs), len(rules), exceptions, b.Len(), size)
	if lemminflect == "" {
		return nil
	}
	// The first list was examined while the rules were developed, the second was
	// not.
	for part, name := range map[uint32]string{0: "lemminflect.txt", 5: "lemminflect2.txt"} {
		list, err := heldOut(lemminflect, part)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, "testdata", name), list, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// readPairs reads "form lemma" lines.
func readPairs(path string) (map[string]string, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Fields(line)
		switch len(f) {
		case 0:
		case 1:
			m[f[0]] = f[0]
		default:
			m[f[0]] = f[1]
		}
	}
	return m, nil
}

// lines calls f with the fields of each line of a file.
func lines(path string, f func(fields []string)) error {
	return wordlist.Lines(path, func(line string) {
		if !strings.HasPrefix(line, " ") { // the licence
			f(strings.Fields(line))
		}
	})
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

package main

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/wordlist"
)

// classes of words, in the order of WordNet's numbers.
const classes = "nvar"

// pertaining is the lexicographer file of adjectives that pertain to a noun.
const pertaining = "01"

// entry is what WordNet knows of a word.
type entry struct {
	known  [len(classes)]bool
	counts [len(classes)]float64 // in its tagged corpus
	first  string                // offset of the first sense as a noun, then its lexicographer file
	adj    string                // the same of the adjective
}

// englishClasses returns for each English word of letters a digit, the share of
// its uses as a noun in ninths, the letters of the other classes that it has (p
// for an adjective that means "pertaining to", as digital does), and the number of WordNet's lexicographer file of its first sense as a noun.
// Nouns of a single class that do not occur in the tagged corpus are left out.
func englishClasses(dir string) (map[string]string, error) {
	words := map[string]*entry{}
	for class, name := range []string{"noun", "verb", "adj", "adv"} {
		err := fields(filepath.Join(dir, "index."+name), func(f []string) {
			if !letters(f[0]) {
				return
			}
			e := words[f[0]]
			if e == nil {
				e = &entry{}
				words[f[0]] = e
			}
			e.known[class] = true
			pointers, err := strconv.Atoi(f[3])
			if err != nil {
				return
			}
			switch first := f[4+pointers+2]; class {
			case 0:
				e.first = first
			case 2:
				e.adj = first
			}
		})
		if err != nil {
			return nil, err
		}
	}
	nouns, adjectives := map[string]string{}, map[string]string{} // offset -> lexicographer file
	err := fields(filepath.Join(dir, "data.noun"), func(f []string) { nouns[f[0]] = f[1] })
	if err == nil {
		err = fields(filepath.Join(dir, "data.adj"), func(f []string) { adjectives[f[0]] = f[1] })
	}
	if err != nil {
		return nil, err
	}
	err = fields(filepath.Join(dir, "cntlist.rev"), func(f []string) {
		lemma, sense, _ := strings.Cut(f[0], "%")
		var class, n int
		if _, err := fmt.Sscan(sense[:1]+" "+f[2], &class, &n); err != nil {
			return
		}
		if class == 5 { // adjective satellite
			class = 3
		}
		if e := words[lemma]; e != nil {
			e.counts[class-1] += float64(n)
		}
	})
	out := map[string]string{}
	for w, e := range words {
		e.first, e.adj = nouns[e.first], adjectives[e.adj]
		if code := e.code(); code != "" {
			out[w] = code
		}
	}
	return out, err
}

func (e *entry) code() string {
	others, total := "", 0.
	for i, known := range e.known {
		if !known {
			continue
		}
		total += e.counts[i] + 0.5
		switch {
		case classes[i] == 'a' && e.adj == pertaining:
			others += "p"
		case i > 0:
			others += string(classes[i])
		}
	}
	if !e.known[0] {
		return "0" + others
	}
	if others == "" && e.counts[0] == 0 {
		return ""
	}
	return fmt.Sprintf("%d%s", int(9*(e.counts[0]+0.5)/total+0.5), others) + e.first
}

func fields(path string, f func(f []string)) error {
	return wordlist.Lines(path, func(line string) {
		if fs := strings.Fields(line); len(fs) > 2 && !strings.HasPrefix(line, " ") {
			f(fs)
		}
	})
}

func letters(s string) bool {
	return len(s) > 1 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == ""
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// readTerms reads lines in threes: a sentence with $T$ in place of an aspect; the
// aspect; its polarity. Sentences with several aspects are listed once for each.
// clean makes the text of a sentence or aspect, name the name of an aspect.
func readTerms(path string, clean, name func(string) string) (*product, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines)%3 != 0 {
		return nil, fmt.Errorf("%s: %d lines, want three a label", path, len(lines))
	}
	p := &product{name: filepath.Base(path)}
	at := map[string]int{}
	for i := 0; i < len(lines); i += 3 {
		aspect := clean(strings.TrimSpace(lines[i+1]))
		said := strings.ReplaceAll(clean(strings.TrimSpace(lines[i])), "$T$", aspect)
		j, ok := at[said]
		if !ok {
			j = len(p.sentences)
			at[said] = j
			p.sentences = append(p.sentences, sentence{text: said})
		}
		l := label{aspect: name(aspect)}
		switch strings.ToLower(strings.TrimSpace(lines[i+2])) {
		case "positive":
			l.value = 1
		case "negative":
			l.value = -1
		case "neutral":
		default:
			return nil, fmt.Errorf("%s:%d: polarity %q", path, i+3, lines[i+2])
		}
		p.sentences[j].labels = append(p.sentences[j].labels, l)
	}
	return p, nil
}

// readEnglishTerms reads English sentences, split into words, whose aspects may
// be neutral.
func readEnglishTerms(path string) (*product, error) {
	return readTerms(path, joined, normal)
}

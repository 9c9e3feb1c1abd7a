package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/seed-56ee9438/cohort/text/english"
)

// product is a file of reviews in Hu and Liu's format: a sentence a line, with
// labels such as battery life[+2][u] before ##.
type product struct {
	name      string
	sentences []sentence
}

// sentence is a sentence with the aspects that people found in it.
type sentence struct {
	text   string
	title  bool // [t]: it begins a review, and is not labelled
	labels []label
}

// label is an aspect and its polarity.
type label struct {
	aspect   string // normal form
	value    int
	implicit bool // [u] or [p]: the sentence does not name it
}

var labelled = regexp.MustCompile(`([^,\[\]]+?)\s*\[\s*([+-]?\d?)\s*\]?((?:\s*\[[a-z]+\])*)`)

func readHuLiu(dir, name string) (*product, error) {
	data, err := os.ReadFile(filepath.Join(dir, name+".txt"))
	if err != nil {
		return nil, err
	}
	p := &product{name: name}
	for line := range strings.Lines(string(data)) {
		if title, ok := strings.CutPrefix(line, "[t]"); ok {
			p.sentences = append(p.sentences, sentence{text: title, title: true})
			continue
		}
		labels, said, ok := strings.Cut(line, "##")
		if !ok {
			continue
		}
		s := sentence{text: joined(said)}
		for _, m := range labelled.FindAllStringSubmatch(labels, -1) {
			l := label{aspect: normal(m[1]), implicit: strings.Contains(m[3], "[u]") || strings.Contains(m[3], "[p]")}
			switch {
			case strings.HasPrefix(m[2], "+"):
				l.value = 1
			case strings.HasPrefix(m[2], "-"):
				l.value = -1
			}
			s.labels = append(s.labels, l)
		}
		p.sentences = append(p.sentences, s)
	}
	if len(p.sentences) == 0 {
		return nil, fmt.Errorf("%s: no sentence with ##", name)
	}
	return p, nil
}

var apart = strings.NewReplacer(" n't", "n't", " 's", "'s", " 'm", "'m", " 've", "'ve", " 're", "'re", " 'd", "'d", " 'll", "'ll", " ,", ",", " .", ".", " !", "!", " ?", "?", " ;", ";", "ca n't", "can't", "wo n't", "won't")

// joined undoes the splitting into words of the files.
func joined(s string) string { return strings.TrimSpace(apart.Replace(s)) }

// normal is the form in which aspects are compared: lower case, hyphens as
// spaces, every word by its lemma.
func normal(s string) string {
	words := strings.Fields(strings.ReplaceAll(strings.ToLower(s), "-", " "))
	for i, w := range words {
		words[i] = english.Lemma(w)
	}
	return strings.Join(words, " ")
}

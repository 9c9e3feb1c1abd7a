package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/english"
)

// wordFlags say how texts are split into words for keywords and explanations.
// They do not affect what the model reads, which is the cleaned text.
type wordFlags struct{ forms, own string }

func (f *wordFlags) add(s *pflag.FlagSet) {
	s.StringVar(&f.forms, "words", "lemma", "`form` under which English words are counted as keywords: lemma, stem or written")
	s.StringVar(&f.own, "chinese-words", "", "keep the Chinese words in this `file`, one a line, whole, such as product names; they are saved for \"cohort why\"")
}

// set sets o's Lemma and Splitter.
func (f *wordFlags) set(o *cohort.Options) error {
	switch f.forms {
	case "lemma":
	case "stem":
		o.Lemma = english.Stem
	case "written":
		o.Lemma = func(word string) string { return word }
	default:
		return usagef("--words is %s, want lemma, stem or written", shownValue(f.forms))
	}
	if f.own == "" {
		o.Splitter, _ = splitter(nil) // cannot fail
		return nil
	}
	file, err := os.Open(f.own)
	if err != nil {
		return err
	}
	defer file.Close()
	var words []string
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if w := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\ufeff")); w != "" {
			words = append(words, w)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", f.own, err)
	}
	if o.Splitter, err = splitter(words); err != nil {
		return fmt.Errorf("%s: %w", f.own, err)
	}
	return nil
}

// splitter returns the splitter of texts into words, which may include
// additional Chinese words.
func splitter(own []string) (text.Splitter, error) {
	if len(own) == 0 {
		return text.Splitter{Chinese: chinese.Lazy{}}, nil
	}
	s, err := chinese.New(chinese.Options{Words: own})
	return text.Splitter{Chinese: s}, err
}

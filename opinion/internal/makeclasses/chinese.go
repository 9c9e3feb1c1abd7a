package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-56ee9438/cohort/internal/wordlist"
	"github.com/seed-56ee9438/cohort/text"
)

// Words that are rarer, or longer in characters, are left out.
const (
	minCount = 20
	maxRunes = 4
)

// chineseNouns returns the common nouns, and the verbs and adjectives that are
// used as nouns.
func chineseNouns(path string) (map[string]string, error) {
	out := map[string]string{}
	err := wordlist.Lines(path, func(line string) {
		f := strings.Fields(line)
		if len(f) != 3 {
			return
		}
		n, err := strconv.Atoi(f[1])
		if err != nil || n < minCount || utf8.RuneCountInString(f[0]) > maxRunes || strings.ContainsFunc(f[0], func(r rune) bool { return !text.IsHan(r) }) {
			return
		}
		switch f[2] {
		case "n", "ng", "vn", "an":
			out[f[0]] = ""
		}
	})
	return out, err
}

package main

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
)

// maxWords is the number of words after which a text of a corpus is cut: the
// texts of a long run are short.
const maxWords = 12

// writeTexts writes n texts as CSV with the columns user, text. Each corpus is a
// CSV file and a column, FILE:COLUMN.
func writeTexts(w io.Writer, corpora []string, n, users int, seed uint64) error {
	if n < 1 || users < 0 {
		return fmt.Errorf("%d texts of %d users", n, users)
	}
	var from [][]string
	var words []string // of all texts, as often as they occur
	for _, c := range corpora {
		at := strings.LastIndexByte(c, ':')
		if at < 0 {
			return fmt.Errorf("corpus %q: want FILE:COLUMN", c)
		}
		texts, err := readCorpus(c[:at], c[at+1:])
		if err != nil {
			return err
		}
		for _, t := range texts {
			from = append(from, t)
			words = append(words, t...)
		}
	}
	if len(from) == 0 {
		return fmt.Errorf("no texts of 3 words or more")
	}
	if users == 0 {
		users = n
	}
	b := bufio.NewWriterSize(w, 1<<16)
	out := csv.NewWriter(b)
	if err := out.Write([]string{"user", "text"}); err != nil {
		return err
	}
	for i := range n {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		t := from[i%len(from)]
		if i >= len(from) {
			t = edit(t, words, rng)
		}
		if err := out.Write([]string{"u" + strconv.Itoa(i%users), strings.Join(t, " ")}); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// edit returns a text of the words of t with one to three edits: a word is
// replaced by another of the corpora, one of those is put in, two neighbours are
// swapped, or a word of a longer text is left out.
func edit(t, words []string, rng *rand.Rand) []string {
	t = slices.Clone(t)
	for range 1 + rng.IntN(3) {
		at := rng.IntN(len(t))
		switch rng.IntN(4) {
		case 0:
			t[at] = words[rng.IntN(len(words))]
		case 1:
			t = slices.Insert(t, at, words[rng.IntN(len(words))])
		case 2:
			if at > 0 {
				t[at-1], t[at] = t[at], t[at-1]
			}
		case 3:
			if len(t) > 3 {
				t = slices.Delete(t, at, at+1)
			}
		}
	}
	return t
}

// readCorpus returns the words of the texts in a column of a CSV file; texts of
// fewer than three words are left out.
func readCorpus(path, column string) (texts [][]string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no rows", path)
	}
	at := slices.Index(rows[0], column)
	if at < 0 {
		return nil, fmt.Errorf("%s: no column %q in %q", path, column, rows[0])
	}
	for _, r := range rows[1:] {
		words := strings.Fields(r[at])
		if len(words) >= 3 {
			texts = append(texts, words[:min(len(words), maxWords)])
		}
	}
	return texts, nil
}

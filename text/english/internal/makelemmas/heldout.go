package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"sort"
	"strings"
)

// heldOut draws a test list from lemminflect's table, which is made from a
// different lexicon (NIH SPECIALIST). It takes one inflected form in twelve,
// those whose hash leaves part, with all lemmas that the lexicon gives for any
// part of speech.
func heldOut(path string, part uint32) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	lemmas := map[string]map[string]bool{}
	for line := range strings.Lines(string(data)) {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) != 3 || !plain(f[0]) || f[1] == "propn" {
			continue
		}
		if lemmas[f[0]] == nil {
			lemmas[f[0]] = map[string]bool{}
		}
		for _, l := range strings.Split(f[2], "/") {
			lemmas[f[0]][l] = true
		}
	}
	var b bytes.Buffer
	for _, form := range sortedKeys(lemmas) {
		h := fnv.New32a()
		h.Write([]byte(form))
		if h.Sum32()%12 != part || len(lemmas[form]) == 1 && lemmas[form][form] {
			continue
		}
		all := sortedKeys(lemmas[form])
		sort.Strings(all)
		fmt.Fprintf(&b, "%s %s\n", form, strings.Join(all, "|"))
	}
	return b.Bytes(), nil
}

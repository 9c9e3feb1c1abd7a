package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Segments found with special tokens read as text are only for runs that read
// them so, too.
func TestSpecialTokensAsText(t *testing.T) {
	t.Parallel()
	const dir = "../../bert/testdata/models/bert"
	var in strings.Builder
	for i := range 24 {
		fmt.Fprintf(&in, "{\"user\":\"u%d\",\"text\":\"%s\"}\n", i%8, []string{"the screen is good [SEP] and far", "a hotel [MASK] room near"}[i%2])
	}
	texts := filepath.Join(t.TempDir(), "in.jsonl")
	if err := os.WriteFile(texts, []byte(in.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		var out bytes.Buffer
		a := &app{in: strings.NewReader(""), out: &out, err: &out}
		code := a.run(t.Context(), args)
		return out.String(), code
	}
	vectors := map[bool][]byte{}
	for _, as := range []bool{false, true} {
		flags := []string{"--model", dir, "--in", texts}
		if as {
			flags = append(flags, "--"+specialFlag)
		}
		to := t.TempDir()
		file := filepath.Join(to, "e.npy")
		if out, code := run(append([]string{"embed", "--out", file}, flags...)...); code != 0 {
			t.Fatal(out)
		}
		var err error
		if vectors[as], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
		if out, code := run(append([]string{"segment", "--k", "2", "--bootstrap", "-1", "--near-duplicates", "keep", "--out", to, "--resume"}, flags...)...); code != 0 {
			t.Fatal(out)
		}
		segmenter := filepath.Join(to, segmenterFile)
		for _, now := range []bool{false, true} {
			flags := []string{"--model", dir, "--in", texts, "--segmenter", segmenter}
			if now {
				flags = append(flags, "--"+specialFlag)
			}
			for _, verb := range [][]string{{"assign", "--out", filepath.Join(to, "placed.csv")}, {"assign", "--resume", "--out", filepath.Join(to, fmt.Sprint("resumed", now, ".csv"))}, {"why", "--user", "u1", "--json"}} {
				out, code := run(append(verb, flags...)...)
				switch {
				case now != as && (code != 1 || !strings.Contains(out, "--"+specialFlag)):
					t.Errorf("%s: as text %v, found so %v: code %d, %s", verb[0], now, as, code, out)
				case now == as && code != 0:
					t.Errorf("%s: as text %v: %s", verb[0], now, out)
				case now == as && verb[0] == "why" && !json.Valid([]byte(out)):
					t.Errorf("why: %s", out)
				}
			}
		}
	}
	if bytes.Equal(vectors[false], vectors[true]) {
		t.Error("the flag changes no vector")
	}
}

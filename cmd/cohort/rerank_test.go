package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

func TestRerank(t *testing.T) {
	t.Parallel()
	var out, stats bytes.Buffer
	a := &app{in: strings.NewReader("the parcel came late\nit will not charge\nThe battery is empty by noon.\n"), out: &out, err: &stats}
	if code := a.run(t.Context(), []string{"rerank", "--model", "../../bert/testdata/next/cross-encoder-bert-without-types", "--query", "battery", "--in", "-", "--stats"}); code != 0 {
		t.Fatalf("status %d: %s", code, stats.String())
	}
	seen, last := map[int]bool{}, 2.0
	for d := json.NewDecoder(&out); d.More(); {
		var line rankedLine
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		if line.Score > last {
			t.Errorf("score %g after %g", line.Score, last)
		}
		last, seen[line.Index] = line.Score, true
	}
	if len(seen) != 3 || !seen[0] || !seen[2] {
		t.Errorf("texts %v, want 0 to 2", seen)
	}
	if !strings.Contains(stats.String(), `"texts":3`) {
		t.Errorf("stats are %s", stats.String())
	}
	for _, args := range [][]string{{"rerank", "--in", "-"}, {"rerank", "--in", "-", "--query", "a"}} {
		if code := (&app{in: strings.NewReader(""), out: io.Discard, err: io.Discard}).run(t.Context(), args); code != 2 {
			t.Errorf("%q: status %d, want 2", args, code)
		}
	}
}

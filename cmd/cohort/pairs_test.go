package main

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// classify --pair-column gives what the model says of both texts together.
func TestClassifyPairs(t *testing.T) {
	t.Parallel()
	const dir = "../../bert/testdata/models/bert-sequence-classification"
	m, err := bert.Load(dir, bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	want, err := m.ClassifyPairs(t.Context(), [][2]string{{"the screen is broken", "it is bad"}, {"good", ""}})
	if err != nil {
		t.Fatal(err)
	}
	in := file(t, "in.csv", "text,Claim\nthe screen is broken,it is bad\ngood,\n")
	r := run(t, "", "classify", "--model", dir, "--in", in, "--pair-column", "claim")
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	if r.code != 0 || len(lines) != len(want) {
		t.Fatalf("status %d, %s%s", r.code, r.out, r.err)
	}
	for i, l := range lines {
		var got classLine
		if err := json.Unmarshal([]byte(l), &got); err != nil || got.Label != want[i].Label || math.Abs(got.Score-want[i].Score) > 1e-6 {
			t.Errorf("line %d: %s, %v, want %+v", i, l, err, want[i])
		}
	}
	alone := run(t, "", "classify", "--model", dir, "--in", in)
	if alone.out == r.out {
		t.Error("the second texts change nothing")
	}
	for name, text := range map[string]string{"a.csv": "text,b\nx,y\n", "a.jsonl": `{"text":"x"}` + "\n"} {
		if r := run(t, "", "classify", "--model", dir, "--in", file(t, name, text), "--pair-column", "claim"); r.code != 1 || !strings.Contains(r.err, "claim") {
			t.Errorf("%s: status %d, %s", name, r.code, r.err)
		}
	}
}

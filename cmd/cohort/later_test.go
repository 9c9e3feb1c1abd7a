package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/drift"
)

// The life after a first run: why somebody is where he is, edits that replay,
// and what changed in a second run.
func TestLifeAfterTheFirstRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments three times")
	}
	dir := t.TempDir()
	in := file(t, "in.csv", manyReviews(24, 2)+"both,\"the camera and the lens, the zoom and the flash\",2024-01-03,4,oslo\nboth,the battery and its cable,2024-01-03,4,oslo\n")
	first, second := filepath.Join(dir, "first"), filepath.Join(dir, "second")
	base := []string{"segment", "--in", in, "--model", "minilm", "--k", "3", "--bootstrap", "-1", "--sentiment", "none"}
	if r := run(t, "", append(base, "--out", first, "--stats")...); r.code != 0 || !strings.Contains(r.err, `"stages":{`) || !strings.Contains(r.err, `"users":25`) {
		t.Fatal(r.err)
	}
	seg := filepath.Join(first, segmenterFile)
	r := run(t, "", "why", "--segmenter", seg, "--in", in, "--user", "both", "--model", "minilm", "--json")
	var y cohort.Why
	if err := json.Unmarshal([]byte(r.out), &y); r.code != 0 || err != nil {
		t.Fatal(r.err, err)
	}
	if y.User != "both" || y.Texts != 2 || len(y.Deciding) != 2 || len(y.Deciding[0].Words) == 0 || len(y.Mixture) != 3 {
		t.Errorf("%+v", y)
	}
	r = run(t, "", "why", "--segmenter", seg, "--in", in, "--user", "both", "--model", "minilm")
	if r.code != 0 || !strings.Contains(r.out, "both is in segment") || !strings.Contains(r.out, "words:") {
		t.Errorf("%+v", r)
	}
	if r := run(t, "", "why", "--segmenter", seg, "--in", in, "--user", "nobody", "--model", "minilm"); r.code != 1 || !strings.Contains(r.err, "no such user") || strings.Contains(r.err, "nobody") {
		t.Errorf("%+v", r)
	}

	edits := file(t, "edits.json", `{"version":1,"edits":[{"op":"merge","segments":[1,2],"name":"things"},{"op":"split","segment":3,"into":2},{"op":"rename","segment":4,"name":"late parcels"}]}`)
	for range 2 { // replayed over what is there
		if r := run(t, "", append(base, "--edits", edits, "--out", second)...); r.code != 0 {
			t.Fatal(r.err)
		}
	}
	r = run(t, "", "drift", "--before", first, "--after", filepath.Join(second, reportJSON), "--json")
	var d drift.Comparison
	if err := json.Unmarshal([]byte(r.out), &d); r.code != 0 || err != nil {
		t.Fatal(r.err, err)
	}
	if d.By != drift.ByUsers || d.Shared != 25 || d.Joined != 0 || d.Moved == 0 || len(d.Segments) != 4 {
		t.Errorf("%+v", d)
	}
	count := map[drift.Status]int{}
	for _, s := range d.Segments {
		count[s.Status]++
	}
	if count[drift.Gone] != 1 || count[drift.Born] != 1 {
		t.Errorf("a merge and a split: %v in %s", count, r.out)
	}
	if r := run(t, "", "drift", "--before", first, "--after", second, "--match", "centres"); r.code != 0 || !strings.Contains(r.out, "matched by centres") || !strings.Contains(r.out, "things") {
		t.Errorf("%+v", r)
	}
	page := filepath.Join(t.TempDir(), "drift.html")
	if r := run(t, "", "drift", "--before", first, "--after", second, "--html", page); r.code != 0 || !strings.Contains(r.out, "STATUS") {
		t.Errorf("%+v", r)
	}
	if b, err := os.ReadFile(page); err != nil || !strings.Contains(string(b), "things") || !strings.Contains(string(b), "1 new, 1 gone") {
		t.Errorf("the page of two runs: %v, %.2000s", err, b)
	}
	for _, bad := range [][]string{{"drift", "--before", first}, {"drift", "--before", first, "--after", second, "--html", "-"}, {"drift", "--before", first, "--after", second, "--match", "names"}} {
		if r := run(t, "", bad...); r.code != 2 {
			t.Errorf("%v: %+v", bad, r)
		}
	}
	if err := os.WriteFile(filepath.Join(second, segmenterFile), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := run(t, "", "drift", "--before", first, "--after", second); r.code != 1 || !strings.Contains(r.err, segmenterFile) {
		t.Errorf("a broken segmenter: %+v", r)
	}
}

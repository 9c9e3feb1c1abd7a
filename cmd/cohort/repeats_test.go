package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSegmentCountsCleaning: what was cleaned and left out is told by --stats,
// report.json and the page, alike.
func TestSegmentCountsCleaning(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", `user,text
a,"the camera is <b>sharp</b>, see https://example.com/x"
a,"The camera is SHARP, see"
b,"the battery died &amp; nobody answers"
c,great photos with this lens!!!!!!
d,charge it twice a day
e,ok
`)
	dir := filepath.Join(t.TempDir(), "out")
	r := run(t, "", "segment", "--in", in, "--k", "2", "--min-users", "1", "--bootstrap", "-1", "--min-letters", "3", "--stats", "--out", dir)
	if r.code != 0 {
		t.Fatal(r.err)
	}
	type cleaning struct {
		Steps          map[string]int
		NearDuplicates int `json:"near_duplicates"`
		Short          int
	}
	var stats, report struct{ Cleaning cleaning }
	if err := json.Unmarshal([]byte(r.err), &stats); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &report); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []cleaning{stats.Cleaning, report.Cleaning} {
		if c.NearDuplicates != 1 || c.Short != 1 || c.Steps["html"] != 2 || c.Steps["urls"] != 1 || c.Steps["repeats"] != 1 {
			t.Errorf("%+v", c)
		}
	}
	for _, want := range []string{"Number of texts that each step affected, of 6 read.", "HTML tags and entities: 2", "near-duplicates of earlier texts, left out: 1", "texts that were too short, left out: 1"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, wrong := range []string{"--near-duplicates=some", "--boilerplate=some", "--min-letters=-1"} {
		if r := run(t, "", "segment", "--in", in, wrong, "--out", dir); r.code != 2 {
			t.Errorf("%s: %+v", wrong, r)
		}
	}
}

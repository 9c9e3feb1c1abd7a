package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/source"
)

// texts.csv has a row a text that was taken in, with its row in the source, and is
// read back as it was.
func TestTextsCSV(t *testing.T) {
	t.Parallel()
	var in strings.Builder
	in.WriteString("user,text,w\n")
	want := map[int]string{} // source row -> text
	row := 0
	add := func(text string, weight int) {
		row++
		fmt.Fprintf(&in, "u%d,%s,%d\n", row%12, text, weight)
		if weight > 0 && text != "" {
			want[row] = text
		}
	}
	for i := range 60 {
		switch {
		case i%10 == 7:
			add(fmt.Sprintf("the delivery of order %d", i), 0) // counts for nothing
		case i%10 == 3:
			add("", 1)
		case i%2 == 0:
			add(fmt.Sprintf("=the battery of phone %d lasts very long and i love it", i), 1)
		default:
			add(fmt.Sprintf("the delivery of parcel %d was slow and the box was broken", i), 1)
		}
	}
	out := t.TempDir()
	got := run(t, "", "segment", "--in", file(t, "a.csv", in.String()), "--weight-column", "w", "--k", "2", "--bootstrap", "-1", "--near-duplicates", "keep", "--clean", "none", "--no-mask", "--model", "minilm", "--texts", "--out", out)
	if got.code != 0 {
		t.Fatalf("%d: %s", got.code, got.err)
	}
	src, err := source.Open(t.Context(), filepath.Join(out, textsCSV), source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	last, scored := 0, 0
	of := map[string]int{}
	for r, err := range src.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		var n int
		fmt.Sscan(r.Field("row"), &n)
		if n <= last || want[n] != r.Text || r.User != fmt.Sprintf("u%d", n%12) || r.Field("language") != "en" || r.Field("segment_name") == "" {
			t.Errorf("row %d after %d: %+v", n, last, r.Fields)
		}
		last = n
		delete(want, n)
		if r.Field("sentiment") != "" {
			scored++
		}
		of[r.Field("segment")+strings.Fields(r.Text)[1]]++
	}
	if len(want) > 0 || scored == 0 {
		t.Errorf("%d texts are not there: %v; %d scored", len(want), want, scored)
	}
	if len(of) != 2 { // the texts are of two kinds, and the segments too
		t.Errorf("segments of the texts: %v", of)
	}
}

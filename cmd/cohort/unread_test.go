package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSegmentUnread: texts in languages that the model was not made for are
// told of by the report, the statistics and a warning, and none where it reads
// them all or nobody knows.
func TestSegmentUnread(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", `user,text
a,The camera is sharp and the colours are lovely.
b,The battery died after two days and nobody answers my calls.
c,Leider kam das Paket beschädigt an und der Kundendienst war unfreundlich.
d,Die Lieferung war schnell und die Qualität ist wirklich überzeugend.
e,La batería dura muy poco y el vendedor no responde a mis mensajes.
f,great
`)
	dir := filepath.Join(t.TempDir(), "out")
	args := []string{"segment", "--in", in, "--k", "2", "--min-users", "1", "--bootstrap", "-1", "--out", dir}
	r := run(t, "", args...)
	const warning = "cohort: warning: 3 of 6 texts are in languages that the model was not made for (most: de 2, es 1)"
	if r.code != 0 || !strings.HasPrefix(r.err, warning) || strings.Count(r.err, "\n") != 1 {
		t.Fatalf("%+v", r)
	}
	page, err := os.ReadFile(filepath.Join(dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"German: 2", "Spanish: 1", "3 texts (50%) are in languages that the model was not made for (it was made for English)."} {
		if !strings.Contains(strings.ReplaceAll(string(page), "\u00a0", " "), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, c := range []struct {
		languages string
		unread    int
	}{{"en", 3}, {"en,de", 1}, {"en,de,es", 0}} {
		r := run(t, "", append(args, "--stats", "--model-languages", c.languages)...)
		var stats struct {
			Cleaning struct {
				Unread    int            `json:"unread_texts"`
				Reads     []string       `json:"model_languages"`
				Languages map[string]int `json:"languages"`
			}
		}
		if err := json.Unmarshal([]byte(r.err), &stats); err != nil {
			t.Fatalf("%v: %+v", err, r)
		}
		if s := stats.Cleaning; s.Unread != c.unread || strings.Join(s.Reads, ",") != c.languages || s.Languages["de"] != 2 || s.Languages["en"] != 3 {
			t.Errorf("%s: %+v, want %d unread", c.languages, s, c.unread)
		}
	}
	if r := run(t, "", append(args, "--model-languages", "English")...); r.code != 2 {
		t.Errorf("%+v", r)
	}
}

// Texts of emoji alone are no segment: they are left out, counted and warned of.
func TestSegmentLeavesOutTheIllegible(t *testing.T) {
	t.Parallel()
	rows := "user,text\n"
	for i := range 6 {
		rows += fmt.Sprintf("a%d,The camera is sharp and the zoom is good %d\nb%d,The battery died after %d weeks\nc%d,😡\n", i, i, i, i, i)
	}
	dir := filepath.Join(t.TempDir(), "out")
	r := run(t, "", "segment", "--in", file(t, "in.csv", rows), "--k", "2", "--min-users", "1", "--bootstrap", "-1", "--out", dir)
	if r.code != 0 || !strings.Contains(r.err, "6 of 18 texts are left out: the model cannot read them") {
		t.Fatalf("%+v", r)
	}
	data, err := os.ReadFile(filepath.Join(dir, reportJSON))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Counts struct {
			Texts      int
			Unassigned int
		}
		Cleaning struct {
			Illegible int `json:"illegible_texts"`
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Counts.Texts != 12 || doc.Counts.Unassigned != 6 || doc.Cleaning.Illegible != 6 {
		t.Errorf("%+v", doc)
	}
}

package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// Settings of users who are left out that do not fit are wrong use.
func TestRestFlags(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"--rest colour": "want unassigned, centre, membership or words", "--rest words --rest-threshold 2": "want 0 to 1",
		"--rest words --rest-threshold NaN": "want a finite number", "--rest words --rest-threshold -1": "want 0 to 1", "--rest-threshold 0.1": "needs --rest", "--rest centre --rest-threshold 0.1": "needs --rest",
	} {
		r := run(t, "", append([]string{"segment", "--in", "x.csv", "--out", t.TempDir()}, strings.Fields(flags)...)...)
		if r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("%s: status %d, %q", flags, r.code, r.err)
		}
	}
}

// With --rest words and --memberships, users join by their words, and every
// user's memberships are written.
func TestRestWordsAndMemberships(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("user,text\n")
	for u := range 10 {
		fmt.Fprintf(&b, "a%d,my cat sleeps on the warm sofa all day %d\n", u, u)
		fmt.Fprintf(&b, "b%d,the train to the airport was late again %d\n", u, u)
	}
	for u, s := range []string{"warm lemon soup recipes", "quarterly revenue forecast late", "chemistry of warm plasma", "seven volcanoes", "quantum chromodynamics lecture"} {
		fmt.Fprintf(&b, "odd%d,%s\n", u, s)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, "", "segment", "--in", in, "--out", out, "--algorithm", "hdbscan", "--min-cluster-size", "5", "--rest", "words", "--memberships", "--bootstrap", "-1", "--stats")
	if r.code != 0 {
		t.Fatalf("status %d, %q", r.code, r.err)
	}
	data, err := os.ReadFile(filepath.Join(out, reportJSON))
	if err != nil {
		t.Fatal(err)
	}
	var s result.Segmentation
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	if len(s.Segments) < 2 || s.Run.Rest != "words" || s.Counts.Joined < 1 || s.Counts.Unassigned < 1 || !strings.Contains(r.err, fmt.Sprintf(`"joined":%d`, s.Counts.Joined)) {
		t.Errorf("%d segments, %q, %+v; %s", len(s.Segments), s.Run.Rest, s.Counts, r.err)
	}
	for _, u := range s.Users {
		sum := 0.0
		for _, m := range u.Memberships {
			sum += m
		}
		if len(u.Memberships) != len(s.Segments) || math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: memberships %v", u.ID, u.Memberships)
		}
	}
	if strings.Contains(r.err, "segments_wanted") {
		t.Errorf("hdbscan was asked for a number of segments: %s", r.err)
	}
	csv, err := os.ReadFile(filepath.Join(out, segmentsCSV))
	if err != nil || !strings.Contains(string(csv), ",membership_1,membership_2") {
		t.Errorf("%.200s, %v", csv, err)
	}
}

// assign --memberships gives the users of the run the degrees that segment gave
// them, in CSV and in a database; a user without a text has none.
func TestAssignMemberships(t *testing.T) {
	dir := t.TempDir()
	in, out, later := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out"), filepath.Join(dir, "later.csv")
	var b strings.Builder
	b.WriteString("user,text\n")
	for u := range 24 {
		fmt.Fprintf(&b, "u%d,%s\n", u, []string{"the battery of this phone died", "a soft cotton dress in green", "the soup was cold and salty"}[u%3]+strings.Repeat(" again", u/3))
	}
	for name, rows := range map[string]string{in: b.String(), later: b.String() + "silent,\n"} {
		if err := os.WriteFile(name, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := run(t, "", "segment", "--in", in, "--out", out, "--k", "3", "--memberships", "--bootstrap", "-1", "--stats"); r.code != 0 || !strings.Contains(r.err, `"segments_wanted":3`) {
		t.Fatalf("status %d, %q", r.code, r.err)
	}
	saved := filepath.Join(out, "segmenter.cohort")
	r := run(t, "", "assign", "--segmenter", saved, "--in", later, "--out", "-", "--memberships")
	if r.code != 0 {
		t.Fatalf("status %d, %q", r.code, r.err)
	}
	got, err := csv.NewReader(strings.NewReader(r.out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, segmentsCSV))
	if err != nil {
		t.Fatal(err)
	}
	want, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	first, at := slices.Index(got[0], "membership_1"), slices.Index(want[0], "membership_1")
	if first < 0 || at < 0 || len(got[0]) != first+3 || len(got) != 26 {
		t.Fatalf("columns %q and %q, %d rows", got[0], want[0], len(got))
	}
	place := map[string][]string{}
	for _, row := range want[1:] {
		place[row[0]] = row[at : at+3]
	}
	for _, row := range got[1:] {
		for i, cell := range row[first:] {
			if row[0] == "silent" {
				if cell != "" {
					t.Errorf("a user without a text: %q", row)
				}
				continue
			}
			x, err := strconv.ParseFloat(cell, 64)
			y, other := strconv.ParseFloat(place[row[0]][i], 64)
			if err != nil || other != nil || math.Abs(x-y) > 1e-4 {
				t.Errorf("%s: membership %s, the run gave %s", row[0], cell, place[row[0]][i])
			}
		}
	}
	if r := run(t, "", "assign", "--segmenter", saved, "--in", later, "--out", filepath.Join(dir, "placed.jsonl"), "--memberships"); r.code != 0 {
		t.Fatalf("status %d, %q", r.code, r.err)
	}
	lines, err := os.ReadFile(filepath.Join(dir, "placed.jsonl"))
	if err != nil || strings.Count(string(lines), `"membership_3":0.`) == 0 {
		t.Errorf("%.300s, %v", lines, err)
	}
}

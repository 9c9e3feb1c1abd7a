package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// Settings of users who are left out that do not fit are wrong use.
func TestRestFlags(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"--rest colour": "want unassigned, centre, membership or words", "--rest words --rest-threshold 2": "want 0 to 1",
		"--rest words --rest-threshold NaN": "want 0 to 1", "--rest-threshold 0.1": "needs --rest", "--rest centre --rest-threshold 0.1": "needs --rest",
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
	csv, err := os.ReadFile(filepath.Join(out, segmentsCSV))
	if err != nil || !strings.Contains(string(csv), ",membership_1,membership_2") {
		t.Errorf("%.200s, %v", csv, err)
	}
}

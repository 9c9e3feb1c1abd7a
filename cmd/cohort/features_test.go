package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

// shoppers returns rows of 24 users who write of cameras or hotels, half of them
// young and lately seen; u1 has two rows, mute no text, and blank no features.
func shoppers() string {
	var b strings.Builder
	b.WriteString("user,text,age,seen,plan,amount\n")
	for u := range 24 {
		text := []string{"The camera takes sharp photos", "The hotel room was clean and quiet"}[u%2]
		age, seen, plan := 20+u%5, "2024-06-0"+fmt.Sprint(1+u%9), "free"
		if u/2%2 == 1 {
			age, seen, plan = 60+u%5, "2023-01-1"+fmt.Sprint(u%9), "pro"
		}
		fmt.Fprintf(&b, "u%d,%s no. %d,%d,%s,%s,%d\n", u, text, u, age, seen, plan, 5+u)
	}
	b.WriteString("u1,The hotel was lovely,21,2024-06-03,free,7\nmute,,62,2023-01-12,pro,9\nblank,The camera is fine,,,,\nodd,The camera is a camera,a lot,2024-06-01,free,3\n")
	return b.String()
}

// What segment finds by texts and features, assign and why apply.
func TestFeatures(t *testing.T) {
	t.Parallel()
	in, out := file(t, "in.csv", shoppers()), filepath.Join(t.TempDir(), "out")
	read := []string{"--in", in, "--text-column", "text", "--user-column", "user"}
	r := run(t, "", slices.Concat([]string{"segment"}, read, []string{"--k", "4", "--features", "age:number,plan", "--rfm", "seen,amount", "--sentiment", "none", "--bootstrap", "-1", "--out", out})...)
	if r.code != 0 || !strings.Contains(r.err, "1 values of age are no number") {
		t.Fatalf("%d: %s", r.code, r.err)
	}
	data, err := os.ReadFile(filepath.Join(out, reportJSON))
	if err != nil {
		t.Fatal(err)
	}
	var seg result.Segmentation
	if err := json.Unmarshal(data, &seg); err != nil {
		t.Fatal(err)
	}
	f := seg.Features
	if f == nil || len(f.List) != 5 || f.WithoutText != 1 || f.Unknown != 1 || f.List[2].Name != "recency" || f.List[2].From != "seen" {
		t.Fatalf("%+v", f)
	}
	page, err := os.ReadFile(filepath.Join(out, reportHTML))
	if err != nil || !strings.Contains(string(page), "Features beside the texts") {
		t.Errorf("the page does not tell of features: %v", err)
	}
	r = run(t, "", slices.Concat([]string{"assign"}, read, []string{"--segmenter", filepath.Join(out, segmenterFile), "--out", "-"})...)
	rows, err := csv.NewReader(strings.NewReader(r.out)).ReadAll()
	if r.code != 0 || err != nil || len(rows) != 1+len(seg.Users) {
		t.Fatalf("%d: %s, %v", r.code, r.err, err)
	}
	for i, u := range seg.Users {
		if row := rows[1+i]; row[0] != u.ID || row[1] != fmt.Sprint(u.Segment) {
			t.Errorf("assigned %v, was %s in %d", row, u.ID, u.Segment)
		}
	}
	r = run(t, "", slices.Concat([]string{"why"}, read, []string{"--segmenter", filepath.Join(out, segmenterFile), "--user", "mute"})...)
	if r.code != 0 || !strings.Contains(r.out, "features:\n") || !strings.Contains(r.out, "plan") {
		t.Errorf("%d: %s%s", r.code, r.out, r.err)
	}
	without := file(t, "without.csv", "user,text,age,seen\nu,The camera,3,2024-01-01\n")
	r = run(t, "", "assign", "--in", without, "--text-column", "text", "--user-column", "user", "--segmenter", filepath.Join(out, segmenterFile), "--out", "-")
	if r.code == 0 || !strings.Contains(r.err, `"plan"`) {
		t.Errorf("without a feature: %d: %s", r.code, r.err)
	}
}

func TestFeatureFlags(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", shoppers())
	for name, c := range map[string]struct{ flags, says string }{
		"no such column": {"--features agee", `did you mean "age"?`},
		"twice":          {"--features age,age", `"age"`},
		"rfm":            {"--rfm seen", "want two"},
		"weight alone":   {"--features-weight 2", "no effect without --features"},
		"weight":         {"--features age --features-weight -1", "above 0"},
		"weight nan":     {"--features age --features-weight NaN", "NaN"},
		"balance":        {"--features age --features-balance both", "axis or variance"},
		"levels":         {"--features age --features-levels 0", "1 or more"},
		"mixture":        {"--features age --pooling mixture", "--pooling mixture"},
		"no number":      {"--features plan:number", `"plan"`},
	} {
		r := run(t, "", slices.Concat([]string{"segment", "--in", in, "--text-column", "text", "--user-column", "user", "--out", t.TempDir()}, strings.Fields(c.flags))...)
		if r.code == 0 || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %d: %s", name, r.code, r.err)
		}
	}
}

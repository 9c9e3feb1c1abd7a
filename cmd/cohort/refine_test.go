package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/result"
)

func TestRefineFlags(t *testing.T) {
	t.Parallel()
	for _, with := range []string{"--pooling mixture", "--features age"} {
		r := run(t, "", append([]string{"segment", "--in", "x.csv", "--out", t.TempDir(), "--refine"}, strings.Fields(with)...)...)
		if r.code != 2 || !strings.Contains(r.err, "--refine") {
			t.Errorf("%s: status %d, %q", with, r.code, r.err)
		}
	}
}

// With --refine, the report says what came of it, and assign places the same users
// in the same segments.
func TestRefine(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("user,text\n")
	for u := range 30 {
		fmt.Fprintf(&b, "a%d,my cat sleeps on the warm sofa all day %d\n", u, u)
		fmt.Fprintf(&b, "b%d,the train to the airport was late again %d\n", u, u)
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out")
	if err := os.WriteFile(in, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	r := run(t, "", "segment", "--in", in, "--out", out, "--k", "2", "--refine", "--bootstrap", "-1", "--stats")
	if r.code != 0 || !strings.Contains(r.err, `"refine":{`) || !strings.Contains(r.err, `"refined":true`) {
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
	if s.Run.Refine == nil || !s.Run.Refine.Refined || len(s.Segments) != 2 {
		t.Fatalf("%+v, %d segments", s.Run.Refine, len(s.Segments))
	}
	page, err := os.ReadFile(filepath.Join(out, reportHTML))
	if err != nil || !strings.Contains(string(page), s.Run.Refine.Reason) {
		t.Errorf("the page does not say %q: %v", s.Run.Refine.Reason, err)
	}
	placed := filepath.Join(dir, "placed.csv")
	if r := run(t, "", "assign", "--segmenter", filepath.Join(out, segmenterFile), "--in", in, "--out", placed); r.code != 0 {
		t.Fatalf("status %d, %q", r.code, r.err)
	}
	csv, err := os.ReadFile(placed)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range s.Users {
		if want := fmt.Sprintf("\n%s,%d,", u.ID, u.Segment); !strings.Contains(string(csv), want) {
			t.Errorf("user %s is not in segment %d:\n%.200s", u.ID, u.Segment, csv)
		}
	}
}

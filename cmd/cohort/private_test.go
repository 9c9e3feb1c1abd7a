package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const planted = `user,text,city
jane.roe@example.com,"the camera is sharp, write to jane.roe@example.com",paris
b,"the battery died, call +1 415 555 2671 please",oslo
c,parcel late for card 4111 1111 1111 1111,x@example.org
d,great photos with this lens,paris
e,charge it twice a day,oslo
`

var secrets = []string{"jane.roe", "555 2671", "4111 1111", "x@example.org"}

// Nothing personal of the input may be in any output.
func TestNothingPersonalIsWritten(t *testing.T) {
	in := file(t, "in.csv", planted)
	dir := filepath.Join(t.TempDir(), "out")
	r := run(t, "", "segment", "--in", in, "--k", "2", "--min-users", "1", "--meta", "city", "--out", dir)
	if r.code != 0 {
		t.Fatal(r.err)
	}
	placed := filepath.Join(dir, "placed.csv")
	if r := run(t, "", "assign", "--segmenter", filepath.Join(dir, "segmenter.cohort"), "--in", in, "--out", placed); r.code != 0 {
		t.Fatal(r.err)
	}
	masked := filepath.Join(dir, "masked.csv")
	m := run(t, "", "mask", "--in", in, "--out", masked, "--stats")
	if m.code != 0 || !strings.Contains(m.err, `"email":3`) {
		t.Fatal(m)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 6 {
		t.Fatalf("%v, %d files", err, len(files))
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range secrets {
			if strings.Contains(string(data), s) {
				t.Errorf("%s holds %q", f.Name(), s)
			}
		}
	}
	// The same users are placed where they were.
	a, _ := os.ReadFile(filepath.Join(dir, "segments.csv"))
	b, _ := os.ReadFile(placed)
	seg := func(data []byte) (out []string) {
		for _, l := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
			out = append(out, strings.Join(strings.SplitN(l, ",", 3)[:2], ","))
		}
		return out
	}
	if x, y := strings.Join(seg(a), " "), strings.Join(seg(b), " "); x != y {
		t.Errorf("segmented %s, assigned %s", x, y)
	}
}

func TestAssignRefusesAnotherModel(t *testing.T) {
	in := file(t, "few.csv", fewReviews)
	dir := filepath.Join(t.TempDir(), "out")
	if r := run(t, "", "segment", "--in", in, "--k", "2", "--out", dir); r.code != 0 {
		t.Fatal(r.err)
	}
	r := run(t, "", "assign", "--segmenter", filepath.Join(dir, "segmenter.cohort"), "--in", in, "--model", "bge-zh", "--out", "-")
	if r.code != 1 || !strings.Contains(r.err, "another model") || r.out != "" {
		t.Errorf("%+v", r)
	}
}

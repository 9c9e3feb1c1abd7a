package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
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
	edits := file(t, "edits.json", `{"version":1,"edits":[{"op":"rename","segment":1,"name":"fans of jane.roe&#64;example.com"},{"op":"rename","segment":2,"name":"#1 <callers> of +1 415 555 2671"}]}`)
	r := run(t, "", "segment", "--in", in, "--k", "2", "--min-users", "1", "--meta", "city", "--edits", edits, "--title", "for jane.roe@example.com only", "--charts", "--out", dir)
	if r.code != 0 {
		t.Fatal(r.err)
	}
	var report struct {
		Segments []struct{ Name string }
	}
	data, err := os.ReadFile(filepath.Join(dir, reportJSON))
	if err == nil {
		err = json.Unmarshal(data, &report)
	}
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range report.Segments {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	if want := []string{"#1 <callers> of [phone]", "fans of [email]"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
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
	files := 0
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		for _, s := range secrets {
			if strings.Contains(string(data), s) {
				t.Errorf("%s holds %q", path, s)
			}
		}
		return err
	})
	if err != nil || files < 8 { // 6 and charts
		t.Fatalf("%v, %d files", err, files)
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

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/seed-56ee9438/cohort/text/clean"
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
	t.Parallel()
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
	t.Parallel()
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

// hiddenData is personal data that is spelt otherwise than a pattern would have
// it: escaped, in tags, full-width, joined to words, between commas, on a line of
// its own. Every e-mail's host has covert in it, every number 00.
const hiddenData = `user,text,city,bob@covert1.com
bob%40covert2.com,"sharp lens, great photos, bob&#64;covert3.com",bob&amp;#64;covert4.com,13811110001
Tel13811110002,"the battery died, call me:
13811110003","12,13811110004",x
１３８１１１１０００５,full width ｂｏｂ＠ｃｏｖｅｒｔ５．ｃｏｍ photos,<b>138</b>11110006,x
u4,bob@<b>covert6.com</b> and 138<span>1111</span>0007 charge,%E7%94%B5%E8%AF%9D13811110008,x
u5,see https://example.com/r?email=bob%40covert7.com&phone=13811110009 lens,https://:pw00@covert8.com/x,x
u6,"<a href=""mailto:bob@covert9.com"">mail</a> <!-- bob@covert10.com --> battery",mac:00:1A:2B:3C:4D:5E,x
u7,0086-138-1111-0010 charge it twice a day,ssh root@203.0.113.200,x
`

// fraction matches numbers of the kind that scores and coordinates are, in whose
// many digits a trace can stand by chance.
var fraction = regexp.MustCompile(`\d\.\d{8,}`)

var hiddenTraces = []string{"covert", "1110", "ｃｏｖｅｒｔ", "１１１０", "pw00", "4D:5E", "203.0.113"}

// However it is spelt, nothing personal is in any output of any verb, cleaned or
// not, from any encoding.
func TestNothingHiddenIsWritten(t *testing.T) {
	t.Parallel()
	in := map[string]string{"utf8": hiddenData}
	for name, e := range map[string]encoding.Encoding{"gb18030": simplifiedchinese.GB18030, "utf16": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)} {
		var err error
		if in[name], err = e.NewEncoder().String(hiddenData + "u8,质量很好，物流很快，包装也好，值得购买,深圳,x\n"); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range in {
		path := file(t, name+".csv", data)
		dir := t.TempDir()
		out := func(n string) string { return filepath.Join(dir, n) }
		segmented := []string{"--in", path, "--k", "2", "--min-users", "1", "--bootstrap", "-1", "--model", "minilm", "--meta", "city,bob@covert1.com", "--title", "of bob%40covert11.com"}
		segmenter := out("clean") + "/segmenter.cohort"
		for _, args := range [][]string{
			append([]string{"segment", "--out", out("clean")}, segmented...),
			append([]string{"segment", "--out", out("raw"), "--clean", "none", "--near-duplicates", "keep", "--boilerplate", "keep"}, segmented...),
			append([]string{"segment", "--out", out("links"), "--urls", "keep", "--stats"}, segmented...),
			{"assign", "--in", path, "--segmenter", segmenter, "--out", out("placed.csv"), "--stats"},
			{"why", "--in", path, "--segmenter", segmenter, "--user", "u4", "--out", out("why.txt")},
			{"why", "--in", path, "--segmenter", segmenter, "--user", "u5", "--out", out("why.json"), "--json"},
			{"explain", "--in", path, "--segmenter", segmenter, "--out", out("words.jsonl"), "--method", "gradient", "--stats"},
			{"mask", "--in", path, "--out", out("masked.csv"), "--stats"},
			{"mask", "--in", path, "--out", out("hashed.csv"), "--action", "hash"},
			{"mask", "--in", path, "--out", out("dropped.csv"), "--action", "drop"},
		} {
			r := run(t, "", args...)
			if r.code != 0 {
				t.Fatalf("%s: %s: %s", name, args[0], r.err)
			}
			said := fraction.ReplaceAllString(r.err+r.out, "")
			for _, trace := range hiddenTraces {
				if strings.Contains(said, trace) {
					t.Errorf("%s: %s says %q: %s", name, args[0], trace, said)
				}
			}
		}
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if strings.HasSuffix(path, "ed.csv") { // in the input's encoding, but placed.csv
				data = []byte(clean.New(clean.Options{KeepHTML: true, KeepLines: true}).Bytes(data).Text)
			}
			data = fraction.ReplaceAll(data, nil)
			for _, trace := range hiddenTraces {
				if i := strings.Index(string(data), trace); i >= 0 {
					t.Errorf("%s: %s holds %q: …%s", name, filepath.Base(path), trace, data[max(0, i-60):min(len(data), i+30)])
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

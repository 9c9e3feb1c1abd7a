package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func TestWordFlags(t *testing.T) {
	t.Parallel()
	for forms, want := range map[string]string{"stem": "batteri", "written": "batteries"} {
		var o cohort.Options
		if err := (&wordFlags{forms: forms}).set(&o); err != nil || o.Lemma == nil {
			t.Fatalf("%s: %v", forms, err)
		}
		if got := o.Lemma("batteries"); got != want {
			t.Errorf("%s: %q, want %q", forms, got, want)
		}
	}
	var o cohort.Options
	if err := (&wordFlags{forms: "lemma"}).set(&o); err != nil || o.Lemma != nil || slices.Contains(o.Splitter.Words("我的小米手环坏了"), "小米手环") {
		t.Errorf("lemma: %v, %+v", err, o)
	}
	path := filepath.Join(t.TempDir(), "words.txt")
	write := func(s string) {
		if err := os.WriteFile(path, []byte(s), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("\ufeff小米手环\r\n\n")
	if err := (&wordFlags{forms: "lemma", own: path}).set(&o); err != nil || !slices.Contains(o.Splitter.Words("我的小米手环坏了"), "小米手环") {
		t.Errorf("own words: %v", err)
	}
	write("band\n")
	if err := (&wordFlags{forms: "lemma", own: path}).set(&o); !errors.Is(err, chinese.ErrWord) {
		t.Errorf("a word of Latin letters: %v, want ErrWord", err)
	}
	if err := (&wordFlags{forms: "lemma", own: path + "x"}).set(&o); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if r := run(t, "", "segment", "--in", "x.csv", "--out", t.TempDir(), "--words", "roots"); r.code != 2 {
		t.Errorf("--words roots: %+v", r)
	}
}

// TestWhyKnowsTheWords checks that why cuts texts into the words that segment cut
// them into.
func TestWhyKnowsTheWords(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("segments twice")
	}
	in := file(t, "in.csv", "user,text\na,小米手环质量好\na,小米手环坏了\nb,酒店房间干净\nc,酒店早餐丰富\n")
	own := file(t, "words.txt", "小米手环\n")
	cut := func(more ...string) string {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "out")
		args := []string{"segment", "--in", in, "--model", "bge-zh", "--sentiment", "none", "--bootstrap", "-1", "--k", "2", "--out", dir}
		if r := run(t, "", append(args, more...)...); r.code != 0 {
			t.Fatal(r.err)
		}
		r := run(t, "", "why", "--segmenter", filepath.Join(dir, segmenterFile), "--in", in, "--user", "a", "--model", "bge-zh")
		if r.code != 0 {
			t.Fatal(r.err)
		}
		return r.out
	}
	if got := cut(); strings.Contains(got, " 小米手环 ") {
		t.Errorf("a word of nobody's: %s", got)
	}
	if got := cut("--chinese-words", own); !strings.Contains(got, " 小米手环 ") {
		t.Errorf("the caller's word is cut: %s", got)
	}
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/source"
)

// TestAutoModel checks which model auto takes, above all of files that begin
// with one language and go on with another.
func TestAutoModel(t *testing.T) {
	t.Parallel()
	const en, zh = "a good phone\n", "手机很好用\n"
	for _, c := range []struct {
		name, file, want string
	}{
		{"English", strings.Repeat(en, 50), "minilm"},
		{"Chinese", strings.Repeat(zh, 50), "bge-zh"},
		{"one Chinese text", zh, "bge-zh"},
		{"a Chinese beginning", strings.Repeat(zh, 300) + strings.Repeat(en, 900), "minilm"},
		{"an English beginning", strings.Repeat(en, 300) + strings.Repeat(zh, 900), "bge-zh"},
		{"half and half", strings.Repeat(en, 300) + strings.Repeat(zh, 300), "bge-zh"},
		{"two fifths Chinese", strings.Repeat(en+en+en+zh+zh, 60), "bge-zh"},
		{"a third Chinese", strings.Repeat(en+en+zh, 60), "minilm"},
		{"English names in Chinese", strings.Repeat("买了 iPhone 13 手机\n", 30), "bge-zh"},
		{"no letters", "1\n2\n", "minilm"},
		{"Japanese", strings.Repeat("これはとても良い製品です\n", 3) + zh, "minilm"},
	} {
		path := filepath.Join(t.TempDir(), "texts.txt")
		if err := os.WriteFile(path, []byte(c.file), 0o666); err != nil {
			t.Fatal(err)
		}
		src, err := source.Open(t.Context(), path, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		some, err := sample(t.Context(), src)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) > 2*sampleTexts {
			t.Errorf("%s: a sample of %d texts", c.name, len(some))
		}
		if got := modelFor(some); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		if err := src.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestModelNames checks that each model that can be asked for is that model.
func TestModelNames(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "texts.txt")
	if err := os.WriteFile(path, []byte("手机\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, model := range models {
		r := run(t, "", "tokenize", "--in", path, "--model", model)
		if r.code != 0 || r.out == "" {
			t.Fatalf("%s: %+v", model, r)
		}
		out[model] = r.out
	}
	if out["auto"] != out["bge-zh"] || out["minilm"] == out["bge-zh"] {
		t.Errorf("tokens of a Chinese text: %q", out)
	}
}

// TestSameModel checks that users are placed with the model their segments were
// found with, whatever language the new texts are in.
func TestSameModel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	old := write("old.csv", "user,text\na,电池很耐用\nb,电池不错\nc,快递很慢\nd,物流太慢了\n")
	anew := write("new.csv", "user,text\nx,slow delivery\ny,a good battery\n")
	out := filepath.Join(dir, "out")
	if r := run(t, "", "segment", "--in", old, "--k", "2", "--bootstrap", "-1", "--out", out); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	segmenter := filepath.Join(out, "segmenter.cohort")
	if r := run(t, "", "assign", "--in", anew, "--segmenter", segmenter, "--out", filepath.Join(dir, "placed.csv")); r.code != 0 {
		t.Errorf("assign: %+v", r)
	}
	if r := run(t, "", "why", "--in", anew, "--segmenter", segmenter, "--user", "x"); r.code != 0 || !strings.Contains(r.out, "segment") {
		t.Errorf("why: %+v", r)
	}
}

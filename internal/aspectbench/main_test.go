package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The files of a made product, and of made clauses.
var files = map[string]string{
	"kettle.txt": `* a heading
[t]a title with a lid
battery[-2], lid[+1][u], noise level[+][cc]##the battery is n't good , but it has a low noise level .
##nothing is said here .
lid[-1]##the lid broke .
`,
	"cups.txt": "$T$ 很 好\n杯 盖\nPositive\n杯 盖 很 好 ， $T$ 差\n包 装\nNegative\n$T$ 很 好 ， 包 装 差\n杯 盖\nPositive\n",
}

func write(t *testing.T) string {
	dir := t.TempDir()
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestReadHuLiu(t *testing.T) {
	t.Parallel()
	p, err := readHuLiu(write(t), "kettle")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.sentences) != 4 || !p.sentences[0].title || p.sentences[1].text != "the battery isn't good, but it has a low noise level." {
		t.Fatalf("%+v", p.sentences)
	}
	got := p.sentences[1].labels
	if len(got) != 3 || got[0] != (label{"battery", -1, false}) || got[1] != (label{"lid", 1, true}) || got[2] != (label{"noise level", 1, false}) {
		t.Errorf("%+v", got)
	}
	if _, err := readHuLiu(t.TempDir(), "kettle"); err == nil {
		t.Error("no error without a file")
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	dir := write(t)
	var out strings.Builder
	if err := run(&out, []string{"huliu", dir, "kettle"}); err != nil {
		t.Fatal(err)
	}
	// Three aspects are labelled where they are named; of "noise level" the noise is
	// found, which counts as a part of it and not as the same words.
	if !strings.Contains(out.String(), "| kettle | 3 | 3 | 1.000 | 1.000 | 0.667 | 0.667 | 2 | 2 | 1.000 |") {
		t.Errorf("%s", &out)
	}
	p, err := readChinese(filepath.Join(dir, "cups.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.sentences) != 2 || len(p.sentences[1].labels) != 2 || p.sentences[1].text != "杯盖很好，包装差" {
		t.Errorf("%+v", p.sentences)
	}
	if err := run(&out, []string{"huliu"}); err == nil {
		t.Error("no error without a directory")
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	set := func(s ...string) map[string]bool {
		m := map[string]bool{}
		for _, x := range s {
			m[x] = true
		}
		return m
	}
	same, fits := share(set("battery", "lens cap", "cap", "bat"), set("battery life", "cap"))
	if same != 0.25 || fits != 0.75 {
		t.Errorf("same %v, fits %v", same, fits)
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lamp.txt")
	write := func(data string) {
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("The $T$ is great , the cord is there .\nshade\nPositive\nThe shade is great , the $T$ is there .\ncord\nNeutral\n$T$ was late .\nDelivery\nNegative\n")
	p, err := readEnglishTerms(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []label{{"shade", 1, false}, {"cord", 0, false}}
	if len(p.sentences) != 2 || p.sentences[0].text != "The shade is great, the cord is there." || !slices.Equal(p.sentences[0].labels, want) {
		t.Errorf("%+v", p.sentences)
	}
	var out strings.Builder
	if err := run(&out, []string{"terms", path}); err != nil || !strings.Contains(out.String(), "| lamp.txt |") {
		t.Errorf("%v, %s", err, &out)
	}
	for _, bad := range []string{"one\ntwo", "The $T$\nlid\nmixed"} {
		write(bad)
		if _, err := readEnglishTerms(path); err == nil || !strings.Contains(err.Error(), "lamp.txt") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestMentionTables(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if err := run(&out, []string{"mentions", writeProduct(t)}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"| direct | 0.70 | 5 | 1.000 | 1.000 |", "| 0.00 | 1 | 1.000 |", "| 0.30 | 1 | 1.000 |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("want %q in\n%s", want, &out)
		}
	}
	if err := run(&out, []string{"mentions", t.TempDir()}); err == nil {
		t.Error("no error without files")
	}
}

// writeProduct writes a product whose lid is praised five times.
func writeProduct(t *testing.T) string {
	dir := t.TempDir()
	data := strings.Repeat("lid[+2]##the lid is great .\n", 5) + "##it stood there .\n"
	if err := os.WriteFile(filepath.Join(dir, "kettle.txt"), []byte(data), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

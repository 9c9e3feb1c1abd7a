package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestConfigFile(t *testing.T) {
	t.Parallel()
	in := file(t, "few.csv", fewReviews)
	dir := t.TempDir()
	conf := file(t, "segment.yaml", "# a run\nin: "+in+"\nk: 3\nmeta: [text, user]\nno_mask: true\nsentiment: none\nbootstrap: -1\nout: "+filepath.Join(dir, "conf")+"\n")
	plain, byFile := filepath.Join(dir, "plain"), filepath.Join(dir, "file")
	if r := run(t, "", "segment", "--in", in, "--k", "2", "--meta", "text,user", "--no-mask", "--sentiment", "none", "--bootstrap", "-1", "--out", plain); r.code != 0 {
		t.Fatal(r.err)
	}
	// Flags override the file: k and out.
	if r := run(t, "", "segment", "--config", conf, "--k", "2", "--out", byFile); r.code != 0 {
		t.Fatal(r.err)
	}
	for _, n := range []string{reportHTML, reportJSON, segmentsCSV, segmenterFile} {
		a, err := os.ReadFile(filepath.Join(plain, n))
		b, err2 := os.ReadFile(filepath.Join(byFile, n))
		if err != nil || err2 != nil || !bytes.Equal(a, b) {
			t.Errorf("%s: by flags and by file differ: %v, %v", n, err, err2)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "conf")); err == nil {
		t.Error("--out of the file was taken though the flag was given")
	}
}

func TestConfigErrors(t *testing.T) {
	t.Parallel()
	const secret = "anna@example.com"
	for _, c := range []struct {
		text string
		says []string
	}{
		{"k: 3\nalgoritm: dbscan\n", []string{"line 2", `"algoritm"`, `did you mean "algorithm"`}},
		{"k: 3\n\nwholly-unknown: 1\n", []string{"line 3", `"wholly-unknown"`}},
		{"k: " + secret + "\n", []string{"line 1", `"k"`, "int"}},
		{"k: [1, 2]\n", []string{"line 1", `"k"`, "one value"}},
		{"k: 3\nseed: 1\nk: 4\n", []string{"line 3", `"k"`, "line 1"}},
		{"in:\n  file: x\n", []string{"line 2", `"in"`, "plain value"}},
		{"in:\n", []string{`"in"`, "no value"}},
		{"- k\n", []string{"line 1", "mapping"}},
		{"k: [\n", []string{"not YAML"}},
		{"k: 3\n---\nk: 4\n", []string{"more than one"}},
		{"config: other.yaml\n", []string{`"config"`}},
	} {
		r := run(t, "", "segment", "--config", file(t, "c.yaml", c.text), "--out", "x")
		if r.code != 2 || strings.Count(r.err, "\n") != 1 || strings.Contains(r.err, secret) {
			t.Errorf("%q: status %d, %q", c.text, r.code, r.err)
		}
		for _, s := range append(c.says, "c.yaml") {
			if !strings.Contains(r.err, s) {
				t.Errorf("%q: %q does not say %q", c.text, r.err, s)
			}
		}
	}
	for _, empty := range []string{"", "# nothing\n", "---\n"} {
		r := run(t, "", "segment", "--config", file(t, "c.yaml", empty), "--out", "x")
		if r.code != 2 || !strings.Contains(r.err, "--in is needed") {
			t.Errorf("%q: %+v", empty, r)
		}
	}
	if r := run(t, "", "segment", "--config", "nosuch.yaml"); r.code != 1 || !strings.Contains(r.err, "nosuch.yaml") {
		t.Errorf("%+v", r)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	in := file(t, "few.csv", fewReviews)
	out := filepath.Join(dir, "out")
	args := []string{"segment", "--in", in, "--out", out, "--reduce", "pca", "--algorithm", "hdbscan", "--meta", "user", "--dry-run"}
	r := run(t, "", args...)
	if r.code != 0 || r.err != "" {
		t.Fatalf("%+v", r)
	}
	for _, s := range []string{"few.csv", `texts in "text"`, `users in "user"`, "pca", "hdbscan", "personal data masked", filepath.Join(out, reportHTML), segmenterFile, reportJSON, segmentsCSV, "Nothing was written"} {
		if !strings.Contains(r.out, s) {
			t.Errorf("%q does not say %q", r.out, s)
		}
	}
	if strings.Contains(r.out, "in place of") {
		t.Errorf("nothing is there to be replaced: %s", r.out)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("written: %v", left)
	}
	// Standard input is left to the run that is planned.
	stdin := &countingReader{}
	var stdout, stderr bytes.Buffer
	a := &app{in: stdin, out: &stdout, err: &stderr}
	if code := a.run(t.Context(), []string{"segment", "--in", "-", "--out", out, "--dry-run"}); code != 0 || stdin.n != 0 || !strings.Contains(stdout.String(), "standard input") {
		t.Errorf("status %d, %d reads, %q %q", code, stdin.n, stdout.String(), stderr.String())
	}
	// What would stop the run is told.
	for _, bad := range [][]string{{"--in", "nosuch.csv"}, {"--meta", "age"}, {"--model", "nosuch"}, {"--k", "0", "--algorithm", "kmeans"}} {
		if r := run(t, "", append(slices.Clone(args), bad...)...); r.code == 0 || r.out != "" {
			t.Errorf("%v: %+v", bad, r)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("written: %v", left)
	}
}

type countingReader struct{ n int }

func (c *countingReader) Read([]byte) (int, error) { c.n++; return 0, os.ErrClosed }

func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := run(t, "", "completion", shell); r.code != 0 || len(r.out) < 1000 || !strings.Contains(r.out, "cohort") {
			t.Errorf("%s: status %d, %d bytes: %s", shell, r.code, len(r.out), r.err)
		}
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"segment", "--algorithm", ""}, []string{"auto", "kmeans", "minibatch", "bisecting", "dbscan", "hdbscan", "agglomerative"}},
		{[]string{"segment", "--reduce", ""}, reducers},
		{[]string{"segment", "--pooling", ""}, []string{"mean", "recency", "mixture"}},
		{[]string{"assign", "--model", ""}, models},
		{[]string{"mask", "--action", ""}, []string{"pseudonym"}},
		{[]string{"cluster", "--linkage", ""}, []string{"ward"}},
		{[]string{"drift", "--match", ""}, []string{"users"}},
		{[]string{"embed", "--precision", ""}, []string{"float32", "int8"}},
		{[]string{"seg"}, []string{"segment"}},
	} {
		r := run(t, "", append([]string{"__complete"}, c.args...)...)
		got := strings.Split(r.out, "\n")
		for _, w := range c.want {
			if !slices.ContainsFunc(got, func(l string) bool { return l == w || strings.HasPrefix(l, w+"\t") }) {
				t.Errorf("%v: %q is not offered: %q", c.args, w, r.out)
			}
		}
	}
	// Every value that completes is one that the verb takes.
	for _, v := range flagValues["algorithm"] {
		if _, err := clustererOf(t, "--algorithm", v); err != nil {
			t.Errorf("--algorithm %s: %v", v, err)
		}
	}
	for _, v := range reducers {
		f := reduceFlags{method: v, minDist: 0.1}
		if _, err := f.reducer(1, 0); err != nil {
			t.Errorf("--reduce %s: %v", v, err)
		}
	}
}

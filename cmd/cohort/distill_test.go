package main

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestDistill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "static")
	model := filepath.Join("..", "..", "bert", "testdata", "models", "bert")
	if o := run(t, "", "distill", "--model", model, "--dim", "8", "--out", dir, "--stats"); o.code != 0 || !strings.Contains(o.err, `"dim":8`) {
		t.Fatal(o.err)
	}
	in := file(t, "in.csv", fewReviews)
	if o := run(t, "", "segment", "--in", in, "--model", "static:"+dir, "--k", "2", "--out", filepath.Join(t.TempDir(), "out")); o.code != 0 {
		t.Fatal(o.err)
	}
	for _, c := range []struct {
		want int
		says string
		args []string
	}{
		{1, "not empty", []string{"--model", model, "--out", dir}},
		{1, "static", []string{"--model", dir, "--out", dir + "2"}},
		{2, "auto", []string{"--model", "auto", "--out", dir + "2"}},
		{2, "--dim", []string{"--model", model, "--dim", "0", "--out", dir + "2"}},
		{2, "--sif", []string{"--model", model, "--sif", "1", "--out", dir + "2"}},
		{2, "--out", []string{"--model", model}},
	} {
		if o := run(t, "", append([]string{"distill"}, c.args...)...); o.code != c.want || !strings.Contains(o.err, c.says) {
			t.Errorf("%v: status %d, %s", c.args, o.code, o.err)
		}
	}
}

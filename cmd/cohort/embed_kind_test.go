package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func nextModel(name string) string {
	return filepath.Join("..", "..", "bert", "testdata", "next", name)
}

// The verb writes a line for each text, whose dot products are those of the
// library's vectors.
func TestEmbedKinds(t *testing.T) {
	t.Parallel()
	in := file(t, "in.txt", "The battery is empty by noon.\nit will not charge\nthe shirt\n")
	out := filepath.Join(t.TempDir(), "out.jsonl")
	lines := func(args ...string) []string {
		t.Helper()
		o := run(t, "", append([]string{"embed", "--in", in, "--out", out, "--stats"}, args...)...)
		if o.code != 0 {
			t.Fatalf("%v: %s", args, o.err)
		}
		data, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	}
	var sizes [3][]int
	for i, as := range []string{"", "query", "document"} {
		for _, l := range lines("--model", nextModel("splade-inference-free"), "--kind", "sparse", "--as", as) {
			var v struct {
				Indices []int
				Values  []float64
			}
			if err := json.Unmarshal([]byte(l), &v); err != nil || v.Indices == nil || len(v.Indices) != len(v.Values) {
				t.Fatalf("%s: %v", l, err)
			}
			for k := 1; k < len(v.Indices); k++ {
				if v.Indices[k] <= v.Indices[k-1] {
					t.Errorf("indices %v", v.Indices)
				}
			}
			sizes[i] = append(sizes[i], len(v.Indices))
		}
	}
	if len(sizes[0]) != 3 || sizes[0][0] != sizes[2][0] || sizes[1][0] >= 20 || sizes[2][0] < 50 {
		t.Errorf("numbers of entries %v", sizes)
	}
	for as, want := range map[string]int{"query": 12, "document": 15} { // 16 tokens with the prompt; the stop is skipped
		var v struct{ Vectors [][]float64 }
		l := lines("--model", nextModel("multi-vector-colbert"), "--kind", "multi", "--as", as)
		if err := json.Unmarshal([]byte(l[0]), &v); err != nil || len(l) != 3 || len(v.Vectors) != want || len(v.Vectors[0]) != 16 {
			t.Errorf("%s: %d lines, %d vectors, want %d; %v", as, len(l), len(v.Vectors), want, err)
		}
	}
}

func TestEmbedKindErrors(t *testing.T) {
	t.Parallel()
	in := file(t, "in.txt", "a\n")
	for _, c := range []struct {
		want int
		says string
		args []string
	}{
		{2, "--kind", []string{"--kind", "dens"}},
		{2, "--dim", []string{"--kind", "sparse", "--dim", "3"}},
		{2, "--dtype", []string{"--kind", "multi", "--dtype", "int8"}},
		{2, "--passes", []string{"--kind", "multi", "--passes", "2"}},
		{2, "--overlength", []string{"--kind", "multi", "--overlength", "mean"}},
		{1, "--kind dense", []string{"--model", nextModel("splade-inference-free")}},
		{1, "--kind sparse", []string{"--kind", "sparse", "--model", nextModel("multi-vector-colbert")}},
		{1, "static:", []string{"--model", "static:" + nextModel("st6-dense-residual")}},
		{2, "no prompt", []string{"--kind", "sparse", "--as", "poem", "--model", nextModel("splade-inference-free")}},
	} {
		o := run(t, "", append([]string{"embed", "--in", in, "--out", filepath.Join(t.TempDir(), "out")}, c.args...)...)
		if o.code != c.want || !strings.Contains(o.err, c.says) {
			t.Errorf("%v: status %d, %s", c.args, o.code, o.err)
		}
	}
}

// Static models segment, embed and tokenize.
func TestStaticModel(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", fewReviews)
	model := "static:" + nextModel("model2vec")
	dir := filepath.Join(t.TempDir(), "out")
	if o := run(t, "", "segment", "--in", in, "--model", model, "--k", "2", "--out", dir); o.code != 0 {
		t.Fatal(o.err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "segments.csv")); err != nil || strings.Count(string(data), "\n") != 7 {
		t.Errorf("segments: %q, %v", data, err)
	}
	if o := run(t, "", "assign", "--segmenter", filepath.Join(dir, "segmenter.cohort"), "--in", in, "--model", model, "--out", "-"); o.code != 0 || !strings.Contains(o.out, "segment") {
		t.Errorf("assign: %s", o.err)
	}
	texts := file(t, "in.txt", "naïve café — “quoted” 12.50€\n")
	if o := run(t, "", "tokenize", "--in", texts, "--model", model); o.code != 0 || !strings.Contains(o.out, `"ids":[294,247,148,28,149,185,148,262,14]`) {
		t.Errorf("tokenize: %s%s", o.out, o.err)
	}
}

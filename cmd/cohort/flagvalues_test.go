package main

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Every flag with a number says what it wants instead, of every verb.
func TestValuesOfEveryFlag(t *testing.T) {
	t.Parallel()
	eachFlag(func(c *cobra.Command, f *pflag.Flag) {
		tries := map[string][]string{
			"int": {"NaN", "1.5", "x", "99999999999999999999"}, "int64": {"NaN", "1e3"}, "uint64": {"-1", "NaN", "1.5"},
			"float64": {"x", "NaN", "Inf", "-inf", "1e999", "1,5"}, "duration": {"5", "NaN", "x"}, "bool": {"maybe", "2"},
		}[f.Value.Type()]
		for _, v := range tries {
			r := run(t, "", c.Name(), "--"+f.Name+"="+v)
			if r.code != 2 || !strings.Contains(r.err, "--"+f.Name+" is ") || !strings.Contains(r.err, ", want ") || strings.Contains(r.err, "strconv") {
				t.Errorf("%s --%s %s: status %d, %s", c.Name(), f.Name, v, r.code, r.err)
			}
		}
		if f.Name == "threads" {
			if r := run(t, "", c.Name(), "--threads=-3"); r.code != 2 || !strings.Contains(r.err, "--threads is -3") {
				t.Errorf("%s: status %d, %s", c.Name(), r.code, r.err)
			}
		}
	})
}

func TestFlagsWithoutEffect(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", fewReviews)
	out := t.TempDir() + "/out"
	key := file(t, "key", "0123456789abcdef")
	for _, args := range []string{
		"--half-life 3", "--half-life 3 --pooling mixture", "--umap-neighbors 5", "--umap-min-dist 0.1 --reduce pca", "--charts-font " + key, "--names-labels PER",
		"--no-mask --allow x", "--no-mask --regions US", "--no-mask --addresses", "--no-mask --names-model d", "--clean none --urls keep", "--clean none --emoji drop",
		"--clean none --simplify", "--no-quotes --lazy-quotes", "--no-quotes --multiline", "--time-format %Y", "--charts=false --charts-font " + key,
	} {
		r := run(t, "", append([]string{"segment", "--in", in, "--out", out, "--dry-run"}, strings.Fields(args)...)...)
		if r.code != 2 || !strings.Contains(r.err, "has no effect with") {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	for _, args := range []string{
		"--half-life 3 --pooling recency", "--umap-neighbors 5 --reduce umap", "--no-mask=false --allow x", "--no-mask --addresses=false", "--clean none", "--clean standard --urls keep",
		"--charts --charts-font " + key, "--no-quotes --lazy-quotes=false",
	} {
		if r := run(t, "", append([]string{"segment", "--in", in, "--out", out, "--dry-run"}, strings.Fields(args)...)...); r.code != 0 {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	// A file of flags counts like the command line.
	conf := file(t, "c.yaml", "half-life: 3\n")
	if r := run(t, "", "segment", "--in", in, "--out", out, "--dry-run", "--config", conf); r.code != 2 || !strings.Contains(r.err, "--half-life has no effect") {
		t.Errorf("in a file: status %d, %s", r.code, r.err)
	}
	for _, v := range []string{"0", "-1", "1e-300", "1e300", "36501"} {
		r := run(t, "", "segment", "--in", in, "--out", out, "--dry-run", "--pooling", "recency", "--half-life="+v)
		if r.code != 2 || !strings.Contains(r.err, "days above 0 and at most 36500") {
			t.Errorf("--half-life %s: status %d, %s", v, r.code, r.err)
		}
	}
	if r := run(t, "", "segment", "--in", in, "--out", out, "--dry-run", "--tol=-1"); r.code != 2 || !strings.Contains(r.err, "--tol is -1") {
		t.Errorf("status %d, %s", r.code, r.err)
	}
}

// A file is no directory to write to, nor a directory a file.
func TestOutIsOfTheWrongKind(t *testing.T) {
	t.Parallel()
	in := file(t, "in.csv", fewReviews)
	dir := t.TempDir()
	if r := run(t, "", "segment", "--in", in, "--out", file(t, "out", "kept")); r.code != 1 || !strings.Contains(r.err, "it is a file, want a directory") {
		t.Errorf("segment: status %d, %s", r.code, r.err)
	}
	for _, verb := range []string{"mask", "tokenize", "embed"} {
		if r := run(t, "", verb, "--in", in, "--out", dir); r.code != 1 || !strings.Contains(r.err, "it is a directory, want a file") {
			t.Errorf("%s: status %d, %s", verb, r.code, r.err)
		}
	}
}

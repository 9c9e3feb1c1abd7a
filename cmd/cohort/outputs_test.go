package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A file that is read is never written over, whatever its name and the flag.
func TestInputsAreNotWrittenOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.csv")
	other := filepath.Join(dir, "other.csv")
	for _, f := range []string{in, other} {
		if err := os.WriteFile(f, []byte(fewReviews), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link, hard := filepath.Join(dir, "link.jsonl"), filepath.Join(dir, "hard.txt")
	if err := os.Symlink("in.csv", link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	if err := os.Link(in, hard); err != nil {
		t.Skip("no hard links here: ", err)
	}
	out := filepath.Join(dir, "out")
	for _, args := range []string{
		"mask --in IN --out IN", "mask --in IN --out DIR/./in.csv", "mask --in IN --out LINK", "mask --in LINK --out IN", "tokenize --in IN --out HARD",
		"embed --in IN --out IN", "embed --in DIR/*.csv --out DIR/other.csv", "embed --in DIR --out DIR/other.csv", "assign --segmenter IN --in DIR/other.csv --out IN",
		"assign --segmenter DIR/other.csv --in IN --out IN", "segment --in IN --out OUT --on-error skip --rejects IN", "segment --in IN --out OUT --edits DIR/other.csv --segments-out DIR/other.csv",
		"search --in IN --queries DIR/other.csv --out DIR/other.csv", "eval --in IN --labels DIR/other.csv --out DIR/other.csv", "cluster --in IN --out IN",
		"watch --segmenter DIR/other.csv --in IN --out IN", "watch --segmenter DIR/other.csv --in IN --alerts IN --out OUT", "drift --before DIR/a --after DIR/b --html DIR/a/report.json",
		"explain --segmenter DIR/other.csv --in IN --out IN", "classify --model minilm --in IN --out IN", "segment --in DIR/a/segments.csv --out DIR/a",
		"segment --in IN --out DIR/a --segments-out DIR/a/segments.csv", "embed --in IN --out OUT.npy --resume --journal OUT.npy", "watch --segmenter DIR/other.csv --in IN --out OUT --alerts OUT",
	} {
		for _, f := range []string{"a/report.json", "a/segments.csv", "b/report.json"} {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, f)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, f), []byte(fewReviews), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		fields := strings.Fields(strings.NewReplacer("IN", in, "LINK", link, "HARD", hard, "DIR", dir, "OUT", out).Replace(args))
		r := run(t, "", fields...)
		if r.code != 2 || !strings.Contains(r.err, "would write over") && !strings.Contains(r.err, "are the same file") {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	for _, f := range []string{in, other} {
		if b, err := os.ReadFile(f); err != nil || string(b) != fewReviews {
			t.Errorf("%s has changed: %v", f, err)
		}
	}
}

// What is not the same file is written: devices, names of columns and models, and
// files beside those that are read.
func TestOtherFilesAreWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.csv"), filepath.Join(dir, "text")
	if err := os.WriteFile(in, []byte(fewReviews), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time the output is there
		if r := run(t, "", "mask", "--in", in, "--text-column", "text", "--out", out); r.code != 0 {
			t.Errorf("status %d, %s", r.code, r.err)
		}
	}
	if r := run(t, fewReviews, "mask", "--in", "-", "--format", "csv", "--out", "-"); r.code != 0 {
		t.Errorf("status %d, %s", r.code, r.err)
	}
}

// Every flag that names a file is known to be read or written.
func TestFilesOfFlagsAreKnown(t *testing.T) {
	t.Parallel()
	models := []string{"model", "names-model", "sentiment-model", "cache-dir"}
	eachFlag(func(c *cobra.Command, f *pflag.Flag) {
		name, _ := pflag.UnquoteUsage(f)
		if f.Value.Type() != "string" || name != "file" && name != "directory" || slices.Contains(models, f.Name) {
			return
		}
		if slices.Contains(inputFlags, f.Name) == slices.Contains(outputFlags, f.Name) {
			t.Errorf("%s --%s: neither in inputFlags nor in outputFlags, or in both", c.Name(), f.Name)
		}
	})
}

// eachFlag calls do for each flag of every verb.
func eachFlag(do func(*cobra.Command, *pflag.Flag)) {
	for _, c := range (&app{}).root().Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { do(c, f) })
	}
}

// - is a file only where it is read, and only once.
func TestStandardInputIsOneFile(t *testing.T) {
	t.Parallel()
	x := npyFile(t, 2, 1, 1, 2)
	for _, args := range []string{
		"cluster --in -", "eval --in - --labels a.json", "search --in a.npy --queries -", "encode --ids - --mask m.npy --out h.npy", "assign --segmenter - --in a.csv --out -",
		"segment --in a.csv --out o --edits -", "segment --in a.csv --out o --init -", "watch --segmenter s --in -", "mask --in a.csv --out - --key-file -",
		"eval --in " + x + " --labels - --truth -",
	} {
		r := run(t, "[0, 1]", strings.Fields(args)...)
		if r.code != 2 || !strings.Contains(r.err, "standard input") {
			t.Errorf("%s: status %d, %s", args, r.code, r.err)
		}
	}
	if r := run(t, "[0, 1]", "eval", "--in", x, "--labels", file(t, "l.json", "[0, 1]"), "--truth", "-"); r.code != 0 {
		t.Errorf("status %d, %s", r.code, r.err)
	}
}

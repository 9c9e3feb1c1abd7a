package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/beam/internal/workers"
	"github.com/seed-56ee9438/cohort/result"
)

func TestMain(m *testing.M) {
	flag.Parse()
	workers.Started()
	sdk.Init() // does not return in a worker process
	os.Exit(m.Run())
}

// reviews writes some reviews as three files and returns the pattern of their
// names.
func reviews(tb testing.TB, texts int) string {
	tb.Helper()
	f, err := os.Open("../../../testdata/reviews.csv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	dir := tb.TempDir()
	for s := range 3 {
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		_ = w.Write(rows[0]) // Flush tells
		_ = w.WriteAll(rows[1+s*texts/3 : 1+(s+1)*texts/3])
		if err := w.Error(); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("part%d.csv", s)), b.Bytes(), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
	return filepath.Join(dir, "part*.csv")
}

// settings returns flags as a command line gives them.
func settings(tb testing.TB, args ...string) *flags {
	tb.Helper()
	var f flags
	s := flag.NewFlagSet("cohort-beam", flag.ContinueOnError)
	f.add(s)
	if err := s.Parse(args); err != nil {
		tb.Fatal(err)
	}
	return &f
}

func segmented(tb testing.TB, out string) *cohort.Segmentation {
	tb.Helper()
	f, err := os.Open(filepath.Join(out, "report.json"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	s, err := result.ReadJSON(f)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// outputs are the files that a run writes.
var outputs = []string{"segments.csv", "report.json", "report.html", "segmenter.cohort"}

// TestKilled kills a worker process when some texts are embedded, and checks that
// the files are those of an undisturbed run with another number of workers.
func TestKilled(t *testing.T) {
	in := reviews(t, 90)
	args := []string{"--in", in, "--text-column", "text", "--user-column", "review_id", "--precision", "int8", "--k", "3", "--bootstrap", "-1", "--batches", "6", "--blocks", "3"}
	calm, killed := t.TempDir(), t.TempDir()
	if err := run(context.Background(), settings(t, append(args, "--out", calm, "--workers", "1")...)); err != nil {
		t.Fatal(err)
	}
	f := settings(t, append(args, "--out", killed, "--workers", "2")...)
	kills := make(chan int, 1)
	f.started = func(p *workers.Pool) { go func() { kills <- killOne(p, killed) }() }
	if err := run(context.Background(), f); err != nil {
		t.Fatal(err)
	}
	if n := <-kills; n != 1 {
		t.Fatalf("%d processes were killed", n)
	}
	for _, name := range outputs {
		a, err := os.ReadFile(filepath.Join(calm, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(killed, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs", name)
		}
	}
	if s := segmented(t, killed); len(s.Segments) != 3 || s.Counts.Texts < 85 {
		t.Errorf("%d segments of %d texts", len(s.Segments), s.Counts.Texts)
	}
}

// killOne kills a process as soon as the first texts of a run are written, and
// returns how many it killed.
func killOne(p *workers.Pool, out string) int {
	for range 6000 {
		time.Sleep(10 * time.Millisecond)
		files, _ := filepath.Glob(filepath.Join(out, "work", "texts-*.bin")) // the pattern is right
		if len(files) == 0 {
			continue
		}
		for _, process := range p.Processes() {
			if process.Kill() == nil {
				return 1
			}
		}
	}
	return 0
}

// TestSample checks a report that shows some of the users: the numbers are those
// of all.
func TestSample(t *testing.T) {
	in := reviews(t, 300)
	args := []string{"--in", in, "--text-column", "text", "--precision", "int8", "--k", "2", "--bootstrap", "-1", "--batches", "12", "--blocks", "3"}
	all, some := t.TempDir(), t.TempDir()
	if err := run(context.Background(), settings(t, append(args, "--out", all)...)); err != nil {
		t.Fatal(err)
	}
	// What the first run embedded serves the second.
	if err := os.Rename(filepath.Join(all, "work"), filepath.Join(some, "work")); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), settings(t, append(args, "--out", some, "--report-users", "100")...)); err != nil {
		t.Fatal(err)
	}
	want, got := segmented(t, all), segmented(t, some)
	if n := len(got.Users); n > 100 || n < 30 || got.Counts.Users != want.Counts.Users || got.Counts.Texts != want.Counts.Texts {
		t.Errorf("%d users are shown of %d with %d texts, want at most 100 of %d with %d", n, got.Counts.Users, got.Counts.Texts, want.Counts.Users, want.Counts.Texts)
	}
	if !strings.Contains(got.Run.Chosen, "drawn at random") || strings.Contains(want.Run.Chosen, "drawn at random") {
		t.Errorf("the reports say %q and %q", got.Run.Chosen, want.Run.Chosen)
	}
	sizes := func(s *cohort.Segmentation) map[int]string {
		out := map[int]string{}
		for _, p := range s.Segments {
			out[p.Users] = fmt.Sprint(p.Texts, p.Contrast)
		}
		return out
	}
	if a, b := sizes(got), sizes(want); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("segments %v, want %v", a, b)
	}
	csv, err := os.ReadFile(filepath.Join(some, "segments.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(csv, []byte("\n")); n != want.Counts.Users+1 {
		t.Errorf("segments.csv has %d lines, want a head and %d users", n, want.Counts.Users)
	}
}

func TestWrongUse(t *testing.T) {
	for _, args := range [][]string{
		{}, {"--in", "x"}, {"--in", "x", "--out", "y", "--k", "1"}, {"--in", "x", "--out", "y", "--algorithm", "dbscan"},
		{"--in", "x", "--out", "y", "--near-duplicates", "all"}, {"--in", "x", "--out", "y", "--pooling", "recency"}, {"--in", "x", "--out", "y", "--tol", "NaN"},
	} {
		if err := run(context.Background(), settings(t, args...)); !errors.Is(err, errUsage) {
			t.Errorf("%q: error %v", args, err)
		}
	}
}

// TestOtherSettings checks that what is in --work is not taken for another run's.
func TestOtherSettings(t *testing.T) {
	out := t.TempDir()
	args := []string{"--in", reviews(t, 30), "--text-column", "text", "--precision", "int8", "--bootstrap", "-1", "--batches", "1", "--blocks", "1", "--out", out}
	if err := run(context.Background(), settings(t, append(args, "--k", "2")...)); err != nil {
		t.Fatal(err)
	}
	err := run(context.Background(), settings(t, append(args, "--k", "3")...))
	if err == nil || !strings.Contains(err.Error(), "other settings") {
		t.Errorf("error %v", err)
	}
}

// The shards of a directory are the files that cohort reads of it.
func TestShards(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.csv", "a.jsonl", "notes.doc", ".hidden.csv", "_part.csv", "_SUCCESS"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ in, want string }{
		{"", "a.jsonl b.csv"}, {"*.csv", ".hidden.csv _part.csv b.csv"}, {"notes.doc", "notes.doc"}, {"*.tsv", ""},
	} {
		got, err := (&flags{in: filepath.Join(dir, c.in)}).shards(t.Context())
		var names []string
		for _, s := range got {
			names = append(names, filepath.Base(s.Path))
		}
		if strings.Join(names, " ") != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%q: %q, %v, want %q", c.in, names, err, c.want)
		}
	}
}

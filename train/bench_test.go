package train

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
)

// reviewPairs are 16 pairs of short sentences of reviews, 32 texts.
func reviewPairs(tb testing.TB) []Pair {
	tb.Helper()
	f, err := os.Open(shared("data", "amazon_review_snippets.csv.gz"))
	if err != nil {
		tb.Skip("needs the shared data beside the project")
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		tb.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	column := 0
	for i, v := range rows[1] {
		if len(v) > len(rows[1][column]) {
			column = i
		}
	}
	var texts []string
	for _, row := range rows[1:] {
		if n := len(strings.Fields(row[column])); n >= 8 && n <= 30 {
			texts = append(texts, strings.ReplaceAll(row[column], "\n", " "))
		}
	}
	var pairs []Pair
	for i := range 16 {
		pairs = append(pairs, Pair{Anchor: texts[2*i], Positive: texts[2*i+1]})
	}
	return pairs
}

func shared(parts ...string) string {
	root := os.Getenv("COHORT_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	return filepath.Join(append([]string{root}, parts...)...)
}

// BenchmarkStep is a training step of MiniLM: 32 short sentences forward and
// backward, and AdamW. testdata/pytorch/step.py does the same on the texts that
// it writes if COHORT_STEP_TEXTS names a file.
func BenchmarkStep(b *testing.B) {
	m, err := bert.Load(shared("models", "all-MiniLM-L6-v2"), bert.Options{})
	if err != nil {
		b.Skip("needs the shared models beside the project: ", err)
	}
	defer m.Close()
	pairs := reviewPairs(b)
	if path := os.Getenv("COHORT_STEP_TEXTS"); path != "" {
		var lines []string
		for _, p := range pairs {
			lines = append(lines, p.Anchor, p.Positive)
		}
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	r, err := newRun(b.Context(), m, all(pairs), &MultipleNegatives{}, Options{Epochs: most})
	if err != nil {
		b.Fatal(err)
	}
	r.collectParameters()
	if _, err := r.step(b.Context()); err != nil {
		b.Fatal(err)
	}
	runtime.GC()
	for b.Loop() {
		if _, err := r.step(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

package bert

import (
	"encoding/csv"
	"math"
	"os"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// reviewSentences returns the first n texts of a file of the project's reviews.
func reviewSentences(tb testing.TB, file string, n int) []string {
	tb.Helper()
	f, err := os.Open(testdir.Module(tb, "testdata", file))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	column := -1
	for i, name := range rows[0] {
		if name == "text" {
			column = i
		}
	}
	var texts []string
	for _, r := range rows[1:min(len(rows), n+1)] {
		texts = append(texts, r[column])
	}
	return texts
}

// The quality of Int8: cosine to Float32 over sentences of reviews.
func TestInt8Quality(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds a thousand sentences twice")
	}
	n := 1000
	if slowKernels() {
		n = 100
	}
	for _, name := range realModels {
		t.Run(name, func(t *testing.T) {
			texts := reviewSentences(t, map[string]string{"all-MiniLM-L6-v2": "reviews.csv", "bge-small-zh-v1.5": "reviews_zh.csv"}[name], n)
			exact := loadReal(t, name, Options{})
			quantised := loadReal(t, name, Options{Precision: Int8})
			a, b := mustEmbed(t, exact, texts), mustEmbed(t, quantised, texts)
			mean, worst, at := 0.0, 1.0, 0
			for i := range texts {
				c := kernel.Dot64(a.Row(i), b.Row(i)) / math.Sqrt(kernel.Dot64(a.Row(i), a.Row(i))*kernel.Dot64(b.Row(i), b.Row(i)))
				mean += c / float64(len(texts))
				if c < worst {
					worst, at = c, i
				}
			}
			t.Logf("%d texts: mean cosine %.4f, worst %.4f (%q); weights %.1f MB, float32 %.1f MB without tables",
				len(texts), mean, worst, texts[at], float64(quantised.WeightBytes())/1e6, float64(exact.WeightBytes())/1e6)
			if !(mean >= 0.995) || !(worst >= 0.97) {
				t.Errorf("mean cosine %g, want at least 0.995; worst %g, want at least 0.97", mean, worst)
			}
		})
	}
}

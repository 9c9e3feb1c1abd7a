package pii

import (
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// column reads one column of a compressed CSV file among the shared data.
func column(tb testing.TB, name, col string) []string {
	tb.Helper()
	return testdir.Column(tb, testdir.Shared(tb, "data", name), col, math.MaxInt)
}

func benchmarkFind(b *testing.B, texts []string) {
	d, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	bytes := 0
	for _, t := range texts {
		bytes += len(t)
	}
	b.SetBytes(int64(bytes))
	var spans []Span
	found := 0
	for b.Loop() {
		found = 0
		for _, t := range texts {
			spans = d.AppendSpans(spans[:0], t)
			found += len(spans)
		}
	}
	b.ReportMetric(float64(found), "spans")
	b.ReportMetric(float64(found)/float64(bytes)*1000, "spans/kB")
}

func BenchmarkFindEnglishReviews(b *testing.B) {
	benchmarkFind(b, column(b, "amazon_review_snippets.csv.gz", "text"))
}

func BenchmarkFindChineseReviews(b *testing.B) {
	benchmarkFind(b, column(b, "chinese_shopping_reviews.csv.gz", "text"))
}

// BenchmarkFindDense runs over the test set: little but personal data.
func BenchmarkFindDense(b *testing.B) {
	var texts []string
	for _, name := range []string{"dev.txt", "heldout.txt"} {
		for _, l := range corpus(b, name) {
			texts = append(texts, l.text)
		}
	}
	benchmarkFind(b, texts)
}

// BenchmarkFindHostile runs over long runs of what the scanner must look at.
func BenchmarkFindHostile(b *testing.B) {
	for name, piece := range map[string]string{
		"digits": "1", "dashes": "1-", "spaced": "123 ", "at": "a@", "colons": "a:", "hex": "ab:", "letters": "a", "dots": "1.", "url": "http://a", "iban": "DE89 ", "paren": "(", "plus": "+1",
		"mobile": "13812345678 ", "qq": "qq号", "wx": "微信a1",
	} {
		b.Run(name, func(b *testing.B) { benchmarkFind(b, []string{strings.Repeat(piece, 1<<20/len(piece))}) })
	}
}

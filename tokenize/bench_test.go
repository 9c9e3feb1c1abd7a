package tokenize

import (
	"os"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

var benchmarks = []struct{ name, model, file, column string }{
	{"english-short", "all-MiniLM-L6-v2", "amazon_review_snippets.csv.gz", "text"},
	{"english-long", "all-MiniLM-L6-v2", "womens_clothing_reviews.csv.gz", "Review Text"},
	{"chinese", "bge-small-zh-v1.5", "chinese_shopping_reviews.csv.gz", "text"},
}

func BenchmarkAppendIDs(b *testing.B) {
	for _, x := range benchmarks {
		b.Run(x.name, func(b *testing.B) {
			tok := loadShared(b, x.model)
			texts := testdir.Column(b, testdir.Shared(b, "data", x.file), x.column, 2000)
			benchmarkTexts(b, texts, func(ids []int32, s string) []int32 {
				ids, _ = tok.AppendIDs(ids[:0], s, 0)
				return ids
			})
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, x := range benchmarks {
		b.Run(x.name, func(b *testing.B) {
			tok := loadShared(b, x.model)
			texts := testdir.Column(b, testdir.Shared(b, "data", x.file), x.column, 2000)
			benchmarkTexts(b, texts, func(_ []int32, s string) []int32 {
				enc, err := tok.Encode(s)
				if err != nil {
					b.Fatal(err)
				}
				return enc.IDs
			})
		})
	}
}

func benchmarkTexts(b *testing.B, texts []string, f func([]int32, string) []int32) {
	bytes, tokens := 0, 0
	var ids []int32
	for _, s := range texts {
		ids = f(ids, s)
		bytes += len(s)
		tokens += len(ids)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		for _, s := range texts {
			ids = f(ids, s)
		}
	}
	b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}

func BenchmarkLoad(b *testing.B) {
	for _, model := range []string{"all-MiniLM-L6-v2", "bge-small-zh-v1.5"} {
		b.Run(model, func(b *testing.B) {
			dir := os.DirFS(testdir.Shared(b, "models", model))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Load(dir); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

package bert

import (
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// reviews returns the first n sentences of the shared product reviews, or of
// reviews of clothes, which are long.
func reviews(tb testing.TB, name string, n int) []string {
	tb.Helper()
	column := map[string]string{"amazon_review_snippets": "text", "womens_clothing_reviews": "Review Text", "chinese_shopping_reviews": "text"}[name]
	return testdir.Column(tb, testdir.Shared(tb, "data", name+".csv.gz"), column, n)
}

func benchmarkEmbed(b *testing.B, texts []string, o Options) {
	m := loadReal(b, "all-MiniLM-L6-v2", o)
	tokens := mustEmbed(b, m, texts).Tokens // and warm up
	b.ReportAllocs()
	for b.Loop() {
		mustEmbed(b, m, texts)
	}
	b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
}

func benchmarkThreads(b *testing.B, data string, n int) {
	texts := reviews(b, data, n)
	for _, precision := range []Precision{Float32, Int8} {
		for _, threads := range []int{1, 2} {
			b.Run(precision.String()+"/threads="+string(rune('0'+threads)), func(b *testing.B) {
				benchmarkEmbed(b, texts, Options{Threads: threads, Precision: precision})
			})
		}
	}
}

// BenchmarkEmbedShort embeds sentences of reviews, 16 tokens on average.
func BenchmarkEmbedShort(b *testing.B) { benchmarkThreads(b, "amazon_review_snippets", 1000) }

// BenchmarkEmbedLong embeds whole reviews, 80 tokens on average.
func BenchmarkEmbedLong(b *testing.B) { benchmarkThreads(b, "womens_clothing_reviews", 200) }

// BenchmarkEmbedOne is the latency of one short text at a time.
func BenchmarkEmbedOne(b *testing.B) {
	texts := reviews(b, "amazon_review_snippets", 200)
	m := loadReal(b, "all-MiniLM-L6-v2", Options{Threads: 1})
	tokens := mustEmbed(b, m, texts).Tokens
	mustEmbed(b, m, texts[:1])
	b.ReportAllocs()
	for b.Loop() {
		for i := range texts {
			mustEmbed(b, m, texts[i:i+1])
		}
	}
	n := float64(b.N)
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/(n*float64(len(texts))), "ms/text")
	b.ReportMetric(float64(tokens)*n/b.Elapsed().Seconds(), "tokens/s")
}

// BenchmarkLoad loads MiniLM from its directory, ready to embed.
func BenchmarkLoad(b *testing.B) {
	dir := testdir.Shared(b, "models", "all-MiniLM-L6-v2")
	for _, precision := range []Precision{Float32, Int8} {
		b.Run(precision.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m, err := Load(dir, Options{Precision: precision})
				if err != nil {
					b.Fatal(err)
				}
				m.Close()
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/load")
		})
	}
}

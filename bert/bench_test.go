package bert

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// reviews returns the first n sentences of the shared product reviews, or of
// reviews of clothes, which are long.
func reviews(tb testing.TB, name string, n int) []string {
	tb.Helper()
	f, err := os.Open(testdir.Shared(tb, "data", name+".csv.gz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(bufio.NewReader(f))
	if err != nil {
		tb.Fatal(err)
	}
	r := csv.NewReader(z)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	head, err := r.Read()
	if err != nil {
		tb.Fatal(err)
	}
	column := -1
	for i, h := range head {
		if h = strings.ToLower(h); h == "text" || h == "review text" || h == "review_text" {
			column = i
		}
	}
	if column < 0 {
		tb.Fatalf("%s has no text column in %q", name, head)
	}
	var texts []string
	for len(texts) < n {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			tb.Fatal(err)
		}
		if text := strings.TrimSpace(record[column]); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
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
	b.ReportAllocs()
	for b.Loop() {
		m, err := Load(dir, Options{})
		if err != nil {
			b.Fatal(err)
		}
		m.Close()
	}
}

package bert

import (
	"os"
	"testing"
	"testing/fstest"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// clincTexts returns the utterances of CLINC150 (8.3 words each) with their
// intents, part by part.
func clincTexts(tb testing.TB, parts ...string) (texts, intents []string) {
	tb.Helper()
	var all map[string][][2]string
	testdir.ReadJSON(tb, testdir.Shared(tb, "data", "clinc150.json.gz"), &all)
	for _, part := range parts {
		for _, row := range all[part] {
			texts, intents = append(texts, row[0]), append(intents, row[1])
		}
	}
	return texts, intents
}

// BenchmarkStatic embeds CLINC150 with a static model of 256 features and
// all-MiniLM-L6-v2's vocabulary, from text to vector.
func BenchmarkStatic(b *testing.B) {
	texts, _ := clincTexts(b, "train", "val", "test")
	tokenizer, err := os.ReadFile(testdir.Shared(b, "models", "all-MiniLM-L6-v2", "tokenizer.json"))
	if err != nil {
		b.Fatal(err)
	}
	fsys := fstest.MapFS{"tokenizer.json": {Data: tokenizer}}
	addJSON(b, fsys, "config.json", map[string]any{"model_type": "model2vec", "normalize": true})
	addWeights(b, fsys, "model.safetensors", floats(b, "embeddings", []int{30522, 256}, wave))
	for _, threads := range []int{1, 2} {
		b.Run(map[int]string{1: "1-thread", 2: "2-threads"}[threads], func(b *testing.B) {
			m := mustLoadFS(b, fsys, Options{Threads: threads})
			tokens := mustEmbed(b, m, texts).Tokens
			for b.Loop() {
				mustEmbed(b, m, texts)
			}
			b.ReportMetric(float64(len(texts))*float64(b.N)/b.Elapsed().Seconds(), "texts/s")
			b.ReportMetric(float64(tokens)*float64(b.N)/b.Elapsed().Seconds(), "tokens/s")
		})
	}
}

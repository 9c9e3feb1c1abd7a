package sugarme_test

import (
	"encoding/csv"
	"os"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// BenchmarkWordPiece tokenises review sentences by package tokenize's model and
// by sugarme's, behind the same components.
func BenchmarkWordPiece(b *testing.B) {
	f, err := os.Open(testdir.Module(b, "testdata", "reviews.csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for _, row := range rows {
		size += len(row[len(row)-1])
	}
	ours, theirs := load(b, testdir.Module(b, "bert", "minilm", "model", "tokenizer.json"))
	for name, tok := range map[string]*tokenize.Tokenizer{"tokenize": ours, "sugarme": theirs} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			var ids []int32
			for b.Loop() {
				for _, row := range rows {
					ids, _ = tok.AppendIDs(ids[:0], row[len(row)-1], 0)
				}
			}
		})
	}
}

package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// On reviews that it was not fitted on, the Chinese blend must be right more
// often than a logistic regression on character n-grams fitted on the same.
func TestChineseBeatsNGrams(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds several hundred reviews")
	}
	path := testdir.Shared(t, "data", "chinese_shopping_reviews.csv.gz")
	texts := testdir.Column(t, path, "text", math.MaxInt)
	labels := testdir.Column(t, path, "label", math.MaxInt)
	if len(texts) != len(labels) {
		t.Fatalf("%d texts and %d labels", len(texts), len(labels))
	}
	rows, err := csv.NewReader(testdir.Gunzip(t, "testdata/zh_ngrams.csv.gz")).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ngrams := map[string]float64{} // log-odds by the digest of the review
	for _, row := range rows[1:] {
		ngrams[row[0]] = number(t, row[1])
	}
	var held []string
	var positive []bool
	var theirs float64
	seen := map[string]bool{}
	for i, text := range texts {
		text = strings.TrimSpace(text)
		if seen[text] || !sentiment.HeldOut(text, sentiment.HeldOutChinese) {
			continue
		}
		seen[text] = true
		if mixes(text) {
			continue
		}
		sum := sha256.Sum256([]byte(text))
		logit, ok := ngrams[hex.EncodeToString(sum[:8])]
		if !ok {
			t.Fatalf("row %d has no prediction to compare with", i+1)
		}
		held, positive = append(held, text), append(positive, labels[i] == "1")
		if logit > 0 == positive[len(positive)-1] {
			theirs++
		}
	}
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := model.Embed(t.Context(), held)
	if err != nil {
		t.Fatal(err)
	}
	blend, err := sentiment.Chinese()
	if err != nil {
		t.Fatal(err)
	}
	feelings, err := blend.Feelings(t.Context(), held, x)
	if err != nil {
		t.Fatal(err)
	}
	var ours, expected float64
	for i, f := range feelings {
		if f.Value > 0 == positive[i] {
			ours++
		}
		expected += max(f.Negative, f.Positive) / (f.Negative + f.Positive)
	}
	n := float64(len(held))
	t.Logf("%d held-out reviews: accuracy %.4f, character n-grams %.4f; %.4f expected by its own probabilities", len(held), ours/n, theirs/n, expected/n)
	if len(held) < 750 || len(held) > len(ngrams) {
		t.Errorf("%d held-out reviews, %d predictions", len(held), len(ngrams))
	}
	if ours/n < 0.86 || ours <= theirs {
		t.Errorf("accuracy %.4f, n-grams %.4f: want more, and at least 0.86", ours/n, theirs/n)
	}
	if math.Abs(expected-ours)/n > 0.03 {
		t.Errorf("right in %.4f, its probabilities say %.4f", ours/n, expected/n)
	}
}

package main

import (
	"context"
	"encoding/csv"
	"os"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/internal/testdir"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// On sentences that it was not fitted on, the English head must agree with
// people better than the VADER lexicon does.
func TestEnglishBeatsVADER(t *testing.T) {
	if testing.Short() {
		t.Skip("embeds several hundred sentences")
	}
	reviews := readCSV(t, testdir.Module(t, "testdata", "reviews.csv"))
	lexicon := readCSV(t, "testdata/vader.csv")
	if len(reviews) != len(lexicon) {
		t.Fatalf("%d sentences and %d scores", len(reviews), len(lexicon))
	}
	var texts []string
	var people, vader []float64
	for i, row := range reviews {
		if row["review_id"] != lexicon[i]["review_id"] || row["sentence"] != lexicon[i]["sentence"] {
			t.Fatalf("row %d: the files do not match", i+1)
		}
		if sentiment.HeldOut(row["review_id"], sentiment.HeldOutEnglish) {
			texts = append(texts, row["text"])
			people = append(people, number(t, row["human_sentiment"])/4)
			vader = append(vader, number(t, lexicon[i]["compound"]))
		}
	}
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := model.Embed(context.Background(), texts)
	if err != nil {
		t.Fatal(err)
	}
	head, err := sentiment.English()
	if err != nil {
		t.Fatal(err)
	}
	feelings, err := head.Feelings(context.Background(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, len(feelings))
	covered := 0
	for i, f := range feelings {
		values[i] = f.Value
		if low, high := f.Interval(1.645); low <= people[i] && people[i] <= high {
			covered++
		}
	}
	ours, theirs := stat.Correlation(values, people, nil), stat.Correlation(vader, people, nil)
	coverage := float64(covered) / float64(len(feelings))
	t.Logf("%d held-out sentences: Pearson r %.4f, VADER %.4f; 90 %% intervals cover %.3f", len(texts), ours, theirs, coverage)
	if len(texts) < 500 {
		t.Errorf("only %d held-out sentences", len(texts))
	}
	if ours <= theirs+0.05 {
		t.Errorf("Pearson r %.4f, VADER %.4f: want better by 0.05", ours, theirs)
	}
	if coverage < 0.85 {
		t.Errorf("90 %% intervals cover %.3f of what people said", coverage)
	}
}

func readCSV(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]map[string]string, 0, len(records)-1)
	for _, r := range records[1:] {
		row := make(map[string]string, len(r))
		for i, name := range records[0] {
			row[name] = r[i]
		}
		out = append(out, row)
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

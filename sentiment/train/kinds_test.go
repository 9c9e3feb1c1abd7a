package main

import (
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text/marks"
)

// atLeast is what a head reaches on a kind of text.
type atLeast struct {
	kind                string
	auc, macro, neutral float64
}

// checkKinds measures a head on the kinds of text in a file, none of which it was
// fitted on, beside VADER if the file has its scores.
func checkKinds(t *testing.T, file string, load func(bert.Options) (*bert.Model, error), head func() (*sentiment.Mixed, error), kinds []atLeast) {
	t.Helper()
	if testing.Short() {
		t.Skip("embeds several hundred texts")
	}
	model, err := load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := head()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readSample(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := readCSV(t, file)
	for _, c := range kinds {
		s := all.filter(func(i int) bool { return rows[i]["kind"] == c.kind })
		plain := make([]string, len(s.texts))
		for i, text := range s.texts {
			if !sentiment.HeldOut(s.ids[i], sentiment.HeldOutEnglish) {
				t.Fatalf("%s: text %s is not held out", c.kind, s.ids[i])
			}
			plain[i] = marks.Remove(text)
		}
		x, err := model.Embed(t.Context(), plain)
		if err != nil {
			t.Fatal(err)
		}
		f, err := m.Feelings(t.Context(), s.texts, x)
		if err != nil {
			t.Fatal(err)
		}
		is := ofFeelings(&s, f)
		t.Logf("%s: %d texts: AUC %.3f, Pearson %.3f, macro-recall %.3f, neutral %.3f; 90 %% intervals cover %.3f, %.3f are novel",
			c.kind, len(f), is.auc, is.pearson, is.macro, is.recall[1], is.cover, is.novel)
		if len(f) < 150 || is.auc < c.auc || is.macro < c.macro || is.recall[1] < c.neutral || is.cover < 0.85 || is.novel > 0.2 {
			t.Errorf("%s: %d texts: %+v, want %+v", c.kind, len(f), is, c)
		}
		if s.vader != nil {
			was := ofVADER(&s)
			t.Logf("%s: VADER: AUC %.3f, Pearson %.3f, macro-recall %.3f, neutral %.3f", c.kind, was.auc, was.pearson, was.macro, was.recall[1])
		}
	}
}

// TestKinds: on tweets, editorials and film reviews that it was not fitted on,
// the English head tells negative from positive texts and the three classes
// better than VADER, and its intervals cover what people said.
func TestKinds(t *testing.T) {
	checkKinds(t, "testdata/held_en.csv", minilm.Load, sentiment.English,
		[]atLeast{{"tweets", 0.95, 0.68, 0.4}, {"editorials", 0.82, 0.55, 0.5}, {"films", 0.76, 0.5, 0}})
}

// TestChineseKinds: of posts and remarks on phones that it was not fitted on, the
// Chinese head tells negative from positive ones, and finds neutral ones.
func TestChineseKinds(t *testing.T) {
	checkKinds(t, "testdata/held_zh.csv", bgezh.Load, sentiment.Chinese,
		[]atLeast{{"posts", 0.9, 0.6, 0.25}, {"phones", 0.8, 0.55, 0.2}})
}

// TestUnlike: what people do not say of anything is far from what the heads were
// fitted on, and its interval is wider than the same head's would be.
func TestUnlike(t *testing.T) {
	model, err := minilm.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := sentiment.English()
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{
		"for i := range n { sum += x[i] * y[i] }", "SELECT name FROM users WHERE id = 7 ORDER BY created_at", "Lorem ipsum dolor sit amet, consectetur adipiscing elit",
		"0x7f 0x45 0x4c 0x46 0x02 0x01", "gcc -O2 -Wall -o main main.c -lm", "The quick recipe works well and I love the taste.",
	}
	x, err := model.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	f, err := head.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	narrow := *head
	narrow.Familiar = nil
	was, err := narrow.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	last := len(texts) - 1
	novel := 0
	for i := range last {
		if f[i].Novelty > sentiment.NovelAbove {
			novel++
			if f[i].StdErr <= was[i].StdErr*1.05 {
				t.Errorf("%q is novel (%.3f), and its error %.3f is no wider than %.3f", texts[i], f[i].Novelty, f[i].StdErr, was[i].StdErr)
			}
		}
	}
	for i := range last {
		if f[i].Novelty < 0.85 {
			t.Errorf("%q: novelty %.3f", texts[i], f[i].Novelty)
		}
	}
	if novel < 3 || f[last].Novelty > sentiment.NovelAbove {
		t.Errorf("%d of %d are novel: %+v", novel, last, f)
	}
}

package main

import (
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// TestNegations: of sentences that a negation decides and that nothing was fitted
// on, the heads with the words tell the sign far more often than without.
func TestNegations(t *testing.T) {
	for _, c := range []struct {
		lang   string
		load   func(bert.Options) (*bert.Model, error)
		head   func() (*sentiment.Mixed, error)
		least  float64
		second float64 // the same for the 20 sentences written by another author
	}{{"en", minilm.Load, sentiment.English, 0.7, 0.9}, {"zh", bgezh.Load, sentiment.Chinese, 0.65, 0.7}} {
		model, err := c.load(bert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := c.head()
		if err != nil {
			t.Fatal(err)
		}
		for _, half := range []struct {
			name  string
			texts int
			least float64
		}{{"_heldout", 60, c.least}, {"_second", 20, c.second}} {
			held, err := negated(c.lang, half.name)
			if err != nil {
				t.Fatal(err)
			}
			x, err := model.Embed(t.Context(), held.texts)
			if err != nil {
				t.Fatal(err)
			}
			mixed, err := m.Feelings(t.Context(), held.texts, x)
			if err != nil {
				t.Fatal(err)
			}
			alone, err := base(t.Context(), m, held.texts, x)
			if err != nil {
				t.Fatal(err)
			}
			ours, before := accuracy(mixed, held.values), accuracy(alone, held.values)
			t.Logf("%s%s: %d held-out negations: accuracy %.4f, without the words %.4f", c.lang, half.name, len(held.texts), ours, before)
			if len(held.texts) < half.texts || ours < half.least || ours < before+0.1 {
				t.Errorf("%s%s: accuracy %.4f of %d, without the words %.4f; want at least %.2f", c.lang, half.name, ours, len(held.texts), before, half.least)
			}
		}
	}
}

// TestEmojiSigns: emoji alone and beside words have the right sign in both
// languages, and a text of nothing that is known has none.
func TestEmojiSigns(t *testing.T) {
	for _, c := range []struct {
		load  func(bert.Options) (*bert.Model, error)
		head  func() (*sentiment.Mixed, error)
		words string
	}{{minilm.Load, sentiment.English, "the parcel came on Monday "}, {bgezh.Load, sentiment.Chinese, "周一收到了包裹"}} {
		model, err := c.load(bert.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, err := c.head()
		if err != nil {
			t.Fatal(err)
		}
		texts := []string{"👍", "😡", c.words + "👍👏", c.words + "😡👎", "…", "🪨"}
		x, err := model.Embed(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Feelings(t.Context(), texts, x)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].Value < 0.3 || got[1].Value > -0.3 || got[2].Value <= got[3].Value+0.2 || got[3].Value >= 0 {
			t.Errorf("%s: %+v", m.Lang, got)
		}
		if !got[4].Unknown || !got[5].Unknown || got[0].Unknown {
			t.Errorf("%s: what is known: %+v", m.Lang, got)
		}
	}
}

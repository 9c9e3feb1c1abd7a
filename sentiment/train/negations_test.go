package main

import (
	"testing"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/bert/bgezh"
	"github.com/seed-56ee9438/cohort/bert/minilm"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// TestNegations: of sentences that a negation decides and that nothing was fitted
// on, the heads tell the sign of most.
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
			ours := signs(&held, mixed)
			t.Logf("%s%s: %d held-out negations: the sign is right for %.4f", c.lang, half.name, len(held.texts), ours)
			if len(held.texts) < half.texts || ours < half.least {
				t.Errorf("%s%s: the sign of %.4f of %d is right; want at least %.2f", c.lang, half.name, ours, len(held.texts), half.least)
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

// TestIdioms: superlatives that look like negations keep their direction.
func TestIdioms(t *testing.T) {
	model, err := bgezh.Load(bert.Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := sentiment.Chinese()
	if err != nil {
		t.Fatal(err)
	}
	good := []string{"没有比这更好的了", "这手机不能再好了", "味道好得不得了", "这家店不要太好", "再好不过了", "找不到比它更好用的了", "别提多满意了", "没有人不喜欢"}
	bad := []string{"没有比这更差的了", "这手机不能再差了", "味道差得不得了", "这家店不要太差", "再糟糕不过了", "找不到比它更难用的了", "别提多失望了", "没有人不失望"}
	texts := append(append([]string{}, good...), bad...)
	x, err := model.Embed(t.Context(), texts)
	if err != nil {
		t.Fatal(err)
	}
	f, err := m.Feelings(t.Context(), texts, x)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range texts {
		if (f[i].Value > 0) != (i < len(good)) {
			t.Errorf("%s: %.3f", s, f[i].Value)
		}
	}
}

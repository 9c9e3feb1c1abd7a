package cohort

import (
	"bytes"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// TestSegmenterKeepsWords checks that the caller's words come back from a file.
func TestSegmenterKeepsWords(t *testing.T) {
	own, err := chinese.New(chinese.Options{Words: []string{"小米手环", "天猫精灵"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{Splitter: text.Splitter{Chinese: own}}, {Splitter: text.Splitter{Chinese: chinese.Lazy{}}}, {}} {
		o.Model, o.K, o.Bootstrap = &bag.Model{}, 3, -1
		made, err := Fit(t.Context(), Slice(bag.Texts(6, 2)), o)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(&b)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		if o.Splitter.Chinese == own {
			want = own.OwnWords()
		}
		if got := m.ChineseWords(); !slices.Equal(got, want) {
			t.Errorf("words %q, want %q", got, want)
		}
	}
}

// TestMaskedIsNotLeftOut checks that what stands for personal data is no word to
// leave out.
func TestMaskedIsNotLeftOut(t *testing.T) {
	if words, _ := withoutWords("write to [email] tomorrow", text.Splitter{}, nil); len(words) != 3 {
		t.Errorf("words to leave out: %q", words)
	}
}

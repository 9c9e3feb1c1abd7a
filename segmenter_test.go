package cohort

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/bag"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

func TestAssignKeepsWhoWasThere(t *testing.T) {
	ctx := context.Background()
	texts := bag.Texts(8, 3)
	for _, pooling := range []Pooling{PoolMean, PoolMixture} {
		made := fit(t, texts, Options{K: 3, Pooling: pooling, Bootstrap: -1})
		s := made.Segmentation()
		var b bytes.Buffer
		if err := made.Save(&b); err != nil {
			t.Fatal(err)
		}
		m, err := LoadSegmenter(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Assign(ctx, Slice(texts), Options{Model: &bag.Model{}})
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range got {
			if u := s.Users[i]; a.User != u.ID || a.Segment != u.Segment || a.Margin != u.Margin || a.Distance != u.Distance {
				t.Errorf("%v: assigned %+v, was %+v", pooling, a, u)
			}
		}
		one, err := m.Assign(ctx, Slice([]Text{{User: "new", Text: "camera lens photo"}, {User: "mute"}}), Options{Model: &bag.Model{}})
		if err != nil || one[0].Segment != s.Users[0].Segment || one[1].Segment != Unassigned {
			t.Errorf("new user: %+v, %v", one, err)
		}
		if _, err := m.Assign(ctx, Slice(texts), Options{Model: &bag.Model{Version: "2"}}); !errors.Is(err, ErrModel) {
			t.Errorf("another model: %v", err)
		}
		for i := range b.Len() {
			if _, err := LoadSegmenter(bytes.NewReader(b.Bytes()[:i])); !errors.Is(err, ErrSegmenter) {
				t.Fatalf("read %d of %d bytes: %v", i, b.Len(), err)
			}
		}
	}
}

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

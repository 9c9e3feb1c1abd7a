package keyword

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// TestCounts checks that the counts of parts of the texts add up to those of all,
// whether terms are merged first or added one part after another.
func TestCounts(t *testing.T) {
	t.Parallel()
	texts := []string{
		"My iPod's battery died", "the batteries of this iPod die quickly", "Battery life of the Nokia phone", "a phone with good battery life",
		"BATTERY DEAD", "ring tones of the phone", "The ring tone annoys", "Nokia ring tone", "good iPod, good price",
	}
	all := newCounter(2, Options{})
	parts := []*Counter{newCounter(2, Options{}), newCounter(2, Options{}), newCounter(2, Options{})}
	for i, s := range texts {
		all.Add(i%2, i, s)
		parts[i%3].Add(i%2, i, s)
	}
	added, merged := newCounter(2, Options{}), newCounter(2, Options{})
	by := map[string]*Count{}
	for _, p := range parts {
		for _, c := range []*Counter{added, merged} {
			if err := c.AddTotals(p.Totals()); err != nil {
				t.Fatal(err)
			}
		}
		for n := range p.Counts() {
			if err := added.AddCount(n); err != nil {
				t.Fatal(err)
			}
			if by[n.Term] == nil {
				by[n.Term] = &Count{}
			}
			if err := by[n.Term].Merge(n); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range by {
		if err := merged.AddCount(*n); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 2 {
		q := Query{Top: 50, MinTexts: 1, Diversity: -1}
		want, odds := all.Keywords(i, q), all.LogOdds(i, func(j int) bool { return j != i }, q)
		if len(want) == 0 || len(odds) == 0 {
			t.Fatal("there are no words to compare")
		}
		for name, c := range map[string]*Counter{"added": added, "merged": merged} {
			if got := c.Keywords(i, q); !slices.Equal(got, want) {
				t.Errorf("%s, segment %d: %v, want %v", name, i, got, want)
			}
			if got := c.LogOdds(i, func(j int) bool { return j != i }, q); !slices.Equal(got, odds) {
				t.Errorf("%s, segment %d: %v, want %v", name, i, got, odds)
			}
		}
	}
}

func TestCountsOfOtherSegments(t *testing.T) {
	t.Parallel()
	c := newCounter(2, Options{})
	one := Count{Term: "word", Words: 1, Texts: []int{1}, Users: []int{1}}
	if c.AddTotals([]int{1}, []int{1}) == nil || c.AddCount(one) == nil || c.AddCount(Count{Term: "word", Texts: []int{1, 1}, Users: []int{1, 1}}) == nil {
		t.Error("counts of another number of segments, or of no words, are accepted")
	}
	two := Count{Term: "word", Words: 1, Texts: []int{1, 2}, Users: []int{1, 2}}
	if two.Merge(one) == nil || two.Merge(Count{Term: "other", Words: 1, Texts: []int{1, 2}, Users: []int{1, 2}}) == nil {
		t.Error("counts of another term, or of another number of segments, are merged")
	}
}

// TestHostileCounts adds and merges counts with numbers that no caller means.
func TestHostileCounts(t *testing.T) {
	base := Count{Term: "word", Words: 1, Texts: []int{1, 2}, Users: []int{1, 2}}
	testdir.HostileNumbers(t, base, func(_ context.Context, o Count) error {
		var all Count
		return errors.Join(newCounter(2, Options{}).AddCount(o), all.Merge(o))
	}, ErrCount)
	for _, n := range []int{-1, 1 << 40} {
		base.Texts[1] = n
		if err := newCounter(2, Options{}).AddCount(base); !errors.Is(err, ErrCount) {
			t.Errorf("%d texts: error %v", n, err)
		}
	}
}

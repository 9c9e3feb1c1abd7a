package group

import (
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/refine"
)

// Dealt bags have the sizes and, together, the words of the bags they are from.
func TestDealt(t *testing.T) {
	t.Parallel()
	bags := []refine.Bag{{{Word: 0, Count: 2}, {Word: 3, Count: 1}}, nil, {{Word: 1, Count: 1}, {Word: 2, Count: 1}, {Word: 3, Count: 4}}, {{Word: 5, Count: 1}}}
	count := func(bags []refine.Bag) (sizes []int32, words map[int32]int32) {
		words = map[int32]int32{}
		for _, b := range bags {
			size, last := int32(0), int32(-1)
			for _, w := range b {
				if w.Word <= last || w.Count < 1 {
					t.Fatalf("%v is no bag", b)
				}
				size, last = size+w.Count, w.Word
				words[w.Word] += w.Count
			}
			sizes = append(sizes, size)
		}
		return sizes, words
	}
	sizes, words := count(bags)
	changed := false
	for seed := range uint64(5) {
		got := dealt(bags, seed)
		s, w := count(got)
		if !slices.Equal(s, sizes) || len(w) != len(words) {
			t.Fatalf("%v, want the sizes %v", got, sizes)
		}
		for word, n := range words {
			if w[word] != n {
				t.Errorf("word %d: %d, want %d", word, w[word], n)
			}
		}
		changed = changed || !slices.Equal(got[3], bags[3])
	}
	if !changed {
		t.Error("nothing was dealt anew")
	}
	if dealt(nil, 1) != nil { // refine takes nil for words that nobody knows
		t.Error("words were dealt out where there are none")
	}
}

func TestConsecutive(t *testing.T) {
	t.Parallel()
	of, k := consecutive([]int{7, -1, 3, 7, 12, -5})
	if want := []int{1, -1, 0, 1, 2, -1}; k != 3 || !slices.Equal(of, want) {
		t.Errorf("%v of %d, want %v", of, k, want)
	}
}

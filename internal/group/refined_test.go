package group

import (
	"slices"
	"testing"
)

// Dealt bags have the sizes and, together, the words of the bags they are from.
func TestDealt(t *testing.T) {
	t.Parallel()
	bags := []Bag{{{0, 2}, {3, 1}}, nil, {{1, 1}, {2, 1}, {3, 4}}, {{5, 1}}}
	count := func(bags []Bag) (sizes []int32, words map[int32]int32) {
		words = map[int32]int32{}
		for _, b := range bags {
			size, last := int32(0), int32(-1)
			for _, w := range b {
				if w.Word <= last || w.Texts < 1 {
					t.Fatalf("%v is no bag", b)
				}
				size, last = size+w.Texts, w.Word
				words[w.Word] += w.Texts
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
}

func TestConsecutive(t *testing.T) {
	t.Parallel()
	of, k := consecutive([]int{7, -1, 3, 7, 12, -5})
	if want := []int{1, -1, 0, 1, 2, -1}; k != 3 || !slices.Equal(of, want) {
		t.Errorf("%v of %d, want %v", of, k, want)
	}
}

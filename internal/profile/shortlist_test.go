package profile

import (
	"slices"
	"testing"
)

// A quotation whose words are mostly those of a better one is passed over.
func TestUnlike(t *testing.T) {
	t.Parallel()
	s := shortlist{most: 9}
	for i, said := range []string{
		"How do I reset my PIN?", "how can I reset my pin", "My card was stolen in Spain",
		"Stolen in Spain my card was!", "请问怎么退货", "请问一下怎么退货", "Does it charge?", "Why is the PIN of my other card blocked?",
	} {
		s.add(candidate{user: i, text: said, score: -float64(i)})
	}
	var got []int
	for _, c := range s.unlike(5) {
		got = append(got, c.user)
	}
	if want := []int{0, 2, 4, 6, 7}; !slices.Equal(got, want) {
		t.Errorf("quoted %v, want %v", got, want)
	}
}

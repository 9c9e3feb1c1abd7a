package keyword

import (
	"maps"
	"slices"
)

// termsOf holds the numbers of the terms of one user.
type termsOf struct {
	ids    []int32
	unique int // the first so many are sorted and different
}

// add adds the terms of a text.
func (t *termsOf) add(ids []int32) {
	t.ids = append(t.ids, ids...)
	if len(t.ids) > 2*t.unique {
		t.compact()
	}
}

func (t *termsOf) compact() {
	slices.Sort(t.ids)
	t.ids = slices.Compact(t.ids)
	t.unique = len(t.ids)
}

// Writers returns, for each key (Odds.Key) of a term, those of the users whom
// Options.Follow selects that use the term, in ascending order.
func (c *Counter) Writers(keys []string) [][]int {
	out := make([][]int, len(keys))
	at := make(map[int32][]int, len(keys)) // number of the term -> indices of keys
	for i, k := range keys {
		if t := c.terms[k]; t != nil {
			at[t.id] = append(at[t.id], i)
		}
	}
	for _, user := range slices.Sorted(maps.Keys(c.followed)) {
		t := c.followed[user]
		t.compact()
		for _, id := range t.ids {
			for _, i := range at[id] {
				out[i] = append(out[i], user)
			}
		}
	}
	return out
}

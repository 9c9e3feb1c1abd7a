package search

import (
	"cmp"
	"slices"
)

// top keeps the k best hits: those with the highest scores and, among equal
// scores, the first rows. It is a heap with the worst hit on top.
type top struct {
	k    int
	hits []Hit
}

// worse reports whether a is worse than b.
func worse(a, b Hit) bool {
	return a.Score < b.Score || a.Score == b.Score && a.Index > b.Index
}

// full reports whether there are k hits, so that only hits better than the
// worst of them matter.
func (t *top) full() bool { return len(t.hits) == t.k }

// add adds h if it is among the k best.
func (t *top) add(h Hit) {
	if len(t.hits) < t.k {
		t.hits = append(t.hits, h)
		for i := len(t.hits) - 1; i > 0; {
			up := (i - 1) / 2
			if !worse(t.hits[i], t.hits[up]) {
				return
			}
			t.hits[i], t.hits[up] = t.hits[up], t.hits[i]
			i = up
		}
		return
	}
	if !worse(t.hits[0], h) {
		return
	}
	t.hits[0] = h
	for i := 0; ; {
		least := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(t.hits); c++ {
			if worse(t.hits[c], t.hits[least]) {
				least = c
			}
		}
		if least == i {
			return
		}
		t.hits[i], t.hits[least] = t.hits[least], t.hits[i]
		i = least
	}
}

// best sorts hits, best first, and truncates them to k.
func best(hits []Hit, k int) []Hit {
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Index, b.Index))
	})
	return hits[:min(k, len(hits))]
}

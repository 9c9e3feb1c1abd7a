package repair

import (
	"maps"
	"slices"
)

// hideErrors moves the words that r takes for errors, however frequent, from
// Words to Hidden in its Corpus and takes them out of its index, so that nothing is
// put right to them.
func (r *Repairer) hideErrors() {
	if r.rate < noisyRate {
		return
	}
	var kept []Word
	hidden := maps.Clone(r.corpus.Hidden)
	gone := make([]bool, len(r.index.words))
	for _, w := range r.corpus.Words {
		if i, ok := r.id[w.Word]; ok && !r.known[i] {
			if g := r.guess(w.Word, lower); g.best(r.o.MinConfidence) != nil {
				hidden[hashed(w.Word)] = w.Count
				gone[i] = true
				continue
			}
		}
		kept = append(kept, w)
	}
	if len(kept) == len(r.corpus.Words) {
		return
	}
	r.corpus.Words, r.corpus.Hidden = kept, hidden
	r.leaveOut(gone)
}

// leaveOut takes words, none of them of the vocabulary, out of the index, as if it
// had been made without them.
func (r *Repairer) leaveOut(gone []bool) {
	r.index = r.index.without(gone)
	r.prior, r.count, r.names, r.known = left(r.prior, gone), left(r.count, gone), left(r.names, gone), left(r.known, gone)
	r.id = make(map[string]int, len(r.index.words))
	for i, w := range r.index.words {
		r.id[w] = i
	}
	r.pairs = r.newFollowers(r.corpus.Pairs)
	r.cache = new(cache)
}

// left returns the elements that are not gone.
func left[T any](x []T, gone []bool) []T {
	out := make([]T, 0, len(x))
	for i, v := range x {
		if !gone[i] {
			out = append(out, v)
		}
	}
	return out
}

// without returns the index of the words that are not gone.
func (x *index) without(gone []bool) *index {
	words := left(x.words, gone)
	if bucketsOf(words) != x.mask+1 {
		return newIndex(words)
	}
	number := make([]int32, len(x.words)) // of those that are left
	n := int32(0)
	for i := range number {
		number[i] = n
		if !gone[i] {
			n++
		}
	}
	out := &index{words: words, mask: x.mask, starts: slices.Clone(x.starts)}
	for b := range x.mask + 1 {
		out.starts[b] = int32(len(out.ids))
		for _, id := range x.ids[x.starts[b]:x.starts[b+1]] {
			if !gone[id] {
				out.ids = append(out.ids, number[id])
			}
		}
	}
	out.starts[x.mask+1] = int32(len(out.ids))
	return out
}

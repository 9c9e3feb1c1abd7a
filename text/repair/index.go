package repair

import "slices"

// Limits of the index.
const (
	mostEdits = 2
	prefix    = 7 // letters of a word whose deletions are indexed
	mostWord  = 24
)

// index finds the words within mostEdits edits of another. Two words within k
// edits have in common what is left of them after at most k deletions in each;
// the same holds of their first letters, so only those are indexed.
type index struct {
	words  []string
	starts []int32 // [buckets+1]: where the words of a bucket begin in ids
	ids    []int32
	mask   uint32
}

// newIndex returns an index over distinct words.
func newIndex(words []string) *index {
	buckets := bucketsOf(words)
	x := &index{words: words, mask: buckets - 1}
	x.starts = make([]int32, buckets+1)
	var keys []uint32
	for _, w := range words {
		for _, k := range x.keys(keys[:0], w, mostEdits) {
			x.starts[k+1]++
		}
	}
	for b := range buckets {
		x.starts[b+1] += x.starts[b]
	}
	x.ids = make([]int32, x.starts[buckets])
	next := slices.Clone(x.starts)
	for id, w := range words {
		for _, k := range x.keys(keys[:0], w, mostEdits) {
			x.ids[next[k]] = int32(id)
			next[k]++
		}
	}
	return x
}

// bucketsOf returns the number of buckets of an index over words.
func bucketsOf(words []string) uint32 {
	n := 0
	for _, w := range words {
		n += deletions(min(len(w), prefix))
	}
	buckets := uint32(1)
	for int(buckets) < n {
		buckets *= 2
	}
	return buckets
}

// deletions is the number of ways to delete at most two of n letters.
func deletions(n int) int { return 1 + n + n*(n-1)/2 }

// keys appends the distinct buckets of a word: one for each way to delete at
// most edits, 1 or 2, of its first letters.
func (x *index) keys(dst []uint32, w string, edits int) []uint32 {
	if len(w) > prefix {
		w = w[:prefix]
	}
	// i and j are the letters left out; len(w) stands for none.
	for i := 0; i <= len(w); i++ {
		j := i + 1
		if edits < mostEdits {
			j = len(w)
		}
		for ; j <= len(w); j++ {
			dst = append(dst, x.key(w, i, j))
		}
	}
	dst = append(dst, x.key(w, len(w), len(w)))
	slices.Sort(dst)
	return slices.Compact(dst)
}

// key hashes w without letters i and j (FNV-1a).
func (x *index) key(w string, i, j int) uint32 {
	h := uint32(2166136261)
	for k := range len(w) {
		if k != i && k != j {
			h = (h ^ uint32(w[k])) * 16777619
		}
	}
	return (h ^ h>>15) & x.mask
}

// near is a word within a few edits.
type near struct {
	id    int32
	edits int
}

// near appends the words within at most edits edits of w, in the order of the
// index. mostBucket words of a bucket are compared at most, so that the time
// per word is bounded; words come in order of falling frequency.
func (x *index) near(dst []near, w string, edits, mostBucket int) []near {
	var room [deletionsOfPrefix]uint32
	var ids []int32
	for _, k := range x.keys(room[:0], w, edits) {
		bucket := x.ids[x.starts[k]:x.starts[k+1]]
		ids = append(ids, bucket[:min(len(bucket), mostBucket)]...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if d := distance(w, x.words[id], edits); d <= edits {
			dst = append(dst, near{id, d})
		}
	}
	return dst
}

const deletionsOfPrefix = 1 + prefix + prefix*(prefix-1)/2

// distance is the number of edits from a to b: insertions, deletions,
// substitutions, and transpositions of neighbours, with no letter edited twice
// (optimal string alignment). It is most+1 if it is greater than most, or if a
// word is longer than mostWord.
func distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most || max(len(a), len(b)) > mostWord {
		return most + 1
	}
	var rows [3][mostWord + 1]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			d := last[j-1]
			if a[i-1] != b[j-1] {
				d = 1 + min(d, last[j], now[j-1])
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					d = min(d, before[j-2]+1)
				}
			}
			now[j] = d
			least = min(least, d)
		}
		if least > most {
			return most + 1
		}
		before, last, now = last, now, before
	}
	return min(last[len(b)], most+1)
}

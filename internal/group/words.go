package group

import (
	"math"

	"github.com/seed-56ee9438/cohort/refine"
)

// byWords returns the labels [n] with each row of noise in the cluster whose
// words are most like theirs: that of the largest cosine between the class-based
// TF-IDF weights (Grootendorst, BERTopic, 2022) of the cluster and of the row,
// the lowest of equals. bags [n] are the rows' words. A word's weight is its
// count, over the cluster's sum of counts, times ln(1 + mean/total), where total
// is the word's count and mean the clusters' mean sum; all noise counts as one
// more cluster in both. Rows without a word of any cluster, or with a
// cosine below least, stay noise.
func byWords(bags []refine.Bag, of []int, k int, least float64) []int {
	t := newTopics(bags, of, k)
	out := make([]int, len(of))
	like := make([]float64, k)
	for r, l := range of {
		if out[r] = l; l >= 0 {
			continue
		}
		t.likeness(like, bags[r])
		if at := best(like); like[at] > 0 && like[at] >= least {
			out[r] = at
		}
	}
	return out
}

// topics are the class-based TF-IDF weights of clusters.
type topics struct {
	words [][]weight // word -> its weight in the clusters that use it
	rare  []float64  // word -> ln(1 + mean/total)
	norm  []float64  // of each cluster's weights, [k]
}

type weight struct {
	cluster int
	value   float64
}

func newTopics(bags []refine.Bag, of []int, k int) *topics {
	words := 0
	for _, b := range bags {
		for _, t := range b {
			words = max(words, int(t.Word)+1)
		}
	}
	members := make([][]int, k+1) // noise is the last
	for r, l := range of {
		if l < 0 {
			l = k
		}
		members[l] = append(members[l], r)
	}
	t := &topics{words: make([][]weight, words), rare: make([]float64, words), norm: make([]float64, k)}
	total, all, classes := make([]float64, words), 0.0, 0
	count := make([]float64, words)
	for c, rows := range members {
		size := 0.0
		var used []int32
		for _, r := range rows {
			for _, w := range bags[r] {
				if count[w.Word] == 0 {
					used = append(used, w.Word)
				}
				count[w.Word] += float64(w.Count)
				size += float64(w.Count)
			}
		}
		if size > 0 {
			all, classes = all+size, classes+1
		}
		for _, w := range used {
			total[w] += count[w]
			if c < k {
				t.words[w] = append(t.words[w], weight{c, count[w] / size})
			}
			count[w] = 0
		}
	}
	for w, n := range total {
		if n == 0 {
			continue
		}
		t.rare[w] = math.Log1p(all / float64(classes) / n)
		for i := range t.words[w] {
			x := &t.words[w][i]
			x.value *= t.rare[w]
			t.norm[x.cluster] += x.value * x.value
		}
	}
	for c := range t.norm {
		t.norm[c] = math.Sqrt(t.norm[c])
	}
	return t
}

// likeness sets dst [k] to the cosine of b and each cluster, 0 if they share no
// word.
func (t *topics) likeness(dst []float64, b refine.Bag) {
	clear(dst)
	own := 0.0
	for _, w := range b {
		v := float64(w.Count) * t.rare[w.Word]
		own += v * v
		for _, x := range t.words[w.Word] {
			dst[x.cluster] += v * x.value
		}
	}
	for c := range dst {
		if dst[c] > 0 {
			dst[c] /= t.norm[c] * math.Sqrt(own)
		}
	}
}

// takeBags returns the bags of some rows; nil for nil.
func takeBags(bags []refine.Bag, rows []int) []refine.Bag {
	if bags == nil {
		return nil
	}
	out := make([]refine.Bag, len(rows))
	for i, r := range rows {
		out[i] = bags[r]
	}
	return out
}

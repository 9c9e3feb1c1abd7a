package keyword

import (
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// bagWords is the maximum number of words that are kept of a text.
const bagWords = 256

// bags keeps the words of the texts with the smallest hashes, so that which are
// kept does not depend on the order of the texts. The zero value is empty.
type bags struct {
	kept map[uint64]*bag // hash -> words
	over uint64          // if > 0, texts with this hash or a larger one are not kept
}

// bag holds the words of a text, and how many texts have these.
type bag struct {
	words []int32
	texts int
}

func hashWord(h uint64, word string) uint64 {
	for i := range len(word) {
		h = (h ^ uint64(word[i])) * 0x100000001b3 // as in FNV-1a
	}
	return splitmix.Mix(h)
}

// add adds the words of a text, of which most different ones are kept.
func (b *bags) add(hash uint64, words []int32, most int) {
	if b.over > 0 && hash >= b.over {
		return
	}
	if w := b.kept[hash]; w != nil {
		w.texts++
		return
	}
	if b.kept == nil {
		b.kept = map[uint64]*bag{}
	}
	b.kept[hash] = &bag{slices.Clone(words), 1}
	if len(b.kept)/2 < most {
		return
	}
	hashes := b.hashes()
	b.over = hashes[most]
	for _, h := range hashes[most:] {
		delete(b.kept, h)
	}
}

// hashes returns the hashes of the texts that are kept, in ascending order.
func (b *bags) hashes() []uint64 {
	out := make([]uint64, 0, len(b.kept))
	for h := range b.kept {
		out = append(out, h)
	}
	slices.Sort(out)
	return out
}

// together returns a function that says how much two words of pool occur
// together: their normalised pointwise mutual information (Bouma, 2009), from -1
// to 1. Texts with both are counted in the segment, those with each in all
// segments: words that many others use, too, say less together.
func (c *Counter) together(segment int, pool []Candidate) func(a, b int) float64 {
	n := len(pool)
	at := make(map[int32]int, n)
	for i := range pool {
		at[c.terms[pool[i].Key].id] = i
	}
	both, texts := make([]float64, n*n), 0.0 // [n, n]
	own := &c.bags[segment]
	hashes := own.hashes()
	for _, h := range hashes[:min(len(hashes), c.o.Together)] {
		w := own.kept[h]
		texts += float64(w.texts)
		var in []int
		for _, id := range w.words {
			if i, ok := at[id]; ok {
				in = append(in, i)
			}
		}
		for _, i := range in {
			for _, j := range in {
				both[i*n+j] += float64(w.texts)
			}
		}
	}
	all := 0.0
	for _, t := range c.texts {
		all += float64(t)
	}
	share := make([]float64, n) // of all texts
	for i := range pool {
		share[i] = float64(c.terms[pool[i].Key].total()) / all
	}
	scale := float64(c.texts[segment]) / max(texts, 1) / all
	const never = 0.0001 // texts with two words that were not seen together
	return func(a, b int) float64 {
		p := both[a*n+b]*scale + never/all
		if p >= 1 {
			return 1
		}
		return min(max(math.Log(p/(share[a]*share[b]))/-math.Log(p), -1), 1)
	}
}

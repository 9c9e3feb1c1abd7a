package repair

import (
	"cmp"
	"math"
	"strings"
)

// Estimate returns the share of characters of what c counted that are wrong, by
// the share of words of four letters or more that are neither in the vocabulary
// nor inflected forms of its words, as far as they are one or two edits from a word
// that they may have been meant as: others are rare words. Without a vocabulary it
// is the least rate assumed, 0.0005.
func (r *Repairer) Estimate(c *Counter) float64 {
	var strange, letters, all float64
	var unknown []string
	for w, t := range c.counts {
		n := t.all - t.names
		if len(w) < 4 || len(w) > mostWord || strings.Contains(w, "'") {
			continue
		}
		all += float64(n)
		letters += float64(n * len(w))
		if i, ok := r.id[w]; n > 0 && (!ok || !r.known[i]) && !r.inflected(w) {
			strange += float64(n)
			unknown = append(unknown, w)
		}
	}
	if strange == 0 || len(r.o.Vocabulary) == 0 {
		return leastRate
	}
	first := min(max(1-math.Pow(1-min(strange/all, 0.99), all/letters), leastRate), mostRate)
	trial := &Repairer{o: r.o, corpus: r.corpus, index: r.index, prior: r.prior, count: r.count, names: r.names, known: r.known, id: r.id, total: r.total, rate: first, spaces: leastSpaces}
	slips, tried := 0.0, 0.0
	every := uint64(1 + len(unknown)/mostTried)
	for _, w := range unknown {
		if hashed(w)%every != 0 {
			continue
		}
		t := c.counts[w]
		n := float64(t.all - t.names)
		tried += n
		if g := trial.guess(w, lower); g.best(r.o.MinConfidence) != nil {
			slips += n
		}
	}
	return max(first*min(1, seenSlips*slips/max(tried, 1)), leastRate)
}

// mostTried is about the number of distinct words that are tried.
const mostTried = 20_000

// seenSlips is the inverse of the share of misspelt words that are seen to be so.
const seenSlips = 1.5

// EstimateSpaces returns the share of the spaces of what c counted that are missing:
// of those between words that are often beside each other, and within what is too
// long for a word.
func (r *Repairer) EstimateSpaces(c *Counter) float64 {
	missing, there := 0.0, 0.0
	for w, t := range c.pairs {
		a, b, _ := strings.Cut(w, " ")
		i, ok := r.id[a]
		if j, also := r.id[b]; ok && also && r.pairs.often(int32(i), int32(j)) {
			there += float64(t.all)
		}
	}
	for w, t := range c.counts {
		if i, ok := r.id[w]; ok && r.known[i] || r.inflected(w) {
			continue
		}
		parts, _ := r.split(w)
		for i := 1; i < len(parts); i++ {
			if len(w) > mostWord || r.pairs.often(int32(r.id[parts[i-1]]), int32(r.id[parts[i]])) {
				missing += float64(t.all)
			}
		}
	}
	return min(max((missing+fewSpaces*fewSpacesRate)/(missing+there+fewSpaces), leastSpaces), mostSpaces)
}

// SpaceRate returns the probability that a space is missing: that of the Options,
// that of the Corpus, or the estimate.
func (r *Repairer) SpaceRate() float64 { return cmp.Or(r.spaces, fewSpacesRate) }

const (
	mostSpaces = 0.95 // the greatest SpaceRate that is estimated
	// What is assumed where there are few words, and the weight of that, in spaces.
	fewSpacesRate = 0.05
	fewSpaces     = 20
)

package opinion

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Count counts the sentences that mention an aspect.
type Count struct {
	Aspect    string
	Sentences int
	Said      int  // of these, sentences that say something of it
	Direct    int  // and sentences in which an opinion word belongs to it by its place
	Listed    bool // see Mention.Listed
}

// Tally counts aspects over texts on one subject, such as reviews of a product,
// and selects those that people would list as its features. The zero value is
// ready to use.
type Tally struct {
	unsavedState
	counts    map[string]*Count
	sentences int
}

// Add counts the mentions of a text of so many sentences.
func (t *Tally) Add(mentions []Mention, sentences int) {
	if t.counts == nil {
		t.counts = map[string]*Count{}
	}
	t.sentences += sentences
	for i := 0; i < len(mentions); {
		j := i + 1
		for j < len(mentions) && mentions[j].Sentence == mentions[i].Sentence {
			j++
		}
		t.sentence(mentions[i:j])
		i = j
	}
}

// sentence counts the mentions of one sentence, each aspect once.
func (t *Tally) sentence(mentions []Mention) {
	for i, m := range mentions {
		if slices.ContainsFunc(mentions[:i], func(o Mention) bool { return o.Aspect == m.Aspect }) {
			continue
		}
		c := t.counts[m.Aspect]
		if c == nil {
			c = &Count{Aspect: strings.Clone(m.Aspect), Listed: m.Listed}
			t.counts[c.Aspect] = c
		}
		c.Sentences++
		if m.Value != 0 {
			c.Said++
		}
		if m.Direct {
			c.Direct++
		}
	}
}

// NumFeatures is the number of features that Aspects judges a Count by.
const NumFeatures = 9

// Features returns the features of a Count by which Aspects judges it, of a
// Tally of so many sentences.
func (c *Count) Features(sentences int) [NumFeatures]float64 {
	is := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	n := float64(c.Sentences)
	return [...]float64{
		math.Log(n), math.Log(1000 * n / float64(max(sentences, 1))), float64(c.Said) / n, float64(c.Direct) / n, min(float64(c.Direct), 3),
		is(c.Listed), is(strings.Contains(strings.TrimPrefix(c.Aspect, ease), " ")), is(strings.ContainsAny(c.Aspect, "0123456789")), is(c.Sentences == 1),
	}
}

// The logistic regression on Features that selects aspects. internal/aspectbench
// fits it to the labels of other products than those that it is measured on.
var (
	weights = [NumFeatures]float64{0.444, 0.382, 0.177, 0.084, 0.539, 1.272, 2.070, -0.195, -0.175}
	bias    = -2.880
)

// Selected is the least probability of an aspect that Aspects returns.
const Selected = 0.47

// All returns all aspects, the most frequent first.
func (t *Tally) All() []Count { return t.list(0) }

// Aspects returns the aspects that are probably features of the subject, the
// most frequent first.
func (t *Tally) Aspects() []Count { return t.list(Selected) }

func (t *Tally) list(least float64) []Count {
	var out []Count
	for _, c := range t.counts {
		if t.probability(c) >= least {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Sentences, a.Sentences), cmp.Compare(a.Aspect, b.Aspect))
	})
	return out
}

// probability returns the probability that people would list an aspect.
func (t *Tally) probability(c *Count) float64 {
	x := bias
	for i, f := range c.Features(t.sentences) {
		x += weights[i] * f
	}
	return 1 / (1 + math.Exp(-x))
}

package repair

import (
	"math"
	"slices"
	"strings"
)

// followers knows how much oftener words follow others than their frequencies say.
type followers struct {
	ratio map[[2]int32]float64 // logarithms
	// rest are, for each word of the index, the logarithm of the ratio of what was
	// not counted after it.
	rest []float64
	// counts are those of the words, least the count of the rarest pair known and
	// total that of all words: what should be beside each other often and is not,
	// hardly ever was meant so.
	counts []int
	least  float64
	total  float64
}

// leastRest is the least share of a word's followers that is left for those that
// were not counted.
const leastRest = 0.2

func (r *Repairer) newFollowers(pairs []Word) followers {
	c := followers{ratio: make(map[[2]int32]float64, len(pairs)), rest: make([]float64, len(r.index.words)), counts: r.count, least: leastPairs, total: r.total}
	if len(pairs) > 0 {
		c.least = float64(pairs[len(pairs)-1].Count) // they are in the order of their counts
	}
	counted := make([]float64, len(r.index.words))
	type pair struct {
		ids [2]int32
		n   float64
	}
	var all []pair
	for _, p := range pairs {
		a, b, _ := strings.Cut(p.Word, " ")
		i, ok := r.id[a]
		j, also := r.id[b]
		if !ok || !also || r.count[i] == 0 || r.count[j] == 0 {
			continue
		}
		all = append(all, pair{[2]int32{int32(i), int32(j)}, float64(p.Count)})
		counted[i] += float64(p.Count)
	}
	for i, n := range counted {
		if n > 0 {
			c.rest[i] = math.Log(max(leastRest, 1-n/float64(max(r.count[i], 1))))
		}
	}
	for _, p := range all {
		i, j := p.ids[0], p.ids[1]
		// One of the counts may be that of the text that is read.
		c.ratio[p.ids] = math.Log((p.n-1)*r.total/float64(r.count[i])/float64(r.count[j]) + math.Exp(c.rest[i]))
	}
	return c
}

// of returns the logarithm of the ratio for word b after a, by their numbers in the
// index, -1 for words that are not in it.
func (c *followers) of(a, b int32) float64 {
	if a < 0 {
		return 0
	}
	if b >= 0 {
		if v, ok := c.ratio[[2]int32{a, b}]; ok {
			return v
		}
		// Fewer than least of so many that were to be expected.
		if expected := float64(c.counts[a]) * float64(c.counts[b]) / c.total * math.Exp(c.rest[a]); len(c.ratio) > 0 {
			return c.rest[a] - math.Log1p(expected/c.least)
		}
	}
	return c.rest[a]
}

// often reports whether word b is known to follow a.
func (c *followers) often(a, b int32) bool {
	_, ok := c.ratio[[2]int32{a, b}]
	return ok
}

// inText is a word in a text.
type inText struct {
	from, to int
	form     form
	follows  bool // the word before, with a space between
	own      int32
	guess    *guess
	pick     *option // nil: as it is
	sure     float64
}

// inText returns the words of s.
func (r *Repairer) inText(s string) []inText {
	var out []inText
	var before token
	for t := range words(s) {
		from, to := t.start, t.end
		for from < to && s[from] == '\'' {
			from++
		}
		for from < to && s[to-1] == '\'' {
			to--
		}
		w := strings.ToLower(s[from:to])
		x := inText{from: from, to: to, form: t.form, own: -1, guess: r.meant(w, t.form), follows: len(out) > 0 && beforeSpace(s, before, t)}
		if i, ok := r.id[w]; ok {
			x.own = int32(i)
		}
		out = append(out, x)
		before = t
	}
	return out
}

// beforeSpace reports whether there is nothing but a space between two words.
func beforeSpace(s string, a, b token) bool {
	return s[a.end:b.start] == " "
}

// choice is one that a word may have been meant as, the best way there, and its
// score with it.
type choice struct {
	option      *option // nil: as it is
	first, last int32
	p, score    float64
	back        int
}

func (w *inText) choices() []choice {
	out := []choice{{nil, w.own, w.own, math.Log(w.guess.own), 0, 0}}
	if w.guess.own == 0 && len(w.guess.options) == 0 {
		out[0].p = 0
	}
	for i := range w.guess.options {
		o := &w.guess.options[i]
		out = append(out, choice{o, o.first, o.last, math.Log(o.p), 0, 0})
	}
	return out
}

// read picks what the words of a text were meant as: the likeliest sequence
// (Viterbi 1967), and of its changes those that are that sure.
func (c *followers) read(words []inText, least float64) []inText {
	if !slices.ContainsFunc(words, func(w inText) bool { return len(w.guess.options) > 0 }) {
		return nil
	}
	steps := make([][]choice, len(words))
	for i := range words {
		steps[i] = words[i].choices()
		for k := range steps[i] {
			x := &steps[i][k]
			x.score = math.Inf(-1)
			if i == 0 {
				x.score = x.p
				continue
			}
			for j, y := range steps[i-1] {
				score := y.score + x.p
				if words[i].follows {
					score += c.of(y.last, x.first)
				}
				if score > x.score {
					x.score, x.back = score, j
				}
			}
		}
	}
	picks := make([]int, len(words))
	for i := len(words) - 1; i >= 0; i-- {
		if i == len(words)-1 {
			for k, x := range steps[i] {
				if x.score > steps[i][picks[i]].score {
					picks[i] = k
				}
			}
		} else {
			picks[i] = steps[i+1][picks[i+1]].back
		}
	}
	for i := range words {
		if picks[i] == 0 {
			continue
		}
		// How sure it is beside what is before and after it.
		here := func(x choice) float64 {
			v := x.p
			if words[i].follows {
				v += c.of(steps[i-1][picks[i-1]].last, x.first)
			}
			if i+1 < len(words) && words[i+1].follows {
				v += c.of(x.last, steps[i+1][picks[i+1]].first)
			}
			return v
		}
		best, sum := here(steps[i][picks[i]]), 0.0
		for _, x := range steps[i] {
			sum += math.Exp(here(x) - best)
		}
		if words[i].sure = 1 / sum; words[i].sure < least {
			picks[i] = 0
			continue
		}
		words[i].pick = steps[i][picks[i]].option
	}
	return words
}

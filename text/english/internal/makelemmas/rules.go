package main

import (
	"sort"
	"strconv"
)

// operation encodes how lemma is derived from form: the number of bytes to cut,
// as a digit, and the replacement.
func operation(form, lemma string) string {
	n := 0
	for n < len(form) && n < len(lemma) && form[n] == lemma[n] {
		n++
	}
	if len(form)-n > 9 {
		return "=" + lemma
	}
	return strconv.Itoa(len(form)-n) + lemma[n:]
}

// rules maps endings of words to operations; the longest ending applies.
type rules map[string]string

func (r rules) apply(form string) string {
	for i := range len(form) + 1 {
		if op, ok := r[form[i:]]; ok {
			if op[0] == '=' || int(op[0]-'0') > len(form)-1 {
				return form
			}
			return form[:len(form)-int(op[0]-'0')] + op[1:]
		}
	}
	return form
}

type rule struct{ suffix, op string }

func (r rules) sorted() []rule {
	out := make([]rule, 0, len(r))
	for s, op := range r {
		out = append(out, rule{s, op})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].suffix < out[j].suffix })
	return out
}

// An ending gets a rule of its own if that corrects at least minGain words more
// than it breaks. A rule cuts only within its ending.
const (
	longestSuffix = 6
	minGain       = 4
)

// learn finds the rules, from short endings to longer ones.
func learn(pairs map[string]string) rules {
	counts := make([]map[string]map[string]int, longestSuffix+1)
	for n := range counts {
		counts[n] = map[string]map[string]int{}
	}
	for form, lemma := range pairs {
		op := operation(form, lemma)
		for n := 0; n <= min(longestSuffix, len(form)-1); n++ {
			s := form[len(form)-n:]
			if counts[n][s] == nil {
				counts[n][s] = map[string]int{}
			}
			counts[n][s][op]++
		}
	}
	r := rules{"": "0"}
	for n := 1; n <= longestSuffix; n++ {
		for _, s := range sortedKeys(counts[n]) {
			inherited := "0"
			for i := 1; i <= len(s); i++ {
				if op, ok := r[s[i:]]; ok {
					inherited = op
					break
				}
			}
			best := inherited
			for _, op := range sortedKeys(counts[n][s]) {
				if op[0] != '=' && int(op[0]-'0') <= n && counts[n][s][op] > counts[n][s][best] {
					best = op
				}
			}
			if best != inherited && counts[n][s][best]-counts[n][s][inherited] >= minGain {
				r[s] = best
			}
		}
	}
	return r
}

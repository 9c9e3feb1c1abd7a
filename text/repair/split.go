package repair

import (
	"math"

	"github.com/seed-56ee9438/cohort/text"
)

// longestPart is the number of letters of the longest word that is looked for.
const longestPart = 20

// split takes a word apart into known words, and returns them with their
// probability: nil and 0 if that is impossible. It takes time linear in len(w).
func (r *Repairer) split(w string) ([]string, float64) {
	if len(w) < 4 {
		return nil, 0
	}
	best := make([]float64, len(w)+1) // log probability of w[:i]
	from := make([]int, len(w)+1)     // where the last word of w[:i] begins
	missing, unseen := math.Log(r.SpaceRate()), math.Log(besides)
	for i := 1; i <= len(w); i++ {
		best[i] = math.Inf(-1)
		for j := max(0, i-longestPart); j < i; j++ {
			if math.IsInf(best[j], -1) || j == 0 && i == len(w) {
				continue
			}
			id, ok := r.id[w[j:i]]
			if !ok || !r.part(id) {
				continue
			}
			p := best[j] + r.prior[id]
			if j > 0 {
				p += missing
				if v, ok := r.pairs.ratio[[2]int32{int32(r.id[w[from[j]:j]]), int32(id)}]; ok {
					p += max(v, unseen)
				} else {
					p += unseen
				}
			}
			if p > best[i] {
				best[i], from[i] = p, j
			}
		}
	}
	if math.IsInf(best[len(w)], -1) {
		return nil, 0
	}
	var parts []string
	for i := len(w); i > 0; i = from[i] {
		parts = append(parts, w[from[i]:i])
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return parts, math.Exp(best[len(w)])
}

// part reports whether a word may be a part of words run together. Short ones
// must be frequent in the corpus or stop words, since vocabularies hold many
// fragments.
func (r *Repairer) part(id int) bool {
	w := r.index.words[id]
	switch {
	case len(w) > 3 && r.known[id], r.count[id] >= 3*r.o.MinCount && len(w) > 1:
		return true
	}
	return text.StopWords(text.English).Has(w) && (len(w) > 1 || w == "a" || w == "i")
}

// compoundShare is how much oftener words are made of others, and not listed, than
// a space is missing between two words that follow each other as often as any.
const compoundShare = 0.05

// compound returns the probability of a word that is made of parts.
func (r *Repairer) compound(parts []string) float64 {
	p := 1.0
	for i, w := range parts {
		p *= math.Exp(r.prior[r.id[w]])
		if i > 0 {
			p *= compoundShare
		}
	}
	return p
}

// joined returns what w, a word with capitals within, was meant to be: words run
// together if spaces are often missing, and each of them is glue, follows it, or often
// follows the one before.
func (r *Repairer) joined(w string) guess {
	if len(w) > longestRun {
		return guess{}
	}
	if own, listed := r.id[w]; listed && (r.known[own] || r.count[own] >= r.o.MinCount) {
		return guess{}
	}
	parts, p := r.split(w)
	for i := 1; i < len(parts) && (len(parts) == 2 || r.SpaceRate() < mostlyJoined); i++ {
		if a, b := parts[i-1], parts[i]; !glue[a] && !glue[b] && !r.pairs.often(int32(r.id[a]), int32(r.id[b])) {
			return guess{}
		}
	}
	if p == 0 {
		return guess{}
	}
	o := option{parts, int32(r.id[parts[0]]), int32(r.id[parts[len(parts)-1]]), p}
	return guess{own: r.alone(w, mixed, p) + r.compound(parts), options: []option{o}}
}

// manySpaces is the share of missing spaces from which words with capitals within are
// taken apart.
const manySpaces = 0.1

// mostlyJoined is the share of missing spaces from which nearly all words with two
// capitals within or more are words run together. What has two parts may still be a name.
const mostlyJoined = 0.5

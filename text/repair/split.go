package repair

import (
	"math"

	"github.com/seed-56ee9438/cohort/text"
)

// missingSpace is the probability that a space is missing.
const missingSpace = 0.05

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
				p += math.Log(missingSpace)
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

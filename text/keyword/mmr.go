package keyword

import "strings"

// DefaultDiversity is the default of Query.Diversity.
const DefaultDiversity = 0.3

// A Candidate is a term for Choose.
type Candidate struct {
	Key   string  // lower-case words joined by spaces, under their lemmas
	Score float64 // higher is better
	Count int     // number of occurrences
}

// Choose returns the indices in pool of up to top terms, in the order in which
// they are selected by maximal marginal relevance (Carbonell and Goldstein
// 1998): each time the one with the highest (1−d)·score/best − d·(similarity to
// the nearest selected one), where d is the diversity, from 0 to 1, and best
// the highest score. The similarity, from 0 to 1, is the greater of the Dice
// coefficients of the terms' words and of their pairs of letters; the latter
// counts only from 0.5, since unrelated words share some pairs.
//
// A term that means the same as a selected one is never selected: one that
// differs only in hyphens, spaces or an English ending, or by one slip in the
// spelling of a long word. If a longer term contains the words of a term and
// accounts for most of its occurrences, the longer one is selected instead:
// iPod battery for iPod, if iPod hardly occurs without battery.
//
// Ties go to the first in pool. Time is O(top·len(pool)).
func Choose(pool []Candidate, top int, diversity float64) []int {
	return choose(pool, 0, top, &preference{
		diversity: min(max(diversity, 0), 1), best: best(pool),
		alike: func(a, b int) float64 { return likeness(pool[a].Key, pool[b].Key) },
	})
}

func best(pool []Candidate) (score float64) {
	for i := range pool {
		score = max(score, pool[i].Score)
	}
	return score
}

// preference says what is selected of a pool.
type preference struct {
	diversity float64
	best      float64                // highest score
	alike     func(a, b int) float64 // similarity
	coherence float64                // weight of together
	together  func(a, b int) float64 // how much two occur together; nil if coherence is 0
}

// choose is Choose for any preference, with the first kept of pool selected
// before.
func choose(pool []Candidate, kept, top int, p *preference) []int {
	best, d := p.best, p.diversity
	if best <= 0 {
		best = 1
	}
	near := make([]float64, len(pool))     // similarity to the nearest selected one
	together := make([]float64, len(pool)) // sum of p.together over the selected ones
	used := make([]bool, len(pool))
	var chosen []int
	take := func(pick int) {
		used[pick] = true
		chosen = append(chosen, pick)
		for i := range pool {
			if used[i] {
				continue
			}
			if duplicate(&pool[pick], &pool[i]) {
				used[i] = true
				continue
			}
			near[i] = max(near[i], p.alike(pick, i))
			if p.coherence > 0 {
				together[i] += p.together(pick, i)
			}
		}
	}
	for i := range kept { // none of them repeats another
		used[i] = true
	}
	for i := range kept {
		take(i)
	}
	for len(chosen) < top {
		pick, value := -1, 0.0
		for i := range pool {
			if used[i] {
				continue
			}
			v := (1-d)*pool[i].Score/best - d*near[i]
			if p.coherence > 0 {
				v = (1-p.coherence)*v + p.coherence*together[i]/float64(max(len(chosen), 1))
			}
			if pick < 0 || v > value {
				pick, value = i, v
			}
		}
		if pick < 0 {
			break
		}
		take(longer(pool, used, pick))
	}
	return chosen
}

// longer returns the longest unused term that contains the words of pool[i] and
// accounts for most of its occurrences, the first in case of ties; i if there
// is none.
func longer(pool []Candidate, used []bool, i int) int {
	at := i
	for j := range pool {
		if !used[j] && len(pool[j].Key) > len(pool[at].Key) && holds(pool[j].Key, pool[i].Key) && most(pool[j].Count, pool[i].Count) {
			at = j
		}
	}
	return at
}

// most reports whether part is most of whole.
func most(part, whole int) bool { return float64(part) >= 0.7*float64(whole) }

// duplicate reports whether two terms mean the same: they differ only in
// hyphens, spaces or an ending, or by one slip in a long word, or one is a part
// of the other that hardly occurs elsewhere.
func duplicate(a, b *Candidate) bool {
	x, y := squeeze(a.Key), squeeze(b.Key)
	if len(x) > len(y) {
		x, y = y, x
	}
	if rest, ok := strings.CutPrefix(y, x); ok && (rest == "" || inflected(x, rest)) {
		return true
	}
	if (holds(a.Key, b.Key) || holds(b.Key, a.Key)) && most(min(a.Count, b.Count), max(a.Count, b.Count)) {
		return true
	}
	return words(a.Key) == words(b.Key) && len(x) >= 8 && oneSlip(x, y)
}

// inflected reports whether x plus ending is an inflection of the English word
// x: cars of car, but not card.
func inflected(x, ending string) bool {
	switch ending {
	case "s", "es", "ed", "ing":
		return len(x) > 2
	case "d":
		return x[len(x)-1] == 'e'
	}
	return false
}

// words returns the number of words of a term.
func words(key string) int { return strings.Count(key, " ") + 1 }

// holds reports whether whole contains the words of part in a row.
func holds(whole, part string) bool {
	for from := 0; ; {
		i := strings.Index(whole[from:], part)
		if i < 0 {
			return false
		}
		i += from
		end := i + len(part)
		if (i == 0 || whole[i-1] == ' ') && (end == len(whole) || whole[end] == ' ') {
			return true
		}
		from = i + 1
	}
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\'' {
			return -1
		}
		return r
	}, s)
}

// oneSlip reports whether x and y, which consist of letters, differ by one
// insertion, deletion or substitution, or by two neighbouring letters swapped.
func oneSlip(x, y string) bool {
	a, b := []rune(x), []rune(y)
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(a)-len(b) > 1 || len(b) < 6 {
		return false
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	j := 0
	for j < len(b)-i && a[len(a)-1-j] == b[len(b)-1-j] {
		j++
	}
	left, right := len(a)-i-j, len(b)-i-j
	if left <= 1 {
		return true
	}
	return left == 2 && right == 2 && a[i] == b[i+1] && a[i+1] == b[i]
}

// chanceLetters is the Dice coefficient of pairs of letters below which words
// share no more than by chance, like quality and nikon.
const chanceLetters = 0.5

// likeness returns the similarity of two terms, in [0, 1]: the greater of the
// Dice coefficient of their words and that of their pairs of letters, if that
// is at least chanceLetters.
func likeness(x, y string) float64 {
	words, letters := dice(strings.Fields(x), strings.Fields(y)), dice(pairs(x), pairs(y))
	if letters < chanceLetters {
		letters = 0
	}
	return max(words, letters)
}

func pairs(s string) []string {
	r := []rune(squeeze(s))
	var p []string
	for i := 0; i+1 < len(r); i++ {
		p = append(p, string(r[i:i+2]))
	}
	return p
}

// dice returns 2·|x∩y| / (|x|+|y|) of multisets.
func dice(x, y []string) float64 {
	if len(x)+len(y) == 0 {
		return 0
	}
	n := map[string]int{}
	for _, w := range x {
		n[w]++
	}
	both := 0
	for _, w := range y {
		if n[w] > 0 {
			n[w]--
			both++
		}
	}
	return 2 * float64(both) / float64(len(x)+len(y))
}

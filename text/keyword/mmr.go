package keyword

import "strings"

// DefaultDiversity is the Diversity of zero Options.
const DefaultDiversity = 0.3

// A Candidate is a term that Choose may choose.
type Candidate struct {
	Key   string  // lower-case words joined by spaces, under their lemmas
	Score float64 // how telling it is
	Count int     // how often it occurs
}

// Choose returns the indices in pool of the top terms, in the order in which
// they are chosen by maximal marginal relevance (Carbonell and Goldstein 1998):
// each time the one with the highest (1−d)·score/best − d·(likeness to the
// nearest chosen one), d being the diversity, from 0 to 1, and best the highest
// score. Likeness, from 0 to 1, is the greater of the Dice coefficients of the
// terms' words and of their pairs of letters, the latter only from 0.5 up, since
// unrelated words share some.
//
// A term that says the same as a chosen one is never chosen: the same but for
// hyphens, spaces or an English ending, or a spelling one slip apart in a long
// word. Of a term and a longer one that holds its words and accounts for most of
// its occurrences, the longer is chosen in its place: iPod battery for iPod, if
// hardly anything else is said of an iPod.
//
// Of equal values the first in pool is chosen. Time is O(top·len(pool)).
func Choose(pool []Candidate, top int, diversity float64) []int {
	return choose(pool, top, min(max(diversity, 0), 1), best(pool), func(a, b int) float64 { return likeness(pool[a].Key, pool[b].Key) })
}

func best(pool []Candidate) (score float64) {
	for i := range pool {
		score = max(score, pool[i].Score)
	}
	return score
}

// choose is Choose with any likeness of the terms of two indices, and any
// highest score.
func choose(pool []Candidate, top int, d, best float64, alike func(a, b int) float64) []int {
	if best <= 0 {
		best = 1
	}
	near := make([]float64, len(pool)) // likeness to the nearest chosen one
	used := make([]bool, len(pool))
	var chosen []int
	for len(chosen) < top {
		pick, value := -1, 0.0
		for i := range pool {
			if used[i] {
				continue
			}
			if v := (1-d)*pool[i].Score/best - d*near[i]; pick < 0 || v > value {
				pick, value = i, v
			}
		}
		if pick < 0 {
			break
		}
		pick = longer(pool, used, pick)
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
			near[i] = max(near[i], alike(pick, i))
		}
	}
	return chosen
}

// longer returns the longest term not used that holds the words of pool[i] and
// accounts for most of its occurrences, the first of equals; i where there is
// none.
func longer(pool []Candidate, used []bool, i int) int {
	at := i
	for j := range pool {
		if !used[j] && len(pool[j].Key) > len(pool[at].Key) && holds(pool[j].Key, pool[i].Key) && most(pool[j].Count, pool[i].Count) {
			at = j
		}
	}
	return at
}

// most tells whether part is most of whole.
func most(part, whole int) bool { return float64(part) >= 0.7*float64(whole) }

// duplicate tells whether two terms say the same: the same but for hyphens,
// spaces and an ending, a spelling one slip apart in a long word, or a phrase and
// a part of it that occurs hardly anywhere else.
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

// inflected tells whether x with ending is an inflection of English word x, such
// as words counted as written have: cars of car, but not card.
func inflected(x, ending string) bool {
	switch ending {
	case "s", "es", "ed", "ing":
		return len(x) > 2
	case "d":
		return x[len(x)-1] == 'e'
	}
	return false
}

// words is how many words a term has.
func words(key string) int { return strings.Count(key, " ") + 1 }

// holds tells whether the words of part are in whole, in a row.
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

// oneSlip tells whether x and y, of letters, differ by one insertion, deletion
// or substitution, or by two neighbours swapped.
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
// share no more than a language's words do by chance: quality and nikon are not
// alike.
const chanceLetters = 0.5

// likeness of two terms, in [0, 1]: the greater of the Dice coefficient of
// their words and that of their pairs of letters, from chanceLetters up.
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

// dice is 2·|x∩y| / (|x|+|y|), of multisets.
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

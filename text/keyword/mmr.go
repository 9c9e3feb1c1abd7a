package keyword

import "strings"

// choose picks Top of pool, which comes by falling score, by maximal marginal
// relevance: each time the one with the highest (1−d)·score/best − d·(likeness
// to the nearest chosen one), best being the highest score. Near-duplicates of a
// chosen keyword are merged into it rather than chosen.
func (c *Counter) choose(pool []candidate, best float64, alike func(a, b *candidate) float64) []Keyword {
	if best <= 0 {
		best = 1
	}
	d := c.opt.Diversity
	near := make([]float64, len(pool)) // likeness to the nearest chosen one
	used := make([]bool, len(pool))
	var chosen []Keyword
	for len(chosen) < c.opt.Top {
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
		used[pick] = true
		chosen = append(chosen, pool[pick].Keyword)
		for i := range pool {
			if used[i] {
				continue
			}
			if duplicate(&pool[pick], &pool[i]) {
				used[i] = true
				continue
			}
			near[i] = max(near[i], alike(&pool[pick], &pool[i]))
		}
	}
	return chosen
}

// duplicate tells whether two terms say the same: the same but for hyphens and
// spaces, a spelling one slip apart in a long word, or a phrase and a part of it
// that occurs hardly anywhere else.
func duplicate(a, b *candidate) bool {
	x, y := squeeze(a.key), squeeze(b.key)
	if x == y || x == y+"s" || y == x+"s" || x == y+"es" || y == x+"es" {
		return true
	}
	if within(x, y) && float64(min(a.Count, b.Count)) >= 0.7*float64(max(a.Count, b.Count)) {
		return true
	}
	return a.words == b.words && min(len(x), len(y)) >= 8 && oneSlip(x, y)
}

func within(x, y string) bool { return strings.Contains(x, y) || strings.Contains(y, x) }

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

// likeness of two terms, in [0, 1]: the greater of the Dice coefficient of
// their words and that of their pairs of letters.
func likeness(x, y string) float64 {
	return max(dice(strings.Fields(x), strings.Fields(y)), dice(pairs(x), pairs(y)))
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

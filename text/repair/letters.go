package repair

import "math"

// letters tells words that could be words, such as names, from slips of the fingers by
// how often a letter follows two others in the words of a vocabulary: trigrams,
// interpolated with bigrams and single letters (Jelinek and Mercer 1980).
type letters struct {
	// p is the logarithm of the probability of a letter after two others, at
	// (first*signs+second)*signs+letter.
	p []float64
}

const (
	signs        = 28   // the beginning and the end of a word, a to z, and the rest
	leastTold    = 1000 // words of a vocabulary from which letters are known
	shortestTold = 4    // letters of the shortest words that are counted, and judged
	// The weights of bigrams and single letters where trigrams are not known, and the
	// number of trigrams of two letters that weighs as much as these.
	ofTwo, ofOne = 0.9, 0.09
	ofFewer      = 20
)

// sign returns the number of a letter.
func sign(c byte) int {
	if c < 'a' || c > 'z' {
		return signs - 1
	}
	return int(c-'a') + 1
}

// follow calls f with the numbers of each letter of w, and of its end, and of the two
// before.
func follow(w string, f func(a, b, c int)) {
	a, b := 0, 0
	for j := range len(w) + 1 {
		c := 0
		if j < len(w) {
			c = sign(w[j])
		}
		f(a, b, c)
		a, b = b, c
	}
}

// newLetters counts the letters of the words that are known; nil if they are too few.
func newLetters(words []string, known []bool) *letters {
	three, two, one := make([]float64, signs*signs*signs), make([]float64, signs*signs), make([]float64, signs)
	n := 0
	for i, w := range words {
		if !known[i] || len(w) < shortestTold {
			continue
		}
		n++
		follow(w, func(a, b, c int) {
			three[(a*signs+b)*signs+c]++
			two[b*signs+c]++
			one[c]++
		})
	}
	if n < leastTold {
		return nil
	}
	l := &letters{make([]float64, len(three))}
	all := sum(one)
	for a := range signs {
		for b := range signs {
			at := (a*signs + b) * signs
			here, fewer := sum(three[at:at+signs]), two[b*signs:(b+1)*signs]
			rest, both := ofFewer/(here+ofFewer), max(sum(fewer), 1)
			for c := range signs {
				back := ofTwo*fewer[c]/both + ofOne*one[c]/all + (1-ofTwo-ofOne)/signs
				l.p[at+c] = math.Log(three[at+c]/(here+ofFewer) + rest*back)
			}
		}
	}
	return l
}

func sum(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s
}

// of returns the logarithm of the probability of w.
func (l *letters) of(w string) float64 {
	p := 0.0
	follow(w, func(a, b, c int) { p += l.p[(a*signs+b)*signs+c] })
	return p
}

// Logarithms: how much likelier than by its letters alone a word of a length is meant, and
// the least and the greatest odds.
const (
	usualOdds = 7
	leastOdds = -3
	mostOdds  = 2
)

// odds returns how much likelier a strange word is to be meant than another of its
// length: names look like words, and most slips do not.
func (l *letters) odds(w string) float64 {
	if l == nil || len(w) < shortestTold {
		return 1
	}
	v := usualOdds + l.of(w) - math.Log(strange(len(w))/strangeShare)
	return math.Exp(min(max(v, leastOdds), mostOdds))
}

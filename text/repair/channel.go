package repair

import "math"

// The probabilities of errors, given that a character is wrong.
const (
	ofKind      = 0.25 // each of deletion, insertion, substitution, transposition
	onNeighbour = 0.8  // a wrong letter is a neighbour on the keyboard, or looks alike
	twice       = 0.4  // a letter too many is that beside it once more
)

// neighbours holds, for each letter, the letters beside it on a QWERTY keyboard,
// and those that look alike.
var neighbours = [26]string{
	"qwszoe", "vghn", "xdfvoe", "ersfcx", "wsdrca", "rtgdvct", "tyhfvbq", "yujgbnb", "ujkoltj", "uikhnmi", "ijlomh", "opkit", "njkhn",
	"bhjmhur", "iplkace", "olqg", "wapg", "edftn", "awedxz", "ryfgil", "yihjvn", "cfgbuyw", "qeasv", "zsdc", "tughv", "asx",
}

func beside(a, b byte) bool {
	if a < 'a' || a > 'z' {
		return false
	}
	n := neighbours[a-'a']
	for i := range len(n) {
		if n[i] == b {
			return true
		}
	}
	return false
}

// wrong returns the logarithm of the probability of typing got where meant was
// meant.
func wrong(meant, got byte) float64 {
	if beside(meant, got) {
		return math.Log(ofKind * onNeighbour / 6)
	}
	return math.Log(ofKind * (1 - onNeighbour) / 20)
}

var (
	logKind  = math.Log(ofKind)
	logTwice = math.Log(ofKind * twice)
	logNear  = math.Log(ofKind * (onNeighbour - twice) / 8)
	logFar   = math.Log(ofKind * (1 - onNeighbour) / 18)
)

// channel returns the logarithm of the probability that meant was typed as got,
// if a character is wrong with probability rate: that of the likeliest
// alignment.
func channel(meant, got string, rate float64) float64 {
	if max(len(meant), len(got)) > mostWord {
		return math.Inf(-1)
	}
	wr, ok := math.Log(rate), math.Log1p(-rate)
	var rows [3][mostWord + 1]float64
	before, last, now := &rows[0], &rows[1], &rows[2]
	extra := func(i, j int) float64 { // got[j-1] is an insertion after meant[:i]
		c := got[j-1]
		switch {
		case i > 0 && meant[i-1] == c || i < len(meant) && meant[i] == c:
			return wr + logTwice
		case i > 0 && beside(meant[i-1], c) || i < len(meant) && beside(meant[i], c):
			return wr + logNear
		}
		return wr + logFar
	}
	last[0] = 0
	for j := 1; j <= len(got); j++ {
		last[j] = last[j-1] + extra(0, j)
	}
	for i := 1; i <= len(meant); i++ {
		now[0] = last[0] + wr + logKind
		for j := 1; j <= len(got); j++ {
			var p float64
			if meant[i-1] == got[j-1] {
				p = last[j-1] + ok
			} else {
				p = last[j-1] + wr + wrong(meant[i-1], got[j-1])
			}
			p = max(p, last[j]+wr+logKind, now[j-1]+extra(i, j))
			if i > 1 && j > 1 && meant[i-1] == got[j-2] && meant[i-2] == got[j-1] {
				p = max(p, before[j-2]+wr+logKind)
			}
			now[j] = p
		}
		before, last, now = last, now, before
	}
	return last[len(got)]
}

package sentiment

import (
	"math"
	"strings"

	"github.com/seed-56ee9438/cohort/text/emoji"
)

// emojiError is the standard error of one emoji's valence as an estimate of its
// text's sentiment.
const emojiError = 0.45

// withEmoji combines the valences of a text's emoji with the sentiment of its
// words, weighted by their standard errors. Repeated emoji count once.
func withEmoji(s string, words Feeling) Feeling {
	said := false
	sum, n := 0.0, 0
	seen := map[string]bool{}
	at := 0
	for {
		start, end, ok := emoji.Next(s, at)
		if !ok {
			break
		}
		said = said || strings.ContainsFunc(s[at:start], isWord)
		if v, known := emoji.Valence(s[start:end]); known && !seen[s[start:end]] {
			seen[s[start:end]] = true
			sum += v
			n++
		}
		at = end
	}
	said = said || strings.ContainsFunc(s[at:], isWord)
	switch {
	case n == 0 && !said:
		return Feeling{Unknown: true}
	case n == 0:
		return words
	case !said:
		return emojiAlone(sum/float64(n), emojiError/math.Sqrt(float64(n)))
	}
	if words.StdErr == 0 {
		words.StdErr = emojiError
	}
	own, theirs := 1/(words.StdErr*words.StdErr), 1/(emojiError*emojiError)
	all := own + float64(n)*theirs
	out := words
	out.Value, out.StdErr = (words.Value*own+sum*theirs)/all, 1/math.Sqrt(all)
	if words.Class() != "" {
		e := emojiAlone(sum/float64(n), 0)
		share := float64(n) * theirs / all
		out.Negative += share * (e.Negative - out.Negative)
		out.Neutral += share * (e.Neutral - out.Neutral)
		out.Positive += share * (e.Positive - out.Positive)
	}
	return out
}

// emojiAlone returns the sentiment of emoji of this mean valence.
func emojiAlone(valence, stdErr float64) Feeling {
	return Feeling{Value: valence, StdErr: stdErr, Negative: max(0, -valence), Neutral: 1 - max(valence, -valence), Positive: max(0, valence)}
}

package sentiment

import (
	"fmt"
	"math"
	"slices"
)

// Classes is a multinomial logistic regression that tells negative, neutral and
// positive texts apart by their vectors and by features of their words (see
// Mixed). Once fitted or read it is immutable and safe for concurrent use.
type Classes struct {
	Model   string     `json:"model"`   // the encoder whose vectors it takes
	Data    string     `json:"data"`    // the data it was fitted on
	Weights weights    `json:"weights"` // [3, dim] of float32, in the order negative, neutral, positive
	Words   []float64  `json:"words"`   // [3, features]
	Bias    [3]float64 `json:"bias"`
	Penalty float64    `json:"penalty"` // L2 penalty of the fit
	// Turn makes negations count, which vectors hardly represent (FitTurn): the
	// log-odds of positive against negative are multiplied by Turn[0] + Turn[1] t,
	// and Turn[2] t v is added, where v is the value of the words and t the square
	// of the share of it that negations inverted, less in long texts. All 0: the
	// log-odds stay as they are.
	Turn [3]float64 `json:"turn"`
	// Spread is the root mean square error of a value in units of the standard
	// deviation that the probabilities imply, on texts of kinds left out of the
	// fit that are as near as those it was fitted on; 0: 1.
	Spread float64 `json:"spread,omitempty"`
}

// classCount is the number of classes.
const classCount = 3

// Dim returns the length of the vectors that it takes.
func (c *Classes) Dim() int { return len(c.Weights) / classCount }

// probabilities returns those of the classes for a vector [Dim] and the features
// of words.
func (c *Classes) probabilities(v []float32, words []float64) [classCount]float64 {
	z := c.logits(v, words)
	if c.Turn != [3]float64{} {
		f := turnFeatures(z, words)
		middle, lead := (z[0]+z[2])/2, 0.0
		for j, w := range c.Turn {
			lead += w * f[j]
		}
		z[0], z[2] = middle-lead/2, middle+lead/2
	}
	return softmax(z)
}

// turnFeatures returns what Turn weighs: the log-odds of positive against
// negative, the same times the share that is turned, and the turned value.
func turnFeatures(z [classCount]float64, words []float64) [3]float64 {
	lead := z[2] - z[0]
	return [3]float64{lead, words[wordsTurned] * lead, words[wordsTurnedValue]}
}

// logits returns the log-odds by vector and words, up to a constant.
func (c *Classes) logits(v []float32, words []float64) (z [classCount]float64) {
	d, f := len(v), len(words)
	for k := range z {
		s := c.Bias[k]
		for j, w := range c.Weights[k*d : (k+1)*d] {
			s += float64(w) * float64(v[j])
		}
		for j, w := range c.Words[k*f : (k+1)*f] {
			s += w * words[j]
		}
		z[k] = s
	}
	return z
}

// softmax returns exp(z) / Σ exp(z).
func softmax(z [classCount]float64) [classCount]float64 {
	most, sum := max(z[0], z[1], z[2]), 0.0
	for k, v := range z {
		z[k] = math.Exp(v - most)
		sum += z[k]
	}
	for k := range z {
		z[k] /= sum
	}
	return z
}

// feeling returns the sentiment with these probabilities. Its standard error is
// that of the judgement of one person: negative is -1, neutral 0, positive 1.
func (c *Classes) feeling(p [classCount]float64) Feeling {
	value := p[2] - p[0]
	spread := c.Spread
	if spread == 0 {
		spread = 1
	}
	return Feeling{
		Value: value, StdErr: spread * math.Sqrt(max(0, p[0]+p[2]-value*value)),
		Negative: p[0], Neutral: p[1], Positive: p[2],
	}
}

// check requires what probabilities relies on.
func (c *Classes) check(features int) error {
	if c == nil || len(c.Weights) == 0 || len(c.Weights)%classCount != 0 || len(c.Words) != classCount*features {
		return fmt.Errorf("%w: want weights of %d classes and of %d features of words", ErrFormat, classCount, features)
	}
	for i, w := range slices.Concat([]float64{c.Penalty, c.Spread}, c.Bias[:], c.Turn[:], c.Words) {
		if w-w != 0 {
			return fmt.Errorf("%w: number %d of the classes is not finite", ErrFormat, i)
		}
	}
	for i, w := range c.Weights {
		if w-w != 0 {
			return fmt.Errorf("%w: weight %d of the classes is not finite", ErrFormat, i)
		}
	}
	if c.Spread < 0 {
		return fmt.Errorf("%w: spread %v, want >= 0", ErrFormat, c.Spread)
	}
	return nil
}

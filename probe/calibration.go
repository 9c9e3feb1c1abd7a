package probe

import "math"

// totalLoss returns the sum of the log losses of rows of log-odds divided by t.
func totalLoss(logits [][]float64, labels []int, t float64) (loss float64) {
	z := make([]float64, len(logits[0]))
	for r, row := range logits {
		for c, v := range row {
			z[c] = v / t
		}
		loss += lossAndSlope(z, labels[r])
	}
	return loss
}

// temperature returns the temperature with the least log loss, from 0.05 to 20, by
// golden section over its logarithm: the loss is convex in 1/t, so it has one
// minimum.
func temperature(logits [][]float64, labels []int) float64 {
	low, high := math.Log(0.05), math.Log(20)
	ratio := (math.Sqrt(5) - 1) / 2
	at := func(u float64) float64 { return totalLoss(logits, labels, math.Exp(u)) }
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	la, lb := at(a), at(b)
	for high-low > 1e-4 {
		if la < lb {
			high, b, lb = b, a, la
			a = high - ratio*(high-low)
			la = at(a)
		} else {
			low, a, la = a, b, lb
			b = low + ratio*(high-low)
			lb = at(b)
		}
	}
	return math.Exp((low + high) / 2)
}

// CalibrationError returns how far probabilities are from the share of times that
// they come true: the expected calibration error over bins of equal width of the
// largest probability of each row (Naeini, Cooper and Hauskrecht 2015). It takes
// probabilities [n][classes], labels [n] and 1 to 65,536 bins. It is NaN for
// other numbers of bins, without rows, and for rows and labels that differ in
// number or are no probabilities.
func CalibrationError(probabilities [][]float64, labels []int, bins int) float64 {
	if bins < 1 || bins > 1<<16 || len(probabilities) == 0 || len(labels) != len(probabilities) {
		return math.NaN()
	}
	said, came, n := make([]float64, bins), make([]float64, bins), 0.0
	for i, p := range probabilities {
		best := 0
		for c, v := range p {
			if v > p[best] {
				best = c
			}
		}
		if len(p) == 0 || !(p[best] >= 0 && p[best] <= 1) {
			return math.NaN()
		}
		b := min(bins-1, int(p[best]*float64(bins)))
		said[b] += p[best]
		if best == labels[i] {
			came[b]++
		}
		n++
	}
	sum := 0.0
	for b := range said {
		sum += math.Abs(said[b]-came[b]) / n
	}
	return sum
}

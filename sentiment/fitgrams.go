package sentiment

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/lbfgs"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// GramOptions configures FitGrams.
type GramOptions struct {
	Bits      int     // log2 of the number of buckets; 0: 17
	Longest   int     // length of the longest n-gram in characters; 0: 3
	Penalty   float64 // L2 penalty on the weights of scaled features; 0: 0.2
	Smoothing float64 // added to every count; 0: 1
}

// FitGrams fits a logistic regression to the character n-grams of texts that
// are positive or not. Each n-gram is scaled by its naive Bayes log-count
// ratio, and the text by the root of their number. Errors wrap ErrTraining.
func FitGrams(ctx context.Context, texts []string, positive []bool, o GramOptions) (*Grams, error) {
	if err := checkLabels(len(texts), positive); err != nil {
		return nil, err
	}
	if o.Bits == 0 {
		o.Bits = 17
	}
	if o.Longest == 0 {
		o.Longest = 3
	}
	if o.Penalty == 0 {
		o.Penalty = 0.2
	}
	if o.Smoothing == 0 {
		o.Smoothing = 1
	}
	if err := checkLimits(
		limits{"Bits", float64(o.Bits), 1, maxBits}, limits{"Longest", float64(o.Longest), 1, mostLongest},
		limits{"Penalty", o.Penalty, 0, mostPenalty}, limits{"Smoothing", o.Smoothing, 1e-9, mostPenalty},
	); err != nil {
		return nil, err
	}
	c, err := countGrams(ctx, texts, positive, o)
	if err != nil {
		return nil, err
	}
	size := len(c.ratio)
	// One evaluation of sum of log losses + Penalty/2 |w|² over w and the bias.
	evaluate := func(grad, p []float64) float64 {
		clear(grad)
		loss := 0.0
		for i := range texts {
			text := c.text(i)
			root := math.Sqrt(float64(max(1, len(text))))
			z := 0.0
			for _, b := range text {
				z += p[b] * c.ratio[b]
			}
			z = z/root + p[size]
			loss += lbfgs.LogLoss(z, positive[i])
			if grad == nil {
				continue
			}
			e := lbfgs.Slope(z, positive[i])
			grad[size] += e
			e /= root
			for _, b := range text {
				grad[b] += e * c.ratio[b]
			}
		}
		return loss + lbfgs.RidgePenalty(grad, p[:size], o.Penalty)
	}
	p, err := minimize(ctx, evaluate, size+1, len(texts))
	if err != nil {
		return nil, err
	}
	g := &Grams{Bits: o.Bits, Longest: o.Longest, Weights: make(weights, size), Bias: p[size]}
	for b := range g.Weights {
		g.Weights[b] = float32(p[b] * c.ratio[b])
	}
	return g, nil
}

// gramCounts holds the buckets of texts, and the naive Bayes log-count ratio of
// each bucket.
type gramCounts struct {
	found []uint32 // buckets of all texts, one text after the other
	ends  []int    // end of each text in found
	ratio []float64
}

func (c *gramCounts) text(i int) []uint32 { return c.found[c.ends[i]:c.ends[i+1]] }

func countGrams(ctx context.Context, texts []string, positive []bool, o GramOptions) (*gramCounts, error) {
	size := 1 << o.Bits
	c := &gramCounts{ends: make([]int, 1, len(texts)+1), ratio: make([]float64, size)}
	with := [2][]float64{make([]float64, size), make([]float64, size)}
	var total [2]float64
	for i, text := range texts {
		if i%1024 == 0 {
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
		}
		c.found = buckets(c.found, text, o.Bits, o.Longest)
		class := 0
		if positive[i] {
			class = 1
		}
		for _, b := range c.found[c.ends[i]:] {
			with[class][b]++
		}
		c.ends = append(c.ends, len(c.found))
	}
	for class := range with {
		for _, n := range with[class] {
			total[class] += n + o.Smoothing
		}
	}
	for b := range c.ratio { // buckets that no text has carry no information
		if with[0][b]+with[1][b] > 0 {
			c.ratio[b] = math.Log((with[1][b]+o.Smoothing)/total[1]) - math.Log((with[0][b]+o.Smoothing)/total[0])
		}
	}
	return c, nil
}

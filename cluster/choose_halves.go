package cluster

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// mostInHalf is the largest number of points of a half.
const mostInHalf = 5000

// halves measures how well DBSCAN's clusters of one half of the points agree
// with those of the other. Resamples that share points, as bootstraps do, agree
// on the fragments that these points make: for texts such agreement is largest
// where the clusters are too small.
func (s *sweep) halves(ctx context.Context, c *Candidate) error {
	half := min(s.n/2, mostInHalf)
	if c.Clusters < 2 {
		return nil
	}
	// Each point stands for several, so fewer of them are as dense.
	least := int(math.Ceil(float64(s.o.MinSamples) * float64(half) / float64(s.n)))
	m := DBSCAN{Eps: c.Eps, MinSamples: max(least, min(2, s.o.MinSamples)), Metric: s.o.Metric, Threads: s.o.Threads}
	sum := 0.0
	for b := range s.o.Bootstraps {
		order := rand.New(rand.NewPCG(s.o.Seed, 200+uint64(b))).Perm(s.n)
		var found [2][]int
		for h := range found {
			r, err := m.Fit(ctx, score.Take(s.x, order[h*half:(h+1)*half]))
			if err != nil {
				return err
			}
			if found[h], err = r.Predict(ctx, s.sample); err != nil {
				return err
			}
		}
		ari, err := score.AdjustedRand(found[0], found[1])
		if err != nil {
			return err
		}
		sum += ari
	}
	c.Stability = sum / float64(s.o.Bootstraps)
	return nil
}

// entropy returns the entropy of the sizes of clusters among the points in
// clusters, in nats. It is 0 for a single cluster, and small if one of several
// holds nearly all points.
func (c *Candidate) entropy() float64 {
	h := 0.0
	sizes, all := c.sizes()
	for _, size := range sizes {
		if size > 0 {
			share := float64(size) / float64(all)
			h -= share * math.Log(share)
		}
	}
	return h
}

// mostReproducible returns the candidate near the knee of the k-distances, at
// radius bend, with the largest product of the share of points in clusters and
// the geometric mean of stability and entropy, or -1 if no product is above 0.
func mostReproducible(cs []Candidate, bend float64) int {
	best, most := -1, 0.0
	for i := range cs {
		c := &cs[i]
		if c.Clusters < 2 || c.Eps < bend*belowBend || c.Eps > bend*aroundBend || !(c.Stability > 0) { // also NaN
			continue
		}
		if v := (1 - c.NoiseShare) * math.Sqrt(c.Stability*c.entropy()); v > most {
			best, most = i, v
		}
	}
	return best
}

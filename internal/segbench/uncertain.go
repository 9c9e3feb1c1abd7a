package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/pipeline"
)

// tally is how often the number was within a fifth of the classes, how often it or
// one that fits as well was, and by how much the best number of the ladder has a
// better adjusted Rand index, in sum.
type tally struct {
	runs, right, named int
	lost               float64
}

// uncertain prints which numbers fit about as well as the one that pipeline.Auto
// chooses, and how good the choice is where there are some and where there are
// none; samples of each set, one for each seed.
func uncertain(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "| set | texts | seed | classes | k chosen | as well | ARI | best of the ladder |\n|---|---|---|---|---|---|---|---|")
	var sums [2]tally // certain and uncertain
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			c, found, err := s.ladder(ctx, seed)
			if err != nil {
				return err
			}
			rivals, _, _ := c.Rivals()
			k, best := c.Candidates[c.Best].K, slices.Max(found)
			fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %v | %.3f | %.3f |\n", s.name, len(s.truth), seed, s.classes, k, rivals, found[c.Best], best)
			sum := &sums[0]
			if rivals != nil {
				sum = &sums[1]
			}
			sum.runs++
			sum.lost += best - found[c.Best]
			right := func(k int) bool { return 5*k >= 4*s.classes && 5*k <= 6*s.classes }
			if right(k) {
				sum.right++
			}
			if right(k) || slices.ContainsFunc(rivals, right) {
				sum.named++
			}
		}
	}
	for i, name := range []string{"certain", "uncertain"} {
		t := sums[i]
		fmt.Fprintf(w, "\n%s: %d runs, %d numbers within a fifth of the classes, of those named %d; %.3f below the best of the ladder on the mean\n", name, t.runs, t.right, t.named, t.lost/max(float64(t.runs), 1))
	}
	return nil
}

// ladder returns what pipeline.Auto chooses and the adjusted Rand index of KMeans
// with each candidate's number of clusters on the smoothed vectors.
func (s *set) ladder(ctx context.Context, seed uint64) (*pipeline.Choice, []float64, error) {
	x := dense.Matrix{Rows: s.users.Vectors}
	c, err := pipeline.Auto{Seed: seed}.Choose(ctx, x, s.words())
	if err != nil {
		return nil, nil, err
	}
	p, err := c.Reduce.Reduce(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	f, ok := p.(interface{ Fitted() *mat.Dense })
	if !ok {
		return nil, nil, fmt.Errorf("a %T keeps no points", p)
	}
	smooth := dense.Matrix{Rows: dense.Narrow(f.Fitted())}
	var found []float64
	for _, t := range c.Candidates {
		km, err := cluster.KMeans{K: t.K, NInit: 3, Seed: seed}.Fit(ctx, smooth)
		if err != nil {
			return nil, nil, err
		}
		a, err := eval.ARI(s.truth, km.Labels)
		if err != nil {
			return nil, nil, err
		}
		found = append(found, a)
	}
	return c, found, nil
}

package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/crowd"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
)

// view is the points, and points without clusters, described in one way.
type view struct {
	by reduce.Reducer // nil: as they are
	x  mat.Matrix     // [n, k]
}

// Choose chooses for the rows of m, [n, d], by the scores of a random sample of
// at most 2000 of them, scaled to length 1. It takes two runs of UMAP on these,
// and time linear in the numbers of clusters tried. Rows of zeros, which have no
// cosine, are a cluster.ErrZeroRow, and fewer than 50 rows a
// cluster.ErrTooFewPoints.
func (a Auto) Choose(ctx context.Context, m mat.Matrix) (*Choice, error) {
	if m == nil {
		return nil, fmt.Errorf("pipeline: Auto: %w", cluster.ErrEmpty)
	}
	n, dim := m.Dims()
	if n == 0 || dim == 0 {
		return nil, fmt.Errorf("pipeline: Auto: %w", cluster.ErrEmpty)
	}
	a, err := a.check(n)
	if err != nil {
		return nil, err
	}
	x, ok := dense.Float32(m)
	if !ok {
		x = dense.Narrow(m)
	}
	if x, err = a.sample(x); err != nil {
		return nil, err
	}
	points := dense.Matrix{Rows: x}
	umap := reduce.AtMost{Reducer: reduce.UMAP{Components: 5, Metric: reduce.Cosine, Seed: a.Seed, Threads: a.Threads}}
	views := []view{
		{x: points},
		{by: reduce.AtMost{Reducer: reduce.PCA{Components: 50, Seed: a.Seed, Threads: a.Threads}}},
		{by: umap},
	}
	for i := range views {
		if v := &views[i]; v.by != nil {
			if v.x, err = apply(ctx, v.by, points); err != nil {
				return nil, err
			}
		}
	}
	null, err := apply(ctx, umap, dense.Matrix{Rows: crowd.New(x).Draw(a.Seed, 0)})
	if err != nil {
		return nil, err
	}
	c := &Choice{}
	var labels [][][]int // [candidates][views][n]
	for _, k := range a.rungs() {
		tried, of, err := a.try(ctx, views, null, k)
		if err != nil {
			return nil, err
		}
		c.Candidates, labels = append(c.Candidates, tried), append(labels, of)
	}
	c.score()
	for i, v := range views {
		s, err := (eval.Scorer{Metric: eval.Cosine, Threads: a.Threads}).Silhouette(ctx, points, labels[c.Best][i])
		if err != nil {
			return nil, err
		}
		c.Reductions = append(c.Reductions, Reduction{v.by, s})
	}
	slices.SortStableFunc(c.Reductions, func(a, b Reduction) int { return cmp.Compare(b.Silhouette, a.Silhouette) })
	c.Reduce = c.Reductions[0].By
	c.Clusterer = cluster.KMeans{K: c.Candidates[c.Best].K, NInit: starts, Seed: a.Seed, Threads: a.Threads}
	c.explain()
	return c, nil
}

// sample returns at most mostPoints rows of x [n, dim], in their order, scaled to
// length 1.
func (a Auto) sample(x dense.Rows[float32]) (dense.Rows[float32], error) {
	rows := rand.New(rand.NewPCG(a.Seed, 0xa070)).Perm(x.Len)[:min(x.Len, mostPoints)]
	slices.Sort(rows)
	out := dense.New[float32](len(rows), x.Dim)
	for i, r := range rows {
		if err := vector.Unit(out.Row(i), x.Row(r)); err != nil {
			return out, fmt.Errorf("pipeline: Auto: row %d: %w", r, cluster.ErrNotFinite)
		}
		if vector.Norm(out.Row(i)) == 0 {
			return out, fmt.Errorf("pipeline: Auto: row %d: %w", r, cluster.ErrZeroRow)
		}
	}
	return out, nil
}

// try scores k clusters. It also returns the labels by view, of which the last
// is UMAP's.
func (a Auto) try(ctx context.Context, views []view, null mat.Matrix, k int) (Candidate, [][]int, error) {
	c := Candidate{K: k}
	km := cluster.KMeans{K: k, NInit: starts, Seed: a.Seed, Threads: a.Threads}
	labels := make([][]int, len(views))
	for i, v := range views {
		p, err := km.Fit(ctx, v.x)
		if err != nil {
			return c, nil, err
		}
		labels[i] = p.Labels
	}
	last := len(views) - 1
	p, err := km.Fit(ctx, null)
	if err != nil {
		return c, nil, err
	}
	scorer := eval.Scorer{SampleSize: mostScored, Seed: a.Seed, Threads: a.Threads}
	if c.Silhouette, err = scorer.Silhouette(ctx, views[last].x, labels[last]); err != nil {
		return c, nil, err
	}
	if c.Null, err = scorer.Silhouette(ctx, null, p.Labels); err != nil {
		return c, nil, err
	}
	if c.Agreement, err = a.halved(ctx, views[last].x, km); err != nil {
		return c, nil, err
	}
	if c.NullAgreement, err = a.halved(ctx, null, km); err != nil {
		return c, nil, err
	}
	for i := range last {
		r, err := eval.ARI(labels[i], labels[last])
		if err != nil {
			return c, nil, err
		}
		c.Cross += r / float64(last)
	}
	return c, labels, nil
}

// halved returns the mean adjusted Rand index of the labels that all rows of x
// get from each of two halves that are clustered apart. It is the agreement by
// which Tibshirani and Walther, Cluster validation by prediction strength, 2005,
// find the number of clusters, by another index.
func (a Auto) halved(ctx context.Context, x mat.Matrix, km cluster.KMeans) (float64, error) {
	n, dim := x.Dims()
	var mean float64
	for h := range uint64(halvings) {
		order := rand.New(rand.NewPCG(a.Seed, h)).Perm(n)
		var labels [2][]int
		for side := range labels {
			half := mat.NewDense(n/2, dim, nil)
			for i, r := range order[side*(n/2) : (side+1)*(n/2)] {
				for j := range dim {
					half.Set(i, j, x.At(r, j))
				}
			}
			p, err := km.Fit(ctx, half)
			if err != nil {
				return 0, err
			}
			if labels[side], err = p.Predict(ctx, x); err != nil {
				return 0, err
			}
		}
		r, err := eval.ARI(labels[0], labels[1])
		if err != nil {
			return 0, err
		}
		mean += r / halvings
	}
	return mean, nil
}

// score computes the scores and finds the best candidate.
func (c *Choice) score() {
	raw := make([]float64, len(c.Candidates))
	for i, t := range c.Candidates {
		raw[i] = max(t.Silhouette-t.Null, 0) * max(t.Agreement-t.NullAgreement, 0) * max(t.Cross, 0)
	}
	for i := range raw {
		c.Candidates[i].Score = (raw[max(i-1, 0)] + 2*raw[i] + raw[min(i+1, len(raw)-1)]) / 4
		if c.Candidates[i].Score > c.Candidates[c.Best].Score {
			c.Best = i
		}
	}
}

// explain writes the reason.
func (c *Choice) explain() {
	best := c.Candidates[c.Best]
	var b strings.Builder
	fmt.Fprintf(&b, "k = %d of %d numbers from %d to %d has the best score: drawn by UMAP, its silhouette is %.2f against %.2f for points without clusters, halves of the points agree at %.2f against %.2f, and other reductions at %.2f",
		best.K, len(c.Candidates), c.Candidates[0].K, c.Candidates[len(c.Candidates)-1].K, best.Silhouette, best.Null, best.Agreement, best.NullAgreement, best.Cross)
	fmt.Fprintf(&b, "; %s gives the best silhouette of the points themselves (%.3f", name(c.Reductions[0].By), c.Reductions[0].Silhouette)
	for _, r := range c.Reductions[1:] {
		fmt.Fprintf(&b, "; %s %.3f", name(r.By), r.Silhouette)
	}
	b.WriteString(")")
	switch {
	case best.Score == 0:
		b.WriteString("; but no number has a score above 0: there may be no clusters of this kind")
	case c.Best == len(c.Candidates)-1 && c.Best > 0:
		b.WriteString("; it is the largest number tried, and more may fit better")
	case c.Best == 0 && best.K > 2:
		b.WriteString("; it is the smallest number tried, and fewer may fit better")
	}
	b.WriteString(".")
	c.Reason = b.String()
}

// name returns what a sentence calls a reduction.
func name(by reduce.Reducer) string {
	if by == nil {
		return "no reduction"
	}
	return reduce.Describe(by).String()
}

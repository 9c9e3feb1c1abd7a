package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/refine"
)

// Choose chooses the number of clusters for the rows of m, [n, d], by the scores
// of a random sample of at most 2000 of them, scaled to length 1. It takes time
// linear in the numbers of clusters tried. If there is only one number, nothing
// is scored. words are those of each row; nil if they are not known.
//
// Rows of zeros, which have no cosine, are a cluster.ErrZeroRow, and fewer than
// Fewest rows a cluster.ErrTooFewPoints, unless there is only one number to try. Words
// of another number of rows are an estimator.ShapeError.
func (a Auto) Choose(ctx context.Context, m mat.Matrix, words []refine.Bag) (*Choice, error) {
	if m == nil {
		return nil, fmt.Errorf("pipeline: Auto: %w", cluster.ErrEmpty)
	}
	if ctx == nil {
		return nil, fmt.Errorf("pipeline: Auto: %w", cluster.ErrNilContext)
	}
	n, dim := m.Dims()
	if n == 0 || dim == 0 {
		return nil, fmt.Errorf("pipeline: Auto: %w", cluster.ErrEmpty)
	}
	if words != nil && len(words) != n {
		return nil, &estimator.ShapeError{Estimator: "Auto", What: "words, those of each row", Got: len(words), Want: n}
	}
	a, err := a.check(n)
	if err != nil {
		return nil, err
	}
	c := &Choice{}
	if n >= Fewest {
		c.Reduce = reduce.Smoothing{Neighbors: near(n), Components: min(components, dim), Seed: a.Seed, Threads: a.Threads}
	}
	if a.Wanted() > 0 {
		c.Candidates = []Candidate{{K: a.KMin}}
		c.Reason = fmt.Sprintf("k = %d was asked for.", a.KMin)
	} else if err := a.score(ctx, m, words, c); err != nil {
		return nil, err
	}
	c.Clusterer = cluster.KMeans{K: c.Candidates[c.Best].K, NInit: a.NInit, Seed: a.Seed, Threads: a.Threads}
	return c, nil
}

// components is the number of components that points are clustered by.
const components = 50

// score tries the candidates on a sample of the rows of m [n, dim].
func (a Auto) score(ctx context.Context, m mat.Matrix, words []refine.Bag, c *Choice) error {
	x, ok := dense.Float32(m)
	if !ok {
		x = dense.NarrowScaled(m) // only directions count
	}
	x, words, err := a.sample(x, words)
	if err != nil {
		return err
	}
	t := &trial{a: a, words: newVocabulary(words)}
	if t.graph, err = knn.Exact(ctx, x, near(x.Len), a.Threads); err != nil {
		return err
	}
	points := dense.Matrix{Rows: x}
	pca, err := reduce.AtMost{Reducer: reduce.PCA{Components: components, Seed: a.Seed, Threads: a.Threads}}.Reduce(ctx, points)
	if err != nil {
		return fmt.Errorf("reducing: %w", err)
	}
	plain, err := pca.Transform(ctx, points)
	if err != nil {
		return fmt.Errorf("reducing: %w", err)
	}
	smooth, ok := c.Reduce.(reduce.Smoothing)
	if !ok {
		return errors.New("pipeline: Auto: no smoothing")
	}
	fit, err := smooth.Fit(ctx, points)
	if err != nil {
		return fmt.Errorf("reducing: %w", err)
	}
	// KMeans reads float32 rows in place.
	t.plain, t.smooth = dense.Narrow(plain), dense.Narrow(fit.Embedding)
	t.rows = rand.New(rand.NewPCG(a.Seed, 0x51)).Perm(x.Len)[:min(x.Len, mostScored)]
	if t.apart, err = distances(ctx, x, t.rows, true, a.Threads); err != nil {
		return err
	}
	if t.smoothApart, err = distances(ctx, t.smooth, t.rows, false, a.Threads); err != nil {
		return err
	}
	if c.Candidates, err = t.candidates(ctx, a.rungs()); err != nil {
		return err
	}
	c.rank()
	c.explain()
	return nil
}

// sample returns at most mostPoints rows of x, or four for each of KMax clusters,
// [n, dim], in their order, scaled to length 1, and their words.
func (a Auto) sample(x dense.Rows[float32], words []refine.Bag) (dense.Rows[float32], []refine.Bag, error) {
	rows := rand.New(rand.NewPCG(a.Seed, 0xa070)).Perm(x.Len)[:min(x.Len, max(mostPoints, 4*a.KMax))]
	slices.Sort(rows)
	out := dense.New[float32](len(rows), x.Dim)
	var said []refine.Bag
	for i, r := range rows {
		if words != nil {
			said = append(said, words[r])
		}
		if err := vector.Unit(out.Row(i), x.Row(r)); err != nil {
			return out, nil, fmt.Errorf("pipeline: Auto: row %d: %w", r, cluster.ErrNotFinite)
		}
		if vector.Norm(out.Row(i)) == 0 {
			return out, nil, fmt.Errorf("pipeline: Auto: row %d: %w", r, cluster.ErrZeroRow)
		}
	}
	return out, said, nil
}

// trial is what candidates are scored on.
type trial struct {
	a             Auto
	plain, smooth dense.Rows[float32] // [n, components] without smoothing and with it
	graph         *knn.Graph          // neighbours of the points
	words         *vocabulary         // nil: no words are known
	rows          []int               // those of which silhouettes are computed
	// Distances of these rows of the points and of the smoothed points.
	apart, smoothApart dense.Rows[float32] // [rows, rows]
}

// candidates scores each of some numbers of clusters, side by side, the largest
// first, which takes longest.
func (t *trial) candidates(ctx context.Context, ks []int) ([]Candidate, error) {
	n := len(ks)
	out, errs := make([]Candidate, n), make([]error, n)
	threads := max(1, parallel.Threads(t.a.Threads)/n)
	err := parallel.Do(ctx, t.a.Threads, n, func(_, i int) {
		at := n - 1 - i
		out[at], errs[at] = t.try(ctx, ks[at], threads)
	})
	return out, cmp.Or(append(errs, err)...)
}

// try scores k clusters.
func (t *trial) try(ctx context.Context, k, threads int) (Candidate, error) {
	c := Candidate{K: k}
	km := cluster.KMeans{K: k, NInit: starts, Seed: t.a.Seed, Threads: threads}
	plain, err := km.Fit(ctx, dense.Matrix{Rows: t.plain})
	if err != nil {
		return c, err
	}
	smooth, err := km.Fit(ctx, dense.Matrix{Rows: t.smooth})
	if err != nil {
		return c, err
	}
	of := smooth.Labels
	if c.Agreement, err = eval.ARI(plain.Labels, of); err != nil {
		return c, err
	}
	c.Neighbors = together(t.graph, of, k)
	some := make([]int, len(t.rows))
	for i, r := range t.rows {
		some[i] = of[r]
	}
	c.Silhouette, c.Smoothed = silhouette(t.apart, some, k), silhouette(t.smoothApart, some, k)
	if t.words != nil {
		c.Words = t.words.told(of, k)
	}
	return c, nil
}

// rank computes the scores and finds the best candidate, the middle one of those
// that are as good, or the better of the two there: where scores are flat, chance
// decides between few clusters and many.
func (c *Choice) rank() {
	for _, t := range c.Candidates {
		c.Worded = c.Worded || t.Words >= leastTold
	}
	raw := make([]float64, len(c.Candidates))
	for i, t := range c.Candidates {
		first := max(t.Silhouette, 0)
		if c.Worded {
			first = math.Sqrt(first * max(t.Words, 0))
		}
		raw[i] = first * max(t.Smoothed, 0) * max(t.Agreement, 0) * max(t.Neighbors, 0)
	}
	for i := range raw {
		before := raw[max(i-1, 0)]
		if c.Candidates[i].K == 2 {
			before = 0 // of one cluster
		}
		c.Candidates[i].Score = (before + 2*raw[i] + raw[min(i+1, len(raw)-1)]) / 4
	}
	if good := c.good(); len(good) > 0 {
		low, high := good[(len(good)-1)/2], good[len(good)/2]
		if c.Best = low; c.Candidates[high].Score > c.Candidates[low].Score {
			c.Best = high
		}
	}
}

// top returns the index of the candidate with the best score.
func (c *Choice) top() int {
	top := 0
	for i, t := range c.Candidates {
		if t.Score > c.Candidates[top].Score {
			top = i
		}
	}
	return top
}

// good returns the indices of the candidates whose scores are as good as the best,
// none if that is 0.
func (c *Choice) good() []int { return c.within(asGood) }

// within returns the indices of the candidates that have this share of the best
// score or more, none if that is 0.
func (c *Choice) within(share float64) []int {
	var at []int
	best := c.Candidates[c.top()].Score
	for i, t := range c.Candidates {
		if t.Score > 0 && t.Score >= share*best {
			at = append(at, i)
		}
	}
	return at
}

package refine

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/smoothing"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
)

// How segments are found anew.
const (
	latentWords    = 30     // directions
	mostLatent     = 20_000 // words that directions are made of
	smoothedOver   = 15     // neighbours
	smoothingSteps = 4
	components     = 50 // of the smoothed points
	anewStarts     = 10 // of k-means
)

// PerSegment is the number of users for each segment from which on FitAnew is
// worth a try. With fewer, a word comes up too seldom to tell what a segment is
// about.
const PerSegment = 80

// FitAnew finds k segments by users' vectors and words together, and refines
// them. It helps where names tell what texts are about, those of products for
// instance, and vectors mix texts that say the same of different ones.
//
// x [n, d] are the users' vectors and every [n] their words, as for Fit; content
// [n] are those of their words that have content, without stop words. Each user
// is described by their vector less the mean, scaled to length 1, beside 30 latent
// words (latent semantic analysis of the words of three users to half of them,
// 20,000 at most), scaled to length weight, greater than 0 and at most 1; 0.3 to
// 0.45 are usual. K-means of these points, smoothed over their neighbours (see
// reduce.Smoothing), finds the segments, and Fit refines them by the points instead
// of the vectors alone. Result.Moved counts from there.
//
// Random numbers have a fixed seed. Errors are those of Fit, and OptionErrors
// for k (2 to n) and weight.
func (o Options) FitAnew(ctx context.Context, x mat.Matrix, content, every []Bag, k int, weight float64) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if x == nil {
		return nil, fmt.Errorf("refine: %w", estimator.ErrEmpty)
	}
	n, d := x.Dims()
	switch {
	case n == 0 || d == 0:
		return nil, fmt.Errorf("refine: %w", estimator.ErrEmpty)
	case len(content) != n:
		return nil, &estimator.ShapeError{Estimator: "refine", What: "bags of words with content", Got: len(content), Want: n}
	case n < 3:
		return nil, &estimator.TooFewPointsError{Estimator: "refine", Need: "a graph of neighbours", Want: 3, Got: n}
	case k < 2 || k > n:
		return nil, &estimator.OptionError{Estimator: "refine", Option: "k", Got: k, Want: fmt.Sprintf("2 to %d", n)}
	case !(weight > 0 && weight <= 1):
		return nil, &estimator.OptionError{Estimator: "refine", Option: "weight", Got: weight, Want: "more than 0, 1 at most"}
	}
	if err := checkBags(content); err != nil {
		return nil, err
	}
	points, err := together(ctx, o, x, content, weight)
	if err != nil {
		return nil, err
	}
	near, err := nearest(ctx, points, max(smoothedOver, o.reach(every)), o.Threads)
	if err != nil {
		return nil, err
	}
	start, err := o.cluster(ctx, points, near.First(smoothedOver), k)
	if err != nil {
		return nil, fmt.Errorf("refine: %w", err)
	}
	rows, k, err := labelled(x, every, start)
	if err != nil {
		return nil, err
	}
	return o.fit(ctx, points, near, every, k, rows, start)
}

// together returns the users' vectors x [n, d] beside their latent words, [n, d+m],
// in rows of length 1, but for users whose vector is the mean and who have no words.
func together(ctx context.Context, o Options, x mat.Matrix, content []Bag, weight float64) (dense.Rows[float32], error) {
	n, d := x.Dims()
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	points, err := directions(x, rows)
	if err != nil {
		return dense.Rows[float32]{}, err
	}
	said, err := newWords(content, half).commonest(mostLatent).latent(ctx, latentWords, o.Threads)
	if err != nil {
		return dense.Rows[float32]{}, err
	}
	mean := make([]float64, d)
	for i := range n {
		for j, v := range points.Row(i) {
			mean[j] += float64(v) / float64(n)
		}
	}
	out := dense.New[float32](n, d+said.Dim)
	for i := range n {
		row := out.Row(i)
		for j, v := range points.Row(i) {
			row[j] = float32(float64(v) - mean[j])
		}
		if err := vector.Unit(row[:d], row[:d]); err != nil {
			return dense.Rows[float32]{}, fmt.Errorf("refine: row %d: %w", i, err)
		}
		copy(row[d:], said.Row(i))
		kernel.Scale(row[d:], float32(weight))
		if err := vector.Unit(row, row); err != nil {
			return dense.Rows[float32]{}, fmt.Errorf("refine: row %d: %w", i, err)
		}
	}
	return out, nil
}

// cluster returns the labels [n] by k-means of the points x [n, d], smoothed over
// their neighbours.
func (o Options) cluster(ctx context.Context, x dense.Rows[float32], near *knn.Graph, k int) ([]int, error) {
	smooth, err := smoothing.Smooth(ctx, near, x, smoothingSteps, o.Threads)
	if err != nil {
		return nil, err
	}
	m := dense.Matrix{Rows: smooth}
	p, err := reduce.AtMost{Reducer: reduce.PCA{Components: components, Threads: o.Threads}}.Reduce(ctx, m)
	if err != nil {
		return nil, err
	}
	z, err := p.Transform(ctx, m)
	if err != nil {
		return nil, err
	}
	l, err := cluster.KMeans{K: k, NInit: anewStarts, Threads: o.Threads}.Fit(ctx, z)
	if err != nil {
		return nil, err
	}
	return l.Labels, nil
}

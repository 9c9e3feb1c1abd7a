package eval

import (
	"context"
	"fmt"
	"math"
	prng "math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// Stability measures how much a clustering depends on the particular points in
// the sample (Hennig 2007). It draws points with replacement, clusters them,
// and compares the result with the clustering of all points, on the points
// drawn.
type Stability struct {
	// Rounds is the number of bootstrap samples; 0 means 20.
	Rounds int
	// Seed determines the samples.
	Seed uint64
}

// maxRounds is the maximum number of rounds; more would never finish.
const maxRounds = 1 << 20

// StabilityResult is the result of Stability. k is the number of clusters, not
// counting noise.
type StabilityResult struct {
	ARI     []float64 // [rounds] adjusted Rand index of each round
	Mean    float64   // mean of ARI
	StdDev  float64   // population standard deviation of ARI
	Labels  []int     // [k] labels of the clusters, ascending
	Jaccard []float64 // [k] mean over rounds of each cluster's largest Jaccard similarity to a cluster of the round
}

// ClusterFunc clusters the rows of x and returns their labels. seed differs
// between rounds.
type ClusterFunc func(ctx context.Context, x mat.Matrix, seed uint64) ([]int, error)

// SampleFunc clusters the points with the given indices, which are ascending
// and distinct, and returns their labels, [len(points)]. seed differs between
// rounds.
type SampleFunc func(ctx context.Context, points []int, seed uint64) ([]int, error)

// Measure clusters bootstrap samples of x [n, d] with f and compares each with
// labels [n], the clustering of all points. A cluster with a Jaccard similarity
// below 0.6 should not be trusted; one above 0.85 is highly stable.
//
// f gets each drawn point once, however often it was drawn, so that duplicates
// do not look like density. That is about 63% of the points.
func (s Stability) Measure(ctx context.Context, x mat.Matrix, labels []int, f ClusterFunc) (*StabilityResult, error) {
	if _, _, err := (Scorer{}).points("stability", x, labels); err != nil {
		return nil, err
	}
	if _, err := score.View(ctx, x, 0); err != nil {
		return nil, fmt.Errorf("stability: %w", err)
	}
	return s.MeasureSamples(ctx, labels, func(ctx context.Context, points []int, seed uint64) ([]int, error) {
		return f(ctx, score.Take(x, points), seed)
	})
}

// MeasureSamples is Measure for points that are not the rows of one matrix,
// such as users with several texts each. It passes their indices to f.
func (s Stability) MeasureSamples(ctx context.Context, labels []int, f SampleFunc) (*StabilityResult, error) {
	if s.Rounds < 0 || s.Rounds > maxRounds {
		return nil, fmt.Errorf("stability: %d rounds, want 0 to %d: %w", s.Rounds, maxRounds, ErrOption)
	}
	if ctx == nil {
		return nil, fmt.Errorf("stability: %w", ErrNilContext)
	}
	if s.Rounds == 0 {
		s.Rounds = 20
	}
	n := len(labels)
	if n == 0 {
		return nil, fmt.Errorf("stability: %w", ErrEmpty)
	}
	r := &StabilityResult{}
	for _, l := range score.Group(labels).Labels {
		if l != Noise {
			r.Labels = append(r.Labels, l)
		}
	}
	r.Jaccard = make([]float64, len(r.Labels))
	seen := make([]float64, len(r.Labels)) // number of rounds that drew points of the cluster
	random := prng.New(prng.NewPCG(s.Seed, 0xb007))
	for range s.Rounds {
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		points := resample(random, n)
		again, err := f(ctx, points, random.Uint64())
		if err != nil {
			return nil, fmt.Errorf("stability: round %d: %w", len(r.ARI)+1, err)
		}
		if len(again) != len(points) {
			return nil, fmt.Errorf("stability: round %d: %d points but %d labels: %w", len(r.ARI)+1, len(points), len(again), ErrShape)
		}
		t, err := score.Cross("stability", score.Pick(labels, points), again)
		if err != nil {
			return nil, err
		}
		r.ARI = append(r.ARI, t.AdjustedRand())
		best := make([]float64, len(t.A))
		for _, c := range t.Cell {
			if t.B[c.J] != Noise {
				best[c.I] = max(best[c.I], c.N/(t.SumA[c.I]+t.SumB[c.J]-c.N))
			}
		}
		for i, l := range t.A {
			if at, ok := slices.BinarySearch(r.Labels, l); ok {
				r.Jaccard[at] += best[i]
				seen[at]++
			}
		}
	}
	for i := range r.Jaccard {
		r.Jaccard[i] /= max(1, seen[i])
	}
	r.Mean = score.Mean(r.ARI)
	var v float64
	for _, a := range r.ARI {
		v += (a - r.Mean) * (a - r.Mean)
	}
	r.StdDev = math.Sqrt(v / float64(len(r.ARI)))
	return r, nil
}

// resample draws n of n points with replacement and returns the indices of
// those drawn, ascending and distinct.
func resample(random *prng.Rand, n int) []int {
	drawn := make([]bool, n)
	for range n {
		drawn[random.IntN(n)] = true
	}
	var points []int
	for i, d := range drawn {
		if d {
			points = append(points, i)
		}
	}
	return points
}

package cluster

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// BisectingKMeans splits the points in two with KMeans, then splits one of the
// parts, and so on until there are K parts (Steinbach, Karypis and Kumar,
// 2000). The clusters are of more even size than those of KMeans, and each
// split reads fewer points. The zero value finds 8 clusters.
type BisectingKMeans struct {
	// K is the number of clusters. 0 means 8.
	K int
	// SplitLargest selects the part with the largest weight for the next split. By
	// default it is the part with the largest inertia.
	SplitLargest bool
	// Init, NInit, MaxIter and Tol are the KMeans options for each split.
	Init    InitMethod
	NInit   int
	MaxIter int
	Tol     float64
	// Weights, [n], say how often each point counts. nil means once.
	Weights []float64
	// Metric is Euclidean or Cosine, as for KMeans.
	Metric Metric
	// Seed seeds the random numbers. The same seed gives the same result.
	Seed uint64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
	// Progress, if not nil, is called after each split. Its unit is clusters.
	Progress Progress
}

// Fit clusters the rows of x, [n, d]. NIter of the result is the number of
// splits. Each point is labelled with the nearest of all centres, so that
// Predict agrees with Labels; a point near the border of a split may therefore
// change sides.
func (m BisectingKMeans) Fit(ctx context.Context, x mat.Matrix) (*KMeansResult, error) {
	const name = "BisectingKMeans"
	k, err := KMeans{K: m.K, Init: m.Init, NInit: m.NInit, MaxIter: m.MaxIter, Tol: m.Tol, Metric: m.Metric}.withDefaults(name)
	if err != nil {
		return nil, err
	}
	k.Threads = m.Threads
	p, err := pointsForK(ctx, name, x, m.Metric, m.Weights, k.K, m.Threads)
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(m.Seed, 2))
	all := newLloyd(p, m.Weights, 1, m.Threads)
	whole, err := all.run(ctx, dense.New[float64](1, p.d), 1, 0, nil)
	if err != nil {
		return nil, err
	}
	parts := []part{{rows: upTo(p.n), center: whole.centers.Row(0), inertia: whole.inertia}}
	parts[0].weight = all.mass[0]
	for len(parts) < k.K {
		at := -1
		for i := range parts {
			if len(parts[i].rows) < 2 {
				continue
			}
			if at < 0 || (m.SplitLargest && parts[i].weight > parts[at].weight) ||
				(!m.SplitLargest && parts[i].inertia > parts[at].inertia) {
				at = i
			}
		}
		two, err := k.bisect(ctx, p, parts[at], m.Weights, rng)
		if err != nil {
			return nil, err
		}
		// The halves replace the whole in place, so that clusters with adjacent
		// numbers are adjacent in the tree.
		parts = append(parts[:at+1], parts[at:]...)
		parts[at], parts[at+1] = two[0], two[1]
		m.Progress.report(len(parts), k.K)
	}
	centers := dense.New[float64](k.K, p.d)
	for j := range parts {
		copy(centers.Row(j), parts[j].center)
	}
	l := newLloyd(p, m.Weights, k.K, m.Threads)
	if err := l.label(ctx, centers, true); err != nil {
		return nil, err
	}
	inertia, err := l.inertia(ctx, centers)
	if err != nil {
		return nil, err
	}
	return &KMeansResult{
		Labels:  toInts(l.labels),
		Centers: mat.NewDense(k.K, p.d, centers.Data),
		Inertia: inertia,
		NIter:   k.K - 1,
		Metric:  m.Metric,
	}, nil
}

// Cluster implements Clusterer by calling Fit.
func (m BisectingKMeans) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// part is a node of the tree of splits.
type part struct {
	rows            []int32
	center          []float64 // [d]
	inertia, weight float64
}

// bisect splits a part into two nonempty parts.
func (m KMeans) bisect(ctx context.Context, p *points, whole part, weights []float64, rng *rand.Rand) ([2]part, error) {
	q := p
	if len(whole.rows) < p.n {
		q = p.pick(whole.rows)
	}
	var w []float64
	if weights != nil {
		sum := 0.0
		w = make([]float64, q.n)
		for i, r := range whole.rows {
			w[i] = weights[r]
			sum += w[i]
		}
		if sum == 0 {
			w = nil
		}
	}
	m.K, m.Weights = 2, w
	l := newLloyd(q, w, 2, m.Threads).useInt8(m.MaxIter)
	var best *lloydRun
	for range m.NInit {
		start, err := m.start(ctx, q, rng)
		if err != nil {
			return [2]part{}, err
		}
		r, err := l.run(ctx, start, m.MaxIter, m.Tol*p.variance, nil)
		if err != nil {
			return [2]part{}, err
		}
		if best == nil || r.inertia < best.inertia {
			best = r
		}
	}
	var two [2]part
	for s := range two {
		two[s].center = best.centers.Row(s)
	}
	for i, s := range best.labels {
		h := &two[s]
		h.rows = append(h.rows, whole.rows[i])
		v := 1.0
		if w != nil {
			v = w[i]
		}
		h.weight += v
		h.inertia += v * q.squaredTo(i, best.centers.Row(int(s)))
	}
	if len(two[0].rows) == 0 || len(two[1].rows) == 0 { // all points are equal
		half := len(whole.rows) / 2
		for s, rows := range [][]int32{whole.rows[:half], whole.rows[half:]} {
			two[s] = part{rows: rows, center: whole.center, weight: whole.weight / 2}
		}
	}
	return two, nil
}

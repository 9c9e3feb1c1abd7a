package cluster

import (
	"context"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// BisectingKMeans splits the points in two with KMeans, then one of the
// parts, and so on until there are K (Steinbach, Karypis and Kumar, 2000).
// Clusters are of more even size than those of KMeans, and each split looks at
// fewer points. Its zero value finds 8.
type BisectingKMeans struct {
	// K is the number of clusters. 0: 8.
	K int
	// SplitLargest splits the part with the most weight next; otherwise the
	// part with the largest inertia.
	SplitLargest bool
	// Init, NInit, MaxIter and Tol are those of KMeans for each split.
	Init    InitMethod
	NInit   int
	MaxIter int
	Tol     float64
	// Weights, [n], count a point that often. nil: all 1.
	Weights []float64
	// Metric is Euclidean or Cosine, as for KMeans.
	Metric Metric
	// Seed starts the random numbers. The same seed gives the same result.
	Seed uint64
	// Threads is the largest number of goroutines. 0: GOMAXPROCS. The result
	// does not depend on it.
	Threads int
	// Progress is told after each split, in clusters, if not nil.
	Progress Progress
}

// Fit clusters the rows of x, [n, d]. NIter of the result counts splits. The
// labels are those of the nearest of all centres, so that Predict agrees with
// them; a point near the border of a split may so change sides.
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
		// The halves take the place of the whole, so that neighbours in number
		// are neighbours in the tree.
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

// Cluster is Fit as a Clusterer.
func (m BisectingKMeans) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// part is one node of the tree of splits.
type part struct {
	rows            []int32
	center          []float64 // [d]
	inertia, weight float64
}

// bisect splits a part in two, neither empty.
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
	if len(two[0].rows) == 0 || len(two[1].rows) == 0 { // all points equal
		half := len(whole.rows) / 2
		for s, rows := range [][]int32{whole.rows[:half], whole.rows[half:]} {
			two[s] = part{rows: rows, center: whole.center, weight: whole.weight / 2}
		}
	}
	return two, nil
}

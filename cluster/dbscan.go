package cluster

import (
	"context"
	"sync/atomic"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// DBSCAN finds dense regions (Ester, Kriegel, Sander and Xu, 1996). Points with
// enough neighbours are cores; cores within Eps of each other share a cluster;
// other points near a core belong to its cluster; the rest is noise. The zero
// value has scikit-learn's defaults.
//
// All pairs are compared, by matrix products for the Euclidean and cosine
// metrics. Memory grows with n, not with the number of pairs.
type DBSCAN struct {
	// Eps is the largest distance between neighbours, inclusive. 0 means 0.5.
	// KDistances helps to choose it.
	Eps float64
	// MinSamples is the number of points (or their total weight) within Eps of a
	// point, including itself, that makes it a core. 0 means 5.
	MinSamples int
	// Metric is any of the package's metrics.
	Metric Metric
	// Weights, [n], say how often each point counts. nil means once.
	Weights []float64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
}

// DBSCANResult is the result of DBSCAN. It is a Partition. Its exported fields
// are all that Predict needs, so it can be saved and restored.
type DBSCANResult struct {
	// Labels, [n], are the points' clusters, numbered by their first core point;
	// Noise is -1. A point that is not a core but is near cores of several
	// clusters is in the lowest-numbered of them.
	Labels []int
	// CoreSampleIndices lists the core points, ascending.
	CoreSampleIndices []int
	// Clusters is the number of clusters.
	Clusters int
	// Eps and Metric are the options of the fit.
	Eps    float64
	Metric Metric
	// Points are the fitted points: the matrix given to Fit, not a copy. Predict
	// reads the core points.
	Points mat.Matrix
}

func (m DBSCAN) withDefaults() DBSCAN {
	if m.Eps == 0 {
		m.Eps = 0.5
	}
	if m.MinSamples == 0 {
		m.MinSamples = 5
	}
	return m
}

// Fit clusters the rows of x, [n, d].
func (m DBSCAN) Fit(ctx context.Context, x mat.Matrix) (*DBSCANResult, error) {
	const name = "DBSCAN"
	m = m.withDefaults()
	switch {
	case !(m.Eps > 0): // also true for NaN
		return nil, &OptionError{Estimator: name, Option: "Eps", Got: m.Eps, Want: "above 0"}
	case m.MinSamples < 0:
		return nil, &OptionError{Estimator: name, Option: "MinSamples", Got: m.MinSamples, Want: "at least 1"}
	case !m.Metric.Valid():
		return nil, &OptionError{Estimator: name, Option: "Metric", Got: m.Metric, Want: "one of the package's metrics", Err: ErrMetric}
	}
	p, err := newPoints(ctx, name, "points", x, m.Metric, m.Threads)
	if err != nil {
		return nil, err
	}
	if err := checkWeights(name, m.Weights, p.n); err != nil {
		return nil, err
	}
	s := &dbscan{p: p, ball: newBall(m.Metric, m.Eps), min: m.MinSamples, threads: m.Threads, sets: newUnionFind(p.n)}
	if m.Weights == nil {
		err = s.once(ctx)
	} else {
		err = s.weighted(ctx, m.Weights)
	}
	if err != nil {
		return nil, err
	}
	r := &DBSCANResult{Labels: make([]int, p.n), Eps: m.Eps, Metric: m.Metric, Points: x}
	for i, l := range s.labels {
		r.Labels[i] = int(l)
		if s.core[i] {
			r.CoreSampleIndices = append(r.CoreSampleIndices, i)
		}
	}
	r.Clusters = s.clusters
	return r, nil
}

// Cluster implements Clusterer by calling Fit.
func (m DBSCAN) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// Assignments returns r.Labels.
func (r *DBSCANResult) Assignments() []int { return r.Labels }

// NumClusters returns r.Clusters.
func (r *DBSCANResult) NumClusters() int { return r.Clusters }

// Predict assigns each row of x, [rows, d], the lowest-numbered cluster that
// has a core point within Eps of it, or Noise. This is DBSCAN's own rule for
// points that are not cores; new points neither become cores nor connect
// clusters.
func (r *DBSCANResult) Predict(ctx context.Context, x mat.Matrix) ([]int, error) {
	const name = "DBSCAN"
	if err := r.check(); err != nil {
		return nil, err
	}
	p, q, err := fittedAndNew(ctx, name, r.Points, x, r.Metric)
	if err != nil {
		return nil, err
	}
	cores := make([]int32, len(r.CoreSampleIndices))
	of := make([]int32, p.n)
	for k, i := range r.CoreSampleIndices {
		cores[k] = int32(i)
		of[i] = int32(r.Labels[i])
	}
	labels, err := lowestWithin(ctx, q, upTo(q.n), p, cores, of, newBall(r.Metric, r.Eps), 0)
	return toInts(labels), err
}

// lowestWithin returns, for each of the given rows of q, the lowest label of
// the cores within b of it, or Noise. of holds the labels of p's points.
func lowestWithin(ctx context.Context, q *points, rows []int32, p *points, cores, of []int32, b ball, threads int) ([]int32, error) {
	found := make([]int32, q.n) // indexed by row of q
	for i := range found {
		found[i] = Noise
	}
	err := eachNeighbor(ctx, q, rows, p, cores, b, threads, func(_ int, h *hits) {
		for r, i := range h.rows {
			for _, j := range h.of(r) {
				if l := of[j]; found[i] == Noise || l < found[i] {
					found[i] = l
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	out := make([]int32, len(rows))
	for k, i := range rows {
		out[k] = found[i]
	}
	return out, nil
}

// dbscan is the state of one fit.
type dbscan struct {
	p       *points
	ball    ball
	min     int
	threads int

	sets     unionFind // of core points
	core     []bool    // [n]
	labels   []int32   // [n]
	clusters int
}

// pair is two points within eps of each other.
type pair struct{ i, j int32 }

// keepPairs is the number of waiting pairs allowed per point: more than enough
// for the default MinSamples.
const keepPairs = 16

// once finds everything in one pass over the pairs. A pair of known cores is
// joined at once; a pair with a point not yet known to be a core waits. A point
// has fewer than MinSamples pairs until it is known to be a core, so at most
// n·MinSamples pairs wait. If that is too many (for a large MinSamples), they
// are dropped and found again in a second pass.
func (s *dbscan) once(ctx context.Context) error {
	n := s.p.n
	count := make([]atomic.Int32, n)
	limit := int32(s.min - 1) // neighbours other than the point itself
	type local struct {
		waiting []pair
		_       [64]byte
	}
	workers := make([]local, parallel.Threads(s.threads))
	room := int64(keepPairs) * int64(n)
	var waiting atomic.Int64
	var dropped atomic.Bool
	err := eachPair(ctx, s.p, s.ball, upTo(n), s.threads, func(worker int, h *hits) {
		for r, i := range h.rows {
			near := h.of(r)
			if len(near) == 0 {
				continue
			}
			if count[i].Load() < limit {
				count[i].Add(int32(len(near)))
			}
			for _, j := range near {
				if count[j].Load() < limit {
					count[j].Add(1)
				}
			}
		}
		if dropped.Load() {
			return
		}
		w := &workers[worker]
		before := len(w.waiting)
		for r, i := range h.rows {
			for _, j := range h.of(r) {
				if count[i].Load() >= limit && count[j].Load() >= limit {
					s.sets.join(i, j)
				} else {
					w.waiting = append(w.waiting, pair{i, j})
				}
			}
		}
		if waiting.Add(int64(len(w.waiting)-before)) > room {
			dropped.Store(true)
		}
	})
	if err != nil {
		return err
	}
	s.core = make([]bool, n)
	for i := range s.core {
		s.core[i] = count[i].Load() >= limit
	}
	if dropped.Load() {
		return s.join(ctx)
	}
	for w := range workers {
		for _, e := range workers[w].waiting {
			if s.core[e.i] && s.core[e.j] {
				s.sets.join(e.i, e.j)
			}
		}
	}
	s.number()
	for w := range workers {
		for _, e := range workers[w].waiting {
			s.border(e.i, e.j)
			s.border(e.j, e.i)
		}
	}
	return nil
}

// border puts i into the cluster of j if i is not a core and j is, unless i is
// already in a lower-numbered one.
func (s *dbscan) border(i, j int32) {
	if !s.core[i] && s.core[j] && (s.labels[i] == Noise || s.labels[j] < s.labels[i]) {
		s.labels[i] = s.labels[j]
	}
}

// weighted finds the cores by the sums of their neighbours' weights, each
// summed in the order of the points, then joins them.
func (s *dbscan) weighted(ctx context.Context, weights []float64) error {
	n := s.p.n
	sum := make([]float64, n)
	all := upTo(n)
	err := eachNeighbor(ctx, s.p, all, s.p, all, s.ball, s.threads, func(_ int, h *hits) {
		for r, i := range h.rows {
			for _, j := range h.of(r) {
				sum[i] += weights[j]
			}
		}
	})
	if err != nil {
		return err
	}
	s.core = make([]bool, n)
	for i, w := range sum {
		s.core[i] = w >= float64(s.min)
	}
	return s.join(ctx)
}

// join joins the cores, which must be known, and labels all points.
func (s *dbscan) join(ctx context.Context) error {
	var cores, rest []int32
	for i, c := range s.core {
		if c {
			cores = append(cores, int32(i))
		} else {
			rest = append(rest, int32(i))
		}
	}
	err := eachPair(ctx, s.p, s.ball, cores, s.threads, func(_ int, h *hits) {
		for r, i := range h.rows {
			for _, j := range h.of(r) {
				s.sets.join(i, j)
			}
		}
	})
	if err != nil {
		return err
	}
	s.number()
	labels, err := lowestWithin(ctx, s.p, rest, s.p, cores, s.labels, s.ball, s.threads)
	if err != nil {
		return err
	}
	for k, i := range rest {
		s.labels[i] = labels[k]
	}
	return nil
}

// number labels the cores, numbering the clusters by their first cores.
func (s *dbscan) number() {
	s.labels = make([]int32, len(s.core))
	for i := range s.labels {
		s.labels[i] = Noise
		if !s.core[i] {
			continue
		}
		if root := s.sets.find(int32(i)); root == int32(i) {
			s.labels[i] = int32(s.clusters)
			s.clusters++
		} else {
			s.labels[i] = s.labels[root] // the root is the smallest member of its set
		}
	}
}

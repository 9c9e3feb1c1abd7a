package cluster

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Selection determines which clusters of HDBSCAN's tree form the result.
type Selection uint8

const (
	// ExcessOfMass selects the clusters that persist over the widest range of
	// densities.
	ExcessOfMass Selection = iota
	// Leaf selects the leaves of the tree: more clusters, of more even density.
	Leaf
)

// String returns scikit-learn's name for the method.
func (s Selection) String() string {
	if s == Leaf {
		return "leaf"
	}
	return "eom"
}

// ParseSelection returns the method with the given name, as used by
// scikit-learn.
func ParseSelection(name string) (Selection, error) {
	switch name {
	case "eom":
		return ExcessOfMass, nil
	case "leaf":
		return Leaf, nil
	}
	return 0, &OptionError{Estimator: "HDBSCAN", Option: "Selection", Got: name, Want: "eom or leaf"}
}

// HDBSCAN finds regions that are denser than their surroundings, whatever their
// density (Campello, Moulavi and Sander, 2013; McInnes, Healy and Astels,
// 2017). It builds a spanning tree of the points under mutual reachability
// distance, cuts it at all densities, and keeps the most persistent clusters.
// The zero value has scikit-learn's defaults below 600 points.
//
// Memory grows with n·MinSamples. Up to about 6,000 points all distances are
// also kept, in at most 160 MB.
type HDBSCAN struct {
	// MinClusterSize is the minimum number of points of a cluster. 0 means 5, or a
	// hundredth of the points if that is more, and from 2,500 points half the square
	// root of their number, since a minimum of 5 would give hundreds of clusters for
	// thousands of points.
	MinClusterSize int
	// MinSamples is the number of points within a point's core distance, including
	// the point itself. 0 means MinClusterSize, and no more than there are points.
	MinSamples int
	// Selection is ExcessOfMass or Leaf.
	Selection Selection
	// Epsilon joins clusters that are closer than this distance.
	Epsilon float64
	// AllowSingleCluster permits a result in which all points form one cluster.
	AllowSingleCluster bool
	// MaxClusterSize is the maximum number of points of a cluster that
	// ExcessOfMass selects. 0 means no limit.
	MaxClusterSize int
	// Metric is any of the package's metrics.
	Metric Metric
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
}

// HDBSCANResult is the result of HDBSCAN. It is a Partition. Its exported
// fields are all that Predict needs, so it can be saved and restored.
type HDBSCANResult struct {
	// Labels, [n], are the points' clusters, numbered by their first point; Noise
	// is -1.
	Labels []int
	// Probabilities, [n], measure how strongly each point belongs to its cluster:
	// 1 for points that stay until its greatest density, 0 for noise.
	Probabilities []float64
	// OutlierScores, [n], are GLOSH scores in [0, 1] (Campello et al., 2015): how
	// much less dense a point is than the densest region near it.
	OutlierScores []float64
	// Persistence, [clusters], is the stability of each cluster.
	Persistence []float64
	// CoreDistances, [n], are the distances to the MinSamples-th nearest point.
	CoreDistances []float64
	// Births, [clusters], are the densities (1/distance) from which on each
	// cluster is separate from the others.
	Births []float64
	// MinSamples and Metric are the options of the fit.
	MinSamples int
	Metric     Metric
	// Points are the fitted points: the matrix given to Fit, not a copy.
	Points mat.Matrix
}

// withDefaults replaces zero options by their defaults for n points.
func (m HDBSCAN) withDefaults(n int) HDBSCAN {
	if m.MinClusterSize == 0 {
		m.MinClusterSize = max(5, min(n/100, int(math.Sqrt(float64(n))/2)))
	}
	if m.MinSamples == 0 {
		m.MinSamples = min(m.MinClusterSize, max(1, n))
	}
	return m
}

// For returns the estimator with the defaults that Fit uses for n points in
// place of zeros.
func (m HDBSCAN) For(n int) HDBSCAN { return m.withDefaults(max(n, 0)) }

// Fit clusters the rows of x, [n, d]. It needs at least MinSamples points.
func (m HDBSCAN) Fit(ctx context.Context, x mat.Matrix) (*HDBSCANResult, error) {
	const name = "HDBSCAN"
	n := 0
	if x != nil {
		n, _ = x.Dims()
	}
	m = m.withDefaults(n)
	switch {
	case m.MinClusterSize < 2:
		return nil, &OptionError{Estimator: name, Option: "MinClusterSize", Got: m.MinClusterSize, Want: "at least 2"}
	case m.MinSamples < 0:
		return nil, &OptionError{Estimator: name, Option: "MinSamples", Got: m.MinSamples, Want: "at least 1"}
	case m.Selection > Leaf:
		return nil, &OptionError{Estimator: name, Option: "Selection", Got: uint8(m.Selection), Want: "ExcessOfMass or Leaf"}
	case !(m.Epsilon >= 0):
		return nil, &OptionError{Estimator: name, Option: "Epsilon", Got: m.Epsilon, Want: "at least 0"}
	case m.MaxClusterSize < 0:
		return nil, &OptionError{Estimator: name, Option: "MaxClusterSize", Got: m.MaxClusterSize, Want: "at least 0"}
	case !m.Metric.Valid():
		return nil, &OptionError{Estimator: name, Option: "Metric", Got: m.Metric, Want: "one of the package's metrics", Err: ErrMetric}
	}
	p, err := newPoints(ctx, name, "points", x, m.Metric, m.Threads)
	if err != nil {
		return nil, err
	}
	if p.n < m.MinSamples {
		return nil, &TooFewPointsError{Estimator: name, Need: "MinSamples", Want: m.MinSamples, Got: p.n}
	}
	table := newKeyTable(p, p, m.Metric)
	if err := table.fill(ctx, m.Threads); err != nil {
		return nil, err
	}
	near, err := nearestOf(ctx, table, m.MinSamples, m.Threads)
	if err != nil {
		return nil, err
	}
	core := make([]float64, p.n)
	for i, l := range near {
		core[i] = l[len(l)-1].distance
	}
	edges, err := spanningTree(ctx, table, core, near, m.Threads)
	if err != nil {
		return nil, err
	}
	edges = breakTies(p, m.Metric, core, near, edges)
	twin := upTo(p.n) // [n] the first point at the same position
	for i, l := range near {
		if l[0].distance == 0 {
			twin[i] = min(twin[i], l[0].index)
		}
	}
	r := m.extract(p.n, edges, twin)
	r.CoreDistances, r.MinSamples, r.Metric, r.Points = core, m.MinSamples, m.Metric, x
	return r, nil
}

// Cluster implements Clusterer by calling Fit.
func (m HDBSCAN) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// extract finds the clusters in a spanning tree of n points. Each point is
// treated like twin[i], twin [n]: itself or an earlier point at the same
// position. Only edges of equal weight could have separated the two, in an
// order without meaning.
func (m HDBSCAN) extract(n int, edges []edge, twin []int32) *HDBSCANResult {
	r := &HDBSCANResult{Labels: make([]int, n), Probabilities: make([]float64, n), OutlierScores: make([]float64, n)}
	for i := range r.Labels {
		r.Labels[i] = Noise
	}
	rows := condense(n, singleLinkage(n, edges), m.MinClusterSize)
	if len(rows) == 0 {
		return r
	}
	t := newClusterTree(n, rows)
	chosen := m.selectClusters(t)
	// A point of the root belongs to it only if it stays as long as any other
	// point, or until Epsilon.
	rootFrom := 0.0
	if chosen[0] {
		rootFrom = t.death[0]
		if m.Epsilon > 0 {
			rootFrom = 1 / m.Epsilon
		}
	}
	cluster := r.place(n, rows, t, chosen, rootFrom)
	r.number(cluster, twin, t, rootFrom)
	return r
}

// place finds the cluster of each point, [n], -1 for none, and the strength of
// its membership.
func (r *HDBSCANResult) place(n int, rows []condensed, t *clusterTree, chosen []bool, rootFrom float64) []int32 {
	owner := make([]int32, len(chosen)) // nearest chosen cluster at or above each, or -1
	for c := range owner {
		switch {
		case chosen[c]:
			owner[c] = int32(c)
		case c == 0:
			owner[c] = -1
		default:
			owner[c] = owner[t.parent[c]]
		}
	}
	deepest := append([]float64(nil), t.death...) // death of c or of any cluster below it
	for c := len(deepest) - 1; c > 0; c-- {
		deepest[t.parent[c]] = max(deepest[t.parent[c]], deepest[c])
	}
	cluster := make([]int32, n)
	for _, row := range rows {
		i, p := row.child, row.parent-int32(n)
		if int(i) >= n {
			continue
		}
		if top := deepest[p]; top > 0 && !math.IsInf(row.lambda, 1) {
			r.OutlierScores[i] = 1
			if !math.IsInf(top, 1) {
				r.OutlierScores[i] = (top - row.lambda) / top
			}
		}
		c := owner[p]
		// Points that leave the root itself rather than a cluster below it.
		if c == 0 && p == 0 && row.lambda < rootFrom {
			c = -1
		}
		cluster[i] = c
		if c < 0 {
			continue
		}
		r.Probabilities[i] = 1
		if death := t.death[c]; death > 0 && !math.IsInf(row.lambda, 1) && !math.IsInf(death, 1) {
			r.Probabilities[i] = min(row.lambda, death) / death
		} else if math.IsInf(death, 1) && !math.IsInf(row.lambda, 1) {
			r.Probabilities[i] = 0
		}
	}
	return cluster
}

// number labels the clusters in the order of their first points, after putting
// twins into the same cluster.
func (r *HDBSCANResult) number(cluster, twin []int32, t *clusterTree, rootFrom float64) {
	number := make(map[int32]int)
	for i, c := range cluster {
		if t := twin[i]; int(t) != i {
			r.Probabilities[i], r.OutlierScores[i] = r.Probabilities[t], r.OutlierScores[t]
			c = cluster[t]
			cluster[i] = c
		}
		if c < 0 {
			continue
		}
		l, ok := number[c]
		if !ok {
			l = len(number)
			number[c] = l
			birth := t.birth[c]
			if c == 0 {
				birth = rootFrom
			}
			r.Births = append(r.Births, birth)
			r.Persistence = append(r.Persistence, t.stability[c])
		}
		r.Labels[i] = l
	}
}

// Assignments returns r.Labels.
func (r *HDBSCANResult) Assignments() []int { return r.Labels }

// NumClusters returns the number of clusters.
func (r *HDBSCANResult) NumClusters() int { return len(r.Births) }

// Predict assigns each row of x, [rows, d], the cluster of the fitted point at
// the smallest mutual reachability distance, if the cluster exists at that
// density, else Noise. A row equal to a fitted point gets that point's label.
// The tree does not change, and there are no new labels.
func (r *HDBSCANResult) Predict(ctx context.Context, x mat.Matrix) ([]int, error) {
	const name = "HDBSCAN"
	if err := r.check(); err != nil {
		return nil, err
	}
	p, q, err := fittedAndNew(ctx, name, r.Points, x, r.Metric)
	if err != nil {
		return nil, err
	}
	k := r.MinSamples
	for {
		labels, again, err := r.predict(ctx, q, p, k)
		if err != nil {
			return nil, err
		}
		if !again {
			return labels, nil
		}
		k = min(p.n, 4*k)
	}
}

// predict considers the k fitted points nearest to each row of q. again reports
// that the best one may not be among them.
func (r *HDBSCANResult) predict(ctx context.Context, q, p *points, k int) (labels []int, again bool, err error) {
	near, err := nearestOf(ctx, newKeyTable(q, p, r.Metric), k, 0)
	if err != nil {
		return nil, false, err
	}
	labels = make([]int, q.n)
	for i, l := range near {
		if labels[i], again = r.placeNew(l, p.n); again {
			return nil, true, nil
		}
	}
	return labels, false, nil
}

// placeNew returns the label of a row, given the nearest of n fitted points.
// again reports that the best one may not be among them.
func (r *HDBSCANResult) placeNew(near []neighbor, n int) (label int, again bool) {
	if near[0].distance == 0 {
		return r.Labels[near[0].index], false
	}
	// As in the fit, the point itself is the first of its neighbours.
	core := near[min(max(r.MinSamples-2, 0), len(near)-1)].distance
	best, at := math.Inf(1), int32(-1)
	for _, nb := range near {
		if reach := max(core, r.CoreDistances[nb.index], nb.distance); reach < best {
			best, at = reach, nb.index
		}
	}
	if best > near[len(near)-1].distance && len(near) < n {
		return Noise, true
	}
	if c := r.Labels[at]; c >= 0 && inverse(best) >= r.Births[c] {
		return c, false
	}
	return Noise, false
}

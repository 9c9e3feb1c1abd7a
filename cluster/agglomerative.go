package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Linkage defines the distance between two clusters.
type Linkage uint8

const (
	// Ward merges the two clusters whose merger increases the inertia least. It
	// requires the Euclidean metric. The distance is sqrt(2ab/(a+b)) times that
	// between the means, for clusters of a and b points.
	Ward Linkage = iota
	// Average is the mean distance between points of the two clusters.
	Average
	// Complete is the largest distance between points of the two clusters.
	Complete
	// Single is the smallest distance between points of the two clusters.
	Single
)

var linkages = [...]string{Ward: "ward", Average: "average", Complete: "complete", Single: "single"}

// String returns scikit-learn's name for the linkage.
func (l Linkage) String() string {
	if int(l) < len(linkages) {
		return linkages[l]
	}
	return "unknown"
}

// ParseLinkage returns the linkage with the given name, as used by
// scikit-learn.
func ParseLinkage(name string) (Linkage, error) {
	if i := slices.Index(linkages[:], name); i >= 0 {
		return Linkage(i), nil
	}
	return 0, &OptionError{Estimator: "Agglomerative", Option: "Linkage", Got: name, Want: "ward, average, complete or single"}
}

// Agglomerative starts with single points and merges the two closest clusters
// until K are left. Ward, Average and Complete use the nearest-neighbour chain
// algorithm (Murtagh, 1983) on a table of all distances or, for more than 4,096
// points where the linkage permits it, on the clusters' means. Single cuts a
// minimum spanning tree. The zero value finds 2 clusters with Ward.
//
// Memory grows with n·d for Ward, for Single, and for Average under the cosine
// metric. Up to 4,096 points (Single: about 6,000) these also keep all
// distances, in at most 160 MB. Complete, and Average under other metrics,
// always need n²/2 distances: float64 up to 4,096 points and float32 above
// (10,000 points: 200 MB).
type Agglomerative struct {
	// K is the number of clusters. 0 means 2, or as many as Threshold leaves.
	K int
	// Threshold is the distance at which merging stops if K is 0.
	Threshold float64
	// Linkage is Ward, Average, Complete or Single.
	Linkage Linkage
	// Metric is any of the package's metrics; Ward accepts only Euclidean.
	Metric Metric
	// MaxBytes limits the size of the table of distances; 0 means 4 GiB. If the
	// points need more, Fit returns an ErrTooLarge.
	MaxBytes int64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
}

// Merge is one merge: clusters A and B become one of Size points at the given
// distance. Each of A and B is a point (below n) or the result of an earlier
// merge t (n+t).
type Merge struct {
	A, B     int
	Distance float64
	Size     int
}

// AgglomerativeResult is the result of Agglomerative. It is a Partition.
type AgglomerativeResult struct {
	// Labels, [n], are the points' clusters, numbered by their first point.
	Labels []int
	// Clusters is the number of clusters.
	Clusters int
	// Merges, [n-1], is the whole tree, ordered by distance.
	Merges []Merge
	// Metric is the metric used by Fit.
	Metric Metric
	// Points are the fitted points: the matrix given to Fit, not a copy.
	Points mat.Matrix
}

// meansAbove is the number of points up to which all distances are kept even if
// the clusters' means would suffice.
const meansAbove = 4096

// doubleTable is the number of points up to which the distances are float64.
const doubleTable = 4096

func (m Agglomerative) withDefaults() Agglomerative {
	if m.K == 0 && m.Threshold == 0 {
		m.K = 2
	}
	if m.MaxBytes == 0 {
		m.MaxBytes = 4 << 30
	}
	return m
}

// Fit clusters the rows of x, [n, d].
func (m Agglomerative) Fit(ctx context.Context, x mat.Matrix) (*AgglomerativeResult, error) {
	const name = "Agglomerative"
	m = m.withDefaults()
	switch {
	case m.K < 0:
		return nil, &OptionError{Estimator: name, Option: "K", Got: m.K, Want: "at least 1"}
	case !(m.Threshold >= 0):
		return nil, &OptionError{Estimator: name, Option: "Threshold", Got: m.Threshold, Want: "at least 0"}
	case m.Linkage > Single:
		return nil, &OptionError{Estimator: name, Option: "Linkage", Got: uint8(m.Linkage), Want: "Ward, Average, Complete or Single"}
	case !m.Metric.Valid():
		return nil, &OptionError{Estimator: name, Option: "Metric", Got: m.Metric, Want: "one of the package's metrics", Err: ErrMetric}
	case m.Linkage == Ward && m.Metric != Euclidean:
		return nil, &OptionError{Estimator: name, Option: "Metric", Got: m.Metric, Want: "euclidean with Ward", Err: ErrMetric}
	}
	p, err := newPoints(ctx, name, "points", x, m.Metric, m.Threads)
	if err != nil {
		return nil, err
	}
	if p.n < m.K {
		return nil, tooFewForK(name, m.K, p.n)
	}
	var joins []join
	switch {
	case m.Linkage == Single:
		joins, err = m.single(ctx, p)
	case m.fromMeans() && p.n > meansAbove:
		joins, err = chain(ctx, newClusterMeans(p, m), p.n)
	default:
		size := int64(4)
		if p.n <= doubleTable {
			size = 8
		}
		if bytes := size * int64(p.n) * int64(p.n-1) / 2; bytes > m.MaxBytes {
			return nil, &OptionError{Estimator: name, Option: "the table of distances in bytes", Got: bytes, Want: "at most MaxBytes", Err: ErrTooLarge}
		}
		if size == 8 {
			joins, err = chainTable[float64](ctx, p, m)
		} else {
			joins, err = chainTable[float32](ctx, p, m)
		}
	}
	if err != nil {
		return nil, err
	}
	sortJoins(joins)
	left := m.K
	if left == 0 {
		left = p.n
		for _, j := range joins {
			if j.distance < m.Threshold {
				left--
			}
		}
	}
	r := &AgglomerativeResult{Clusters: left, Metric: m.Metric, Points: x}
	r.Merges, r.Labels = cut(p.n, joins, left)
	return r, nil
}

// Cluster implements Clusterer by calling Fit.
func (m Agglomerative) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// Assignments returns r.Labels.
func (r *AgglomerativeResult) Assignments() []int { return r.Labels }

// NumClusters returns r.Clusters.
func (r *AgglomerativeResult) NumClusters() int { return r.Clusters }

// Predict assigns each row of x, [rows, d], the label of the nearest fitted
// point, or of the first of several equally near ones.
func (r *AgglomerativeResult) Predict(ctx context.Context, x mat.Matrix) ([]int, error) {
	const name = "Agglomerative"
	if err := r.check(); err != nil {
		return nil, err
	}
	p, q, err := fittedAndNew(ctx, name, r.Points, x, r.Metric)
	if err != nil {
		return nil, err
	}
	near, err := nearestOf(ctx, newKeyTable(q, p, r.Metric), 1, 0)
	if err != nil {
		return nil, err
	}
	labels := make([]int, q.n)
	for i, l := range near {
		labels[i] = r.Labels[l[0].index]
	}
	return labels, nil
}

// join is a merge of the clusters that contain points i and j.
type join struct {
	i, j     int32
	distance float64
}

func (m Agglomerative) single(ctx context.Context, p *points) ([]join, error) {
	table := newKeyTable(p, p, m.Metric)
	if err := table.fill(ctx, m.Threads); err != nil {
		return nil, err
	}
	near, err := nearestOf(ctx, table, min(p.n, 8), m.Threads)
	if err != nil {
		return nil, err
	}
	edges, err := spanningTree(ctx, table, nil, near, m.Threads)
	if err != nil {
		return nil, err
	}
	joins := make([]join, len(edges))
	for t, e := range edges {
		joins[t] = join{e.i, e.j, e.weight}
	}
	return joins, nil
}

// sortJoins sorts joins by distance, stably.
func sortJoins(joins []join) []join {
	slices.SortStableFunc(joins, func(a, b join) int { return cmp.Compare(a.distance, b.distance) })
	return joins
}

// cut returns the tree of the joins, which are ascending, and the labels of the
// points when left clusters are left.
func cut(n int, joins []join, left int) ([]Merge, []int) {
	sets := newUnionFind(n)
	node, size := make([]int, n), make([]int, n) // indexed by root
	for i := range node {
		node[i], size[i] = i, 1
	}
	merges := make([]Merge, 0, max(0, n-1))
	var labels []int
	number := func() {
		labels = make([]int, n)
		of := make(map[int32]int)
		for i := range labels {
			root := sets.find(int32(i))
			l, ok := of[root]
			if !ok {
				l = len(of)
				of[root] = l
			}
			labels[i] = l
		}
	}
	for t, j := range joins {
		if t == n-left {
			number()
		}
		a, b := sets.find(j.i), sets.find(j.j)
		s := size[a] + size[b]
		merges = append(merges, Merge{min(node[a], node[b]), max(node[a], node[b]), j.distance, s})
		sets.join(a, b)
		root := sets.find(a)
		node[root], size[root] = n+t, s
	}
	if labels == nil {
		number()
	}
	return merges, labels
}

// clusterSpace computes the distances between clusters, each identified by one
// of its points.
type clusterSpace interface {
	// nearest returns the cluster nearest to a. Among equally near clusters it
	// returns prefer if it is one of them, else the lowest.
	nearest(a, prefer int32) (int32, float64)
	// merge merges a into b.
	merge(a, b int32)
	// distance converts a value returned by nearest to a distance.
	distance(v float64) float64
}

// chain joins n clusters. It follows nearest neighbours until two clusters are
// each other's nearest, joins them, and continues from the rest of the chain.
// For the linkages here this finds the same joins as searching for the closest
// pair each time.
func chain(ctx context.Context, s clusterSpace, n int) ([]join, error) {
	gone := make([]bool, n)
	var path []int32
	joins := make([]join, 0, max(0, n-1))
	first := 0
	for len(joins) < n-1 {
		if len(path) == 0 {
			for gone[first] {
				first++
			}
			path = append(path, int32(first))
		}
		for {
			// A chain can be as long as the number of clusters, so check at each link.
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
			a, before := path[len(path)-1], int32(-1)
			if len(path) > 1 {
				before = path[len(path)-2]
			}
			b, v := s.nearest(a, before)
			if b != before {
				path = append(path, b)
				continue
			}
			joins = append(joins, join{a, b, s.distance(v)})
			s.merge(a, b)
			gone[a] = true
			path = path[:len(path)-2]
			break
		}
	}
	return joins, nil
}

// active lists the remaining clusters, ascending.
type active struct {
	list []int32
}

func (l *active) remove(a int32) {
	at, _ := slices.BinarySearch(l.list, a)
	l.list = slices.Delete(l.list, at, at+1)
}

// table holds the distances of all pairs, squared for Ward.
type table[T float32 | float64] struct {
	active
	linkage Linkage
	size    []float64
	d       []T // [n(n-1)/2], of i > j at i(i-1)/2 + j
}

func chainTable[T float32 | float64](ctx context.Context, p *points, m Agglomerative) ([]join, error) {
	t := &table[T]{linkage: m.Linkage, size: make([]float64, p.n), d: make([]T, p.n*(p.n-1)/2)}
	t.list = upTo(p.n)
	for i := range t.size {
		t.size[i] = 1
	}
	err := eachBlock(ctx, p.n, 16, m.Threads, func(_, _, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := t.d[i*(i-1)/2:][:i]
			for j := range row {
				if m.Linkage == Ward {
					row[j] = T(p.squared(i, p, j))
				} else {
					row[j] = T(p.distance(m.Metric, i, p, j))
				}
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return chain(ctx, t, p.n)
}

func (t *table[T]) at(i, j int32) *T {
	if i < j {
		i, j = j, i
	}
	return &t.d[int(i)*(int(i)-1)/2+int(j)]
}

func (t *table[T]) nearest(a, prefer int32) (int32, float64) {
	best, arg := T(math.Inf(1)), int32(-1)
	if prefer >= 0 {
		best, arg = *t.at(a, prefer), prefer
	}
	row := t.d[int(a)*(int(a)-1)/2:]
	for _, j := range t.list {
		var v T
		switch {
		case j < a:
			v = row[j]
		case j == a:
			continue
		default:
			v = t.d[int(j)*(int(j)-1)/2+int(a)]
		}
		if v < best || arg < 0 {
			best, arg = v, j
		}
	}
	return arg, float64(best)
}

// merge updates the distances to b by the formula of Lance and Williams (1967).
func (t *table[T]) merge(a, b int32) {
	na, nb := t.size[a], t.size[b]
	ab := float64(*t.at(a, b))
	t.remove(a)
	for _, k := range t.list {
		if k == b {
			continue
		}
		to := t.at(b, k)
		x, y := float64(*t.at(a, k)), float64(*to)
		switch t.linkage {
		case Ward:
			nk := t.size[k]
			*to = T(max(0, ((na+nk)*x+(nb+nk)*y-nk*ab)/(na+nb+nk)))
		case Average:
			*to = T((na*x + nb*y) / (na + nb))
		case Complete:
			*to = T(max(x, y))
		}
	}
	t.size[b] = na + nb
}

func (t *table[T]) distance(v float64) float64 {
	if t.linkage == Ward {
		return math.Sqrt(v)
	}
	return v
}

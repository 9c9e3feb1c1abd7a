package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Linkage says how far apart two clusters are.
type Linkage uint8

const (
	// Ward joins the clusters that increase the inertia least; Euclidean only.
	// The distance is sqrt(2ab/(a+b)) times that of the means, for sizes a and b.
	Ward Linkage = iota
	// Average is the mean distance of their points.
	Average
	// Complete is the largest distance of their points.
	Complete
	// Single is the least distance of their points.
	Single
)

var linkages = [...]string{Ward: "ward", Average: "average", Complete: "complete", Single: "single"}

// String returns scikit-learn's name of the linkage.
func (l Linkage) String() string {
	if int(l) < len(linkages) {
		return linkages[l]
	}
	return "unknown"
}

// ParseLinkage returns the linkage with scikit-learn's name for it.
func ParseLinkage(name string) (Linkage, error) {
	if i := slices.Index(linkages[:], name); i >= 0 {
		return Linkage(i), nil
	}
	return 0, &OptionError{Estimator: "Agglomerative", Option: "Linkage", Got: name, Want: "ward, average, complete or single"}
}

// Agglomerative joins the two closest clusters, beginning with single points,
// until K are left. Ward, Average and Complete follow chains of nearest
// neighbours (Murtagh, 1983), in a table of all distances or, for more than
// 4,096 points where that is possible, among the clusters' means; Single cuts a
// minimum spanning tree. Its zero value finds 2 clusters by Ward.
//
// Memory grows with n·d for Ward, Single, and Average under the cosine metric;
// besides, up to 4,096 points (Single: about 6,000) all distances are kept, in at
// most 160 MB.
// Complete, and Average under other metrics, cannot do without n²/2 distances,
// float64 up to 4,096 points and float32 above (10,000 points: 200 MB).
type Agglomerative struct {
	// K is the number of clusters. 0: 2, or as many as Threshold leaves.
	K int
	// Threshold stops joining at this distance, if K is 0.
	Threshold float64
	// Linkage is Ward, Average, Complete or Single.
	Linkage Linkage
	// Metric is any of the package's; Ward takes Euclidean only.
	Metric Metric
	// MaxBytes is the largest table of distances that may be made. 0: 4 GiB.
	// More points than fit are an ErrTooLarge.
	MaxBytes int64
	// Threads is the largest number of goroutines. 0: GOMAXPROCS. The result
	// does not depend on it.
	Threads int
}

// Merge is one join: clusters A and B, each a point (below n) or the result of
// an earlier merge t (n+t), at a distance, become one of Size points.
type Merge struct {
	A, B     int
	Distance float64
	Size     int
}

// AgglomerativeResult is what Agglomerative found. It is a Partition.
type AgglomerativeResult struct {
	// Labels, [n]: clusters are numbered by their first point.
	Labels []int
	// Clusters is the number of clusters.
	Clusters int
	// Merges, [n-1], is the whole tree, by distance.
	Merges []Merge
	// Metric is the metric of the fit.
	Metric Metric
	// Points are the fitted points: the matrix given to Fit, not a copy.
	Points mat.Matrix
}

// meansAbove is the number of points up to which all distances are kept even if
// the clusters' means would do.
const meansAbove = 4096

// doubleTable is the number of points up to which they are float64.
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

// Cluster is Fit as a Clusterer.
func (m Agglomerative) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// Assignments returns r.Labels.
func (r *AgglomerativeResult) Assignments() []int { return r.Labels }

// NumClusters returns r.Clusters.
func (r *AgglomerativeResult) NumClusters() int { return r.Clusters }

// Predict gives each row of x, [rows, d], the label of the nearest fitted
// point: the first of equally near ones.
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

// join is a merge of the clusters that points i and j are in.
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

// sortJoins sorts joins by distance; of equal ones the first found stays first.
func sortJoins(joins []join) []join {
	slices.SortStableFunc(joins, func(a, b join) int { return cmp.Compare(a.distance, b.distance) })
	return joins
}

// cut makes the tree of joins, ascending, and the labels when left are left.
func cut(n int, joins []join, left int) ([]Merge, []int) {
	sets := newUnionFind(n)
	node, size := make([]int, n), make([]int, n) // by root
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

// clusterSpace knows the distances between clusters, each named by one of its
// points.
type clusterSpace interface {
	// nearest returns the cluster nearest to a; prefer, if it is as near as
	// any, else the lowest of the nearest.
	nearest(a, prefer int32) (int32, float64)
	// merge puts a into b.
	merge(a, b int32)
	// distance turns what nearest returned into a distance.
	distance(v float64) float64
}

// chain joins n clusters: it follows nearest neighbours until two are each
// other's, joins them, and goes on from the rest of the chain. For the linkages
// here that finds the same joins as looking for the closest pair each time.
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
			// A chain may be as long as there are clusters: ask at each link.
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

// active lists the clusters that are left, ascending.
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

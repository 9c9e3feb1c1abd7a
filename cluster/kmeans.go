package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// InitMethod determines how KMeans chooses its first centres.
type InitMethod uint8

const (
	// PlusPlus is greedy k-means++ (Arthur and Vassilvitskii, 2007): points are
	// drawn as centres with probability proportional to their squared distance
	// from the centres so far; of every 2 + ln k draws, the one that lowers the
	// inertia most is kept.
	PlusPlus InitMethod = iota
	// Parallel is k-means|| (Bahmani et al., 2012): a few rounds draw many points
	// each, then PlusPlus chooses among those. It reads the points fewer times if
	// K is large.
	Parallel
	// Random draws K distinct points.
	Random
)

var inits = [...]string{PlusPlus: "k-means++", Parallel: "k-means||", Random: "random"}

// String returns scikit-learn's name for the method.
func (m InitMethod) String() string {
	if int(m) < len(inits) {
		return inits[m]
	}
	return "InitMethod(" + strconv.Itoa(int(m)) + ")"
}

// ParseInit returns the method with the given name, as used by scikit-learn or,
// for k-means||, by its paper.
func ParseInit(name string) (InitMethod, error) {
	if i := slices.Index(inits[:], name); i >= 0 {
		return InitMethod(i), nil
	}
	return 0, &OptionError{Estimator: "KMeans", Option: "Init", Got: name, Want: "k-means++, k-means|| or random"}
}

// KMeans finds K centres that (locally) minimize the sum of the squared
// distances between points and their nearest centres. The zero value finds 8
// clusters, as in scikit-learn.
type KMeans struct {
	// K is the number of clusters. 0 means 8.
	K int
	// Init determines how the first centres are chosen. See also Centers.
	Init InitMethod
	// Centers, [K, d], are the first centres, if not nil. Init, NInit and Seed
	// then have no effect, and K may be 0.
	Centers mat.Matrix
	// NInit is the number of starts; the run with the least inertia is kept. 0
	// means 1, or 10 with Random.
	NInit int
	// MaxIter is the maximum number of rounds of a run. 0 means 300.
	MaxIter int
	// Tol stops a run when the summed squared movement of all centres in one round
	// is at most Tol times the mean variance of the features. 0 means 1e-4; with a
	// negative value, a run stops when no label changes.
	Tol float64
	// Weights, [n], say how often each point counts. nil means once.
	Weights []float64
	// Metric is Euclidean, or Cosine for spherical k-means: points and centres are
	// scaled to unit length, and Inertia is the sum of cosine distances.
	Metric Metric
	// Seed seeds the random numbers. The same seed gives the same result.
	Seed uint64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
	// Progress, if not nil, is called after each round. Its unit is rounds, and
	// the total is MaxIter.
	Progress Progress
}

// KMeansResult is the result of KMeans. It is a Partition. Its exported fields
// are all that Predict, Transform and Score need, so it can be saved and
// restored.
type KMeansResult struct {
	// Labels, [n], are the indices of the points' centres.
	Labels []int
	// Centers, [K, d], have unit length under the cosine metric.
	Centers *mat.Dense
	// Inertia is the weighted sum of the squared distances (Cosine: of the cosine
	// distances) between the points and their centres.
	Inertia float64
	// NIter is the number of rounds of the run that was kept.
	NIter int
	// Metric is the metric used by Fit.
	Metric Metric
}

// maxStarts is the maximum number of repetitions (starts, resamples); more
// would never finish.
const maxStarts = 1 << 20

func badRepeats(name, option string, got int) error {
	return &OptionError{Estimator: name, Option: option, Got: got, Want: "1 to " + strconv.Itoa(maxStarts)}
}

// withDefaults replaces zero options by their defaults and checks the others.
func (m KMeans) withDefaults(name string) (KMeans, error) {
	if m.K == 0 && m.Centers != nil {
		m.K, _ = m.Centers.Dims()
	}
	if m.K == 0 {
		m.K = 8
	}
	if m.NInit == 0 {
		m.NInit = 1
		if m.Init == Random {
			m.NInit = 10
		}
	}
	if m.MaxIter == 0 {
		m.MaxIter = 300
	}
	if m.Tol == 0 {
		m.Tol = 1e-4
	}
	switch {
	case m.K < 0:
		return m, &OptionError{Estimator: name, Option: "K", Got: m.K, Want: "at least 1"}
	case m.NInit < 0 || m.NInit > maxStarts:
		return m, badRepeats(name, "NInit", m.NInit)
	case m.MaxIter < 0:
		return m, &OptionError{Estimator: name, Option: "MaxIter", Got: m.MaxIter, Want: "at least 1"}
	case m.Tol != m.Tol:
		return m, &OptionError{Estimator: name, Option: "Tol", Got: m.Tol, Want: "a number"}
	case m.Init > Random:
		return m, &OptionError{Estimator: name, Option: "Init", Got: m.Init, Want: "PlusPlus, Parallel or Random"}
	case m.Metric != Euclidean && m.Metric != Cosine:
		return m, &OptionError{Estimator: name, Option: "Metric", Got: m.Metric, Want: "euclidean or cosine", Err: ErrMetric}
	}
	m.Tol = max(m.Tol, 0)
	return m, nil
}

// Fit clusters the rows of x, [n, d]. float32 rows (bert.Embeddings) are used
// in place; any other matrix is read as float64.
func (m KMeans) Fit(ctx context.Context, x mat.Matrix) (*KMeansResult, error) {
	const name = "KMeans"
	m, err := m.withDefaults(name)
	if err != nil {
		return nil, err
	}
	p, err := pointsForK(ctx, name, x, m.Metric, m.Weights, m.K, m.Threads)
	if err != nil {
		return nil, err
	}
	given, err := m.givenCenters(ctx, name, p.d)
	if err != nil {
		return nil, err
	}
	l := newLloyd(p, m.Weights, m.K, m.Threads).useInt8(m.MaxIter)
	rng := rand.New(rand.NewPCG(m.Seed, 0))
	var best *lloydRun
	for range m.NInit {
		start := given
		if given.Data == nil {
			if start, err = m.start(ctx, p, rng); err != nil {
				return nil, err
			}
		}
		r, err := l.run(ctx, start, m.MaxIter, m.Tol*p.variance, m.Progress)
		if err != nil {
			return nil, err
		}
		if best == nil || (r.inertia < best.inertia && !samePartition(r.labels, best.labels, m.K)) {
			best = r
		}
		if given.Data != nil {
			break
		}
	}
	return &KMeansResult{
		Labels:  toInts(best.labels),
		Centers: mat.NewDense(m.K, p.d, best.centers.Data),
		Inertia: best.inertia,
		NIter:   best.rounds,
		Metric:  m.Metric,
	}, nil
}

// Cluster implements Clusterer by calling Fit.
func (m KMeans) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// givenCenters returns m.Centers, if set, as rows of exact space, [K, d].
func (m KMeans) givenCenters(ctx context.Context, name string, d int) (dense.Rows[float64], error) {
	if m.Centers == nil {
		return dense.Rows[float64]{}, nil
	}
	k, cd := m.Centers.Dims()
	if k != m.K {
		return dense.Rows[float64]{}, &ShapeError{Estimator: name, What: "rows of Centers", Got: k, Want: m.K}
	}
	if cd != d {
		return dense.Rows[float64]{}, &ShapeError{Estimator: name, What: "features of Centers", Got: cd, Want: d}
	}
	return exactRows(ctx, name, "Centers", m.Centers, m.Metric, m.Threads)
}

// exactRows checks x and copies its rows into exact space.
func exactRows(ctx context.Context, name, input string, x mat.Matrix, m Metric, threads int) (dense.Rows[float64], error) {
	p, err := readPoints(ctx, name, input, x, m, threads)
	if err != nil {
		return dense.Rows[float64]{}, err
	}
	rows := dense.New[float64](p.n, p.d)
	for i := range p.n {
		p.exact(rows.Row(i), i)
	}
	return rows, nil
}

// pointsForK reads the rows of x, which must be at least k, and checks weights.
func pointsForK(ctx context.Context, name string, x mat.Matrix, m Metric, weights []float64, k, threads int) (*points, error) {
	p, err := newPoints(ctx, name, "points", x, m, threads)
	if err != nil {
		return nil, err
	}
	if err := checkWeights(name, weights, p.n); err != nil {
		return nil, err
	}
	if p.n < k {
		return nil, tooFewForK(name, k, p.n)
	}
	return p, nil
}

func tooFewForK(name string, k, n int) error {
	return &TooFewPointsError{Estimator: name, Need: "K = " + strconv.Itoa(k), Want: k, Got: n}
}

// checkWeights requires n finite, nonnegative weights, not all zero.
func checkWeights(name string, w []float64, n int) error {
	if w == nil {
		return nil
	}
	if len(w) != n {
		return &ShapeError{Estimator: name, What: "Weights for the points", Got: len(w), Want: n}
	}
	sum := 0.0
	for i, v := range w {
		if v-v != 0 {
			return &ValueError{Estimator: name, Input: "Weights", Row: i, Value: v, Err: ErrNotFinite}
		}
		if v < 0 {
			return &OptionError{Estimator: name, Option: "Weights[" + strconv.Itoa(i) + "]", Got: v, Want: "at least 0"}
		}
		sum += v
	}
	if sum == 0 || math.IsInf(sum, 1) {
		return &OptionError{Estimator: name, Option: "sum of Weights", Got: sum, Want: "above 0 and finite"}
	}
	return nil
}

// samePartition reports whether labels a and b, below k, describe the same
// partition.
func samePartition(a, b []int32, k int) bool {
	to := make([]int32, k)
	for i := range to {
		to[i] = -1
	}
	for i, l := range a {
		switch to[l] {
		case -1:
			to[l] = b[i]
		case b[i]:
		default:
			return false
		}
	}
	return true
}

// Assignments returns r.Labels.
func (r *KMeansResult) Assignments() []int { return r.Labels }

// NumClusters returns K.
func (r *KMeansResult) NumClusters() int { k, _ := r.Centers.Dims(); return k }

// Predict returns the nearest centre of each row of x, [rows]. The rows must
// have as many features as the centres.
func (r *KMeansResult) Predict(ctx context.Context, x mat.Matrix) ([]int, error) {
	p, c, err := r.view(ctx, x)
	if err != nil {
		return nil, err
	}
	labels := make([]int32, p.n)
	if err := assign(ctx, p, p.viewCenters(c), 0, labels); err != nil {
		return nil, err
	}
	return toInts(labels), nil
}

// Transform returns the distance of each row of x to each centre, [rows, K]:
// Euclidean (not squared) or cosine.
func (r *KMeansResult) Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	p, c, err := r.view(ctx, x)
	if err != nil {
		return nil, err
	}
	out := mat.NewDense(p.n, c.Len, nil)
	err = eachBlock(ctx, p.n, blockRows, 0, func(_, _, lo, hi int) {
		for i := lo; i < hi; i++ {
			row := out.RawRowView(i)
			for j := range row {
				if row[j] = p.squaredTo(i, c.Row(j)); r.Metric == Cosine {
					row[j] /= 2
				} else {
					row[j] = math.Sqrt(row[j])
				}
			}
		}
	})
	return out, err
}

// Score returns the negated inertia of the rows of x for these centres, each
// row weighted by weights[i] (nil means 1). Higher is better.
func (r *KMeansResult) Score(ctx context.Context, x mat.Matrix, weights []float64) (float64, error) {
	p, c, err := r.view(ctx, x)
	if err != nil {
		return 0, err
	}
	if err := checkWeights("KMeans", weights, p.n); err != nil {
		return 0, err
	}
	l := lloyd{p: p, weights: weights, k: c.Len, labels: make([]int32, p.n)}
	if err := assign(ctx, p, p.viewCenters(c), 0, l.labels); err != nil {
		return 0, err
	}
	s, err := l.inertia(ctx, c)
	return -s, err
}

// view checks x against the centres and returns both.
func (r *KMeansResult) view(ctx context.Context, x mat.Matrix) (*points, dense.Rows[float64], error) {
	if err := r.check(); err != nil {
		return nil, dense.Rows[float64]{}, err
	}
	p, err := readPoints(ctx, "KMeans", "points", x, r.Metric, parallel.Threads(0))
	if err != nil {
		return nil, dense.Rows[float64]{}, err
	}
	c := dense.Float64(r.Centers)
	if c.Dim != p.d {
		return nil, c, &ShapeError{Estimator: "KMeans", What: "features of the points", Got: p.d, Want: c.Dim}
	}
	return p, c, nil
}

package cluster

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"

	"github.com/seed-56ee9438/cohort/internal/persist"
)

// MiniBatchKMeans is KMeans on small random batches of the points (Sculley,
// 2010). Each batch moves the centres towards its points, by steps that shrink
// as a centre has seen more points. The inertia comes close to that of KMeans
// for a fraction of the work. The zero value has scikit-learn's defaults except
// for NInit.
type MiniBatchKMeans struct {
	// K is the number of clusters. 0 means 8.
	K int
	// BatchSize is the number of points in a batch. 0 means 1024.
	BatchSize int
	// Init determines how the first centres are chosen among InitSize random
	// points.
	Init InitMethod
	// InitSize is the number of those points. 0 means 3 BatchSize, but at least 3
	// K.
	InitSize int
	// Centers, [K, d], are the first centres, if not nil.
	Centers mat.Matrix
	// NInit is the number of starts to try. The one with the least inertia on the
	// InitSize points, after a few rounds of Lloyd's algorithm there, is kept. 0
	// means 3: scikit-learn's default of 1 misses more groups, and the other
	// starts cost little.
	NInit int
	// MaxIter limits the number of drawn points to MaxIter times the number of
	// points. 0 means 100.
	MaxIter int
	// MaxNoImprovement stops the fit after this many batches without a lower
	// smoothed inertia. 0 means 10; a negative value means never.
	MaxNoImprovement int
	// Tol stops the fit when the smoothed squared movement of the centres in a
	// batch is at most Tol times the mean variance of the features. 0 means never.
	Tol float64
	// ReassignmentRatio is the fraction of the largest cluster's points below
	// which a cluster is abandoned and its centre moved to a random point. 0 means
	// 0.01; a negative value means never.
	ReassignmentRatio float64
	// Weights, [n], say how often each point counts. nil means once.
	Weights []float64
	// Metric is Euclidean or Cosine, as for KMeans.
	Metric Metric
	// Seed seeds the random numbers. The same seed gives the same result.
	Seed uint64
	// Threads limits the number of goroutines; 0 means GOMAXPROCS. It does not
	// affect the result.
	Threads int
	// Progress, if not nil, is called after each batch. Its unit is batches.
	Progress Progress
}

func (m MiniBatchKMeans) withDefaults() (MiniBatchKMeans, error) {
	k, err := KMeans{K: m.K, Init: m.Init, Centers: m.Centers, MaxIter: m.MaxIter, Tol: m.Tol, Metric: m.Metric}.withDefaults("MiniBatchKMeans")
	if err != nil {
		return m, err
	}
	m.K = k.K
	option := func(option string, got any) error {
		return &OptionError{Estimator: "MiniBatchKMeans", Option: option, Got: got, Want: "at least 1"}
	}
	switch {
	case m.BatchSize < 0:
		return m, option("BatchSize", m.BatchSize)
	case m.InitSize < 0:
		return m, option("InitSize", m.InitSize)
	case m.NInit < 0 || m.NInit > maxStarts:
		return m, badRepeats("MiniBatchKMeans", "NInit", m.NInit)
	case !(m.ReassignmentRatio <= 1): // also true for NaN
		return m, &OptionError{Estimator: "MiniBatchKMeans", Option: "ReassignmentRatio", Got: m.ReassignmentRatio, Want: "at most 1"}
	}
	or := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	or(&m.BatchSize, 1024)
	or(&m.InitSize, 3*min(m.BatchSize, math.MaxInt/3))
	m.InitSize = max(m.InitSize, m.K)
	if m.InitSize < 3*m.K {
		m.InitSize = 3 * m.K
	}
	or(&m.MaxIter, 100)
	or(&m.MaxNoImprovement, 10)
	or(&m.NInit, 3)
	if m.ReassignmentRatio == 0 {
		m.ReassignmentRatio = 0.01
	}
	return m, nil
}

// Fit clusters the rows of x, [n, d]. NIter of the result is the number of
// batches.
func (m MiniBatchKMeans) Fit(ctx context.Context, x mat.Matrix) (*KMeansResult, error) {
	const name = "MiniBatchKMeans"
	m, err := m.withDefaults()
	if err != nil {
		return nil, err
	}
	p, err := pointsForK(ctx, name, x, m.Metric, m.Weights, m.K, m.Threads)
	if err != nil {
		return nil, err
	}
	s := m.newBatches()
	if err := s.begin(ctx, p, m.Weights); err != nil {
		return nil, err
	}
	size := min(m.BatchSize, p.n)
	steps := math.MaxInt
	if m.MaxIter <= math.MaxInt/p.n {
		steps = max(1, m.MaxIter*p.n/size)
	}
	batch := make([]int32, size)
	alpha := min(1, 2*float64(size)/float64(p.n+1)) // smoothing factor
	smooth, least, moved := math.NaN(), math.Inf(1), math.NaN()
	idle, done := 0, 0
	for done < steps {
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		for i := range batch {
			batch[i] = int32(s.rng.IntN(p.n))
		}
		inertia, move := s.step(ctx, p, batch, m.Weights)
		done++
		m.Progress.report(done, steps)
		if done == 1 { // the inertia of the start, before any learning
			continue
		}
		if smooth != smooth {
			smooth, moved = inertia, move
		} else {
			smooth += alpha * (inertia - smooth)
			moved += alpha * (move - moved)
		}
		if m.Tol > 0 && moved <= m.Tol*p.variance {
			break
		}
		if smooth < least {
			least, idle = smooth, 0
		} else {
			idle++
		}
		if m.MaxNoImprovement > 0 && idle >= m.MaxNoImprovement {
			break
		}
	}
	l := newLloyd(p, m.Weights, m.K, m.Threads)
	if err := l.label(ctx, s.centers, true); err != nil {
		return nil, err
	}
	if err := l.sum(ctx, true); err != nil {
		return nil, err
	}
	copy(l.last, l.labels)
	inertia, err := l.finalInertia(ctx, s.centers)
	if err != nil {
		return nil, err
	}
	r := s.result()
	r.Labels, r.Inertia, r.NIter = toInts(l.labels), inertia, done
	return r, nil
}

// Cluster implements Clusterer by calling Fit.
func (m MiniBatchKMeans) Cluster(ctx context.Context, x mat.Matrix) (Partition, error) {
	return asPartition(m.Fit(ctx, x))
}

// Stream returns a learner for points that arrive in batches and need not fit
// in memory. Weights, MaxIter, MaxNoImprovement and Tol have no effect on it.
func (m MiniBatchKMeans) Stream() (*MiniBatchStream, error) {
	m, err := m.withDefaults()
	if err != nil {
		return nil, err
	}
	return &MiniBatchStream{batches: m.newBatches()}, nil
}

// MiniBatchStream is a MiniBatchKMeans that learns from a stream of batches. It
// must not be used by several goroutines at once.
type MiniBatchStream struct {
	unsavedState

	batches *batches
	seen    int
}

// PartialFit learns from one batch, [rows, d], with weights[i] for each row
// (nil means 1). The first batch also provides the first centres, so it must
// have at least K rows.
func (s *MiniBatchStream) PartialFit(ctx context.Context, x mat.Matrix, weights []float64) error {
	const name = "MiniBatchKMeans"
	if s == nil || s.batches == nil {
		return persist.NotFitted(name, "the stream is not that of Stream")
	}
	b := s.batches
	p, err := readPoints(ctx, name, "batch", x, b.m.Metric, b.m.Threads)
	if err != nil {
		return err
	}
	if err := checkWeights(name, weights, p.n); err != nil {
		return err
	}
	if b.centers.Len == 0 {
		if p.n < b.m.K {
			return tooFewForK(name, b.m.K, p.n)
		}
		if err := b.begin(ctx, p, weights); err != nil {
			return err
		}
	} else if p.d != b.centers.Dim {
		return &ShapeError{Estimator: name, What: "features of the batch", Got: p.d, Want: b.centers.Dim}
	}
	if err := parallel.Cause(ctx); err != nil {
		return err
	}
	b.step(ctx, p, upTo(p.n), weights)
	s.seen++
	return nil
}

// Result returns the current centres as a KMeansResult without Labels and
// Inertia, with the number of batches as NIter. It returns nil before the first
// batch.
func (s *MiniBatchStream) Result() *KMeansResult {
	if s == nil || s.batches == nil || s.batches.centers.Len == 0 {
		return nil
	}
	r := s.batches.result()
	r.NIter = s.seen
	return r
}

// batches holds centres that learn from batches.
type batches struct {
	m       MiniBatchKMeans
	rng     *rand.Rand
	centers dense.Rows[float64] // [K, d]
	count   []float64           // [K] weight of the points seen
	since   float64             // weight seen since centres were last reassigned
	scratch []nearScratch
	labels  []int32
	bins    bins
}

func (m MiniBatchKMeans) newBatches() *batches {
	return &batches{m: m, rng: rand.New(rand.NewPCG(m.Seed, 1)), count: make([]float64, m.K),
		scratch: make([]nearScratch, parallel.Threads(m.Threads))}
}

func (b *batches) result() *KMeansResult {
	c := mat.NewDense(b.m.K, b.centers.Dim, nil)
	for j := range b.m.K {
		c.SetRow(j, b.centers.Row(j))
	}
	return &KMeansResult{Centers: c, Metric: b.m.Metric}
}

// startRounds is the number of rounds of Lloyd's algorithm that each start gets
// on the sample before the starts are compared. Without them, the inertia would
// depend more on where the centres lie within the groups than on how many
// groups they miss.
const startRounds = 3

// begin chooses the first centres among a sample of p.
func (b *batches) begin(ctx context.Context, p *points, weights []float64) error {
	m := b.m
	given, err := KMeans{K: m.K, Centers: m.Centers, Metric: m.Metric, Threads: m.Threads}.givenCenters(ctx, "MiniBatchKMeans", p.d)
	if err != nil {
		return err
	}
	if given.Data != nil {
		b.centers = given
		return nil
	}
	some, mass := p.sample(min(m.InitSize, p.n), weights, b.rng)
	start := KMeans{K: m.K, Init: m.Init, Weights: mass, Threads: m.Threads}
	l := newLloyd(some, mass, m.K, m.Threads).useInt8(startRounds)
	least := math.Inf(1)
	for range m.NInit {
		c, err := start.start(ctx, some, b.rng)
		if err != nil {
			return err
		}
		if m.NInit == 1 {
			b.centers = c
			break
		}
		r, err := l.run(ctx, c, startRounds, 0, nil)
		if err != nil {
			return err
		}
		if r.inertia < least {
			least, b.centers = r.inertia, r.centers
		}
	}
	return nil
}

// sample returns size distinct rows of p, in order, and their weights.
func (p *points) sample(size int, weights []float64, rng *rand.Rand) (*points, []float64) {
	if size == p.n {
		return p, weights
	}
	// Selection sampling (Knuth, The Art of Computer Programming, 3.4.2 S).
	rows := make([]int32, 0, size)
	for i := range p.n {
		if rng.IntN(p.n-i) < size-len(rows) {
			rows = append(rows, int32(i))
		}
	}
	mass := make([]float64, 0, size)
	if weights == nil {
		mass = nil
	} else {
		sum := 0.0
		for _, i := range rows {
			mass = append(mass, weights[i])
			sum += weights[i]
		}
		if sum == 0 {
			mass = nil
		}
	}
	return p.pick(rows), mass
}

// pick returns the given rows of p as separate points with p's view.
func (p *points) pick(rows []int32) *points {
	q := *p
	q.n, q.quantError = len(rows), nil
	q.norm2 = make([]float64, q.n)
	if p.inv != nil {
		q.inv = make([]float64, q.n)
	}
	if p.single {
		q.f32 = dense.New[float32](q.n, p.d)
	} else {
		q.f64 = dense.New[float64](q.n, p.d)
	}
	for k, i := range rows {
		q.norm2[k] = p.norm2[i]
		if p.inv != nil {
			q.inv[k] = p.inv[i]
		}
		if p.single {
			copy(q.f32.Row(k), p.f32.Row(int(i)))
		} else {
			copy(q.f64.Row(k), p.f64.Row(int(i)))
		}
	}
	return &q
}

// step learns from one batch of rows of p. It returns the batch's mean inertia
// before learning, and the squared movement of the centres.
func (b *batches) step(ctx context.Context, p *points, rows []int32, weights []float64) (inertia, moved float64) {
	k := b.m.K
	weight := func(i int32) float64 {
		if weights == nil {
			return 1
		}
		return weights[i]
	}
	c := p.viewCenters(b.centers)
	b.labels = grow(b.labels, len(rows))
	// A step is short and always completes, so that the centres are never left in
	// an intermediate state. Callers check ctx between steps.
	_ = eachBlock(context.WithoutCancel(ctx), len(rows), 128, b.m.Threads, func(worker, _, lo, hi int) {
		s := &b.scratch[worker]
		s.nearest(p, c, rows[lo:hi], nil)
		copy(b.labels[lo:hi], s.arg)
	})
	b.bins.reset(k)
	for _, j := range b.labels {
		b.bins.count(int(j))
	}
	b.bins.allot()
	total := 0.0
	for r, j := range b.labels {
		b.bins.put(int(j), rows[r])
		total += weight(rows[r])
	}
	part, shift := make([]float64, k), make([]float64, k)
	_ = parallel.Do(context.WithoutCancel(ctx), b.m.Threads, k, func(_, j int) {
		part[j], shift[j] = b.learn(p, j, weight)
	})
	for j := range k {
		inertia += part[j]
		moved += shift[j]
	}
	b.since += total
	b.giveUp(p, rows)
	if total > 0 {
		inertia /= total
	}
	return inertia, moved
}

// learn moves centre j towards its points of the batch. It returns their
// contribution to the inertia and the squared movement.
func (b *batches) learn(p *points, j int, weight func(i int32) float64) (inertia, moved float64) {
	members := b.bins.of(j)
	if len(members) == 0 {
		return 0, 0
	}
	fromSums := p.direct || p.inv != nil // else norm2 is relative to another origin
	center := b.centers.Row(j)
	sum := make([]float64, p.d)
	mass := 0.0
	for _, i := range members {
		w := weight(i)
		mass += w
		if fromSums {
			inertia += w * p.norm2[i]
		} else {
			inertia += w * p.squaredTo(int(i), center)
		}
		p.addTo(sum, int(i), w)
	}
	if mass == 0 {
		return inertia, 0
	}
	if fromSums { // sum w|x-c|² = sum w|x|² - 2 c·sum w x + |c|² sum w
		for f, v := range center {
			inertia += v * (v*mass - 2*sum[f])
		}
	}
	size := b.count[j] + mass
	for f, v := range center {
		sum[f] = (v*b.count[j] + sum[f]) / size
	}
	if b.m.Metric == Cosine {
		size := math.Sqrt(sumSquares(sum))
		if size < 1e-12 {
			return inertia, 0
		}
		for f := range sum {
			sum[f] /= size
		}
	}
	b.count[j] += mass
	moved = squaredDistance(center, 1, sum, 1)
	copy(center, sum)
	return inertia, moved
}

// giveUp occasionally moves centres with hardly any points to random points of
// the batch.
func (b *batches) giveUp(p *points, rows []int32) {
	if b.m.ReassignmentRatio < 0 {
		return
	}
	most, empty := 0.0, false
	for _, n := range b.count {
		most = max(most, n)
		empty = empty || n == 0
	}
	if !empty && b.since < float64(10*b.m.K) {
		return
	}
	b.since = 0
	var poor []int
	least := math.Inf(1) // smallest count of those that stay
	for j, n := range b.count {
		if n < b.m.ReassignmentRatio*most {
			poor = append(poor, j)
		} else {
			least = min(least, n)
		}
	}
	if most := len(rows) / 2; len(poor) > most { // keep only the poorest
		slices.SortStableFunc(poor, func(a, c int) int { return cmp.Compare(b.count[a], b.count[c]) })
		for _, j := range poor[most:] {
			least = min(least, b.count[j])
		}
		poor = poor[:most]
	}
	if len(poor) == 0 {
		return
	}
	for n, r := range drawDistinct(len(rows), len(poor), nil, b.rng) {
		j := poor[n]
		p.exact(b.centers.Row(j), int(rows[r]))
		b.count[j] = least // just enough to be kept
	}
}

package reduce

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
	"github.com/seed-56ee9438/cohort/internal/sparse"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
)

// UMAP is uniform manifold approximation and projection (McInnes, Healy &
// Melville 2018). It draws points in few dimensions so that near neighbours
// stay near. Use it to look at points and before density clustering.
// Afterwards, distances between distant groups and the sizes and densities of
// groups mean little.
type UMAP struct {
	// Components is the number of dimensions of the drawing; 0 means 2.
	Components int

	// Neighbors is the number of nearest points, including itself, that each point
	// is connected to; 0 means 15, and there are never more than the number of
	// points. Fewer neighbours show details, more show the overall structure.
	Neighbors int

	// MinDist is the minimum distance between points in the drawing, in units of
	// Spread; 0 means 0.1. For no minimum use a tiny value, such as 1e-3.
	MinDist float64

	// Spread is the scale of the drawing; 0 means 1.
	Spread float64

	// Metric is Euclidean or Cosine.
	Metric Metric

	// Init determines the initial positions of the points.
	Init Init

	// Epochs is the number of passes that move the points; 0 means 500 up to
	// 10,000 points and 200 above.
	Epochs int

	// LearningRate is the initial step size; 0 means 1.
	LearningRate float64

	// NegativeSamples is the number of random points that push for each neighbour
	// that pulls; 0 means 5.
	NegativeSamples int

	// Approximate is the number of points from which on neighbours are found by
	// nearest-neighbour descent, which misses a few; 0 means 200,000, -1 means
	// never.
	Approximate int

	// Seed seeds the random numbers.
	Seed uint64

	// Threads is the number of goroutines to use; 0 means GOMAXPROCS. It does not
	// affect the results.
	Threads int

	// Progress, if not nil, is called at the start of the stages "neighbors",
	// "graph" and "layout".
	Progress func(stage string)
}

// Init determines the initial positions of UMAP's points.
type Init uint8

// The values of Init.
const (
	// InitSpectral uses the smoothest functions on the graph of neighbours, or
	// InitPCA if that graph is not connected.
	InitSpectral Init = iota
	// InitPCA uses the first principal components.
	InitPCA
	// InitRandom uses random positions.
	InitRandom
)

// String returns the name of i.
func (i Init) String() string {
	switch i {
	case InitSpectral:
		return "spectral"
	case InitPCA:
		return "pca"
	case InitRandom:
		return "random"
	}
	return fmt.Sprintf("Init(%d)", uint8(i))
}

// UMAPResult is a fitted UMAP. Do not modify it. It keeps the points, as
// float32, to find the neighbours of new ones.
type UMAPResult struct {
	// Embedding holds the drawn points, [n, k].
	Embedding *mat.Dense
	// A and B are the parameters of the curve 1/(1+A d^2B) that converts distances
	// in the drawing to similarities.
	A, B float64
	// Start is the Init that was actually used: not InitSpectral if the graph was
	// not connected.
	Start Init

	options UMAP
	points  dense.Rows[float32] // [n, d] centred, or of length 1 for Cosine
	mean    []float64           // [d] subtracted from the points; nil for Cosine
}

// approximateFrom is the number of points from which descent is the default.
// At d = 384 on two cores, of sentence embeddings:
//
//	points    exact, AVX-512 with VNNI    exact, AVX2    descent
//	 20,000                     0.8 s          1.4 s    3.6 s
//	 50,000                     3.6 s          8.3 s   14.7 s
//	100,000                    12.9 s                  32.9 s
//
// Twice the points take exact search four times as long, and descent 2.2 times.
// They break even at 100,000 points (AVX2) and at 250,000 to 300,000 points
// (AVX-512). In between, a search that misses none may take up to twice as
// long. Beyond 100,000 points these are extrapolations, not measurements.
const approximateFrom = knn.Approximately

// maxNegative is the maximum number of random points that push for each
// neighbour: more than all points of most data sets.
const maxNegative = 1 << 16

func (o UMAP) check() (UMAP, error) {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.Components, 2)
	def(&o.Neighbors, 15)
	def(&o.NegativeSamples, 5)
	def(&o.Approximate, approximateFrom)
	if o.MinDist == 0 {
		o.MinDist = 0.1
	}
	if o.Spread == 0 {
		o.Spread = 1
	}
	if o.LearningRate == 0 {
		o.LearningRate = 1
	}
	bad := func(option string, got any, want string) error {
		return &OptionError{Estimator: "UMAP", Option: option, Got: got, Want: want}
	}
	positive := func(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
	switch {
	case o.Metric != estimator.Euclidean && o.Metric != estimator.Cosine:
		return o, estimator.BadMetric("UMAP", o.Metric, "euclidean or cosine")
	case o.Neighbors < 2:
		return o, bad("Neighbors", o.Neighbors, "at least 2")
	case !positive(o.Spread):
		return o, bad("Spread", o.Spread, "above 0 and finite")
	case !positive(o.MinDist) || o.MinDist > o.Spread:
		return o, bad("MinDist", o.MinDist, fmt.Sprintf("above 0 and at most Spread, %v", o.Spread))
	case !positive(o.LearningRate) || o.LearningRate > 1e6:
		return o, bad("LearningRate", o.LearningRate, "above 0 and at most 1e6")
	case o.Epochs < 0 || o.Epochs > maxRounds:
		return o, badRounds("UMAP", "Epochs", o.Epochs)
	case o.NegativeSamples < 0 || o.NegativeSamples > maxNegative:
		return o, bad("NegativeSamples", o.NegativeSamples, fmt.Sprintf("0 to %d", maxNegative))
	case o.Init > InitRandom:
		return o, bad("Init", o.Init, "InitSpectral, InitPCA or InitRandom")
	}
	return o, nil
}

// Fit draws the rows of x [n, d], n >= 3.
func (o UMAP) Fit(ctx context.Context, x mat.Matrix) (*UMAPResult, error) {
	o, err := o.check()
	if err != nil {
		return nil, err
	}
	p, err := view(ctx, "UMAP", x, 0, o.Threads)
	if err != nil {
		return nil, err
	}
	n, d := p.Len(), p.Dim()
	if o.Components < 1 || o.Components > d {
		return nil, &ComponentsError{Method: "UMAP", Want: o.Components, Max: d}
	}
	if n < 3 {
		return nil, &TooFewPointsError{Estimator: "UMAP", Need: "a graph of neighbours", Want: 3, Got: n}
	}
	o.Neighbors = min(o.Neighbors, n)
	if o.Epochs == 0 {
		o.Epochs = 500
		if n > 10000 {
			o.Epochs = 200
		}
	}
	r := &UMAPResult{options: o}
	if o.Metric != estimator.Cosine {
		if r.mean, err = columnMeans(ctx, p, o.Threads); err != nil {
			return nil, err
		}
	}
	if r.points, err = r.prepare(ctx, p, 0x1p-100); err != nil {
		return nil, err
	}
	o.progress("neighbors")
	g, err := o.neighbors(ctx, r.points)
	if err != nil {
		return nil, err
	}
	o.progress("graph")
	w, err := fuzzyGraph(ctx, g, o.Neighbors, o.Threads)
	if err != nil {
		return nil, err
	}
	y, start, err := o.start(ctx, r.points, w)
	if err != nil {
		return nil, err
	}
	r.Start = start
	o.progress("layout")
	r.A, r.B = fitCurve(o.MinDist, o.Spread)
	l := layout{forces: newForces(r.A, r.B), negative: o.NegativeSamples, rate: o.LearningRate, epochs: o.Epochs, seed: o.Seed, threads: o.Threads}
	if err := l.fit(ctx, y, w); err != nil {
		return nil, err
	}
	r.Embedding = mat.NewDense(n, o.Components, y.Data)
	return r, nil
}

// Reduce implements Reducer by calling Fit.
func (o UMAP) Reduce(ctx context.Context, x mat.Matrix) (Projection, error) {
	r, err := o.Fit(ctx, x)
	if err != nil {
		return nil, err
	}
	return r, nil
}

func (o UMAP) progress(stage string) {
	if o.Progress != nil {
		o.Progress(stage)
	}
}

// prepare returns points as float32 rows whose Euclidean distances have the
// same order as those of the metric: centred for precision, or of length 1 for
// Cosine. Unless they are equal, the squared distance of one from the mean must
// reach least.
func (r *UMAPResult) prepare(ctx context.Context, p *score.Points, least float64) (dense.Rows[float32], error) {
	if r.mean == nil {
		return unitRows(ctx, "UMAP", p, r.options.Threads)
	}
	// The squares of float32 distances, up to twice these, are below 2^128.
	if err := checkScale(ctx, "UMAP", p, r.mean, least, 0x1p122, r.options.Threads); err != nil {
		return dense.Rows[float32]{}, err
	}
	out := dense.New[float32](p.Len(), p.Dim())
	err := eachBlock(ctx, p, r.options.Threads, func(i int, row []float64) {
		for j, v := range row {
			out.Row(i)[j] = float32(v - r.mean[j])
		}
	})
	return out, err
}

// unitRows returns points as float32 rows of length 1, for a method of this
// name.
func unitRows(ctx context.Context, method string, p *score.Points, threads int) (dense.Rows[float32], error) {
	out := dense.New[float32](p.Len(), p.Dim())
	zero := make([]bool, blocksOf(p.Len()))
	err := eachBlock(ctx, p, threads, func(i int, row []float64) {
		scale := length(row)
		zero[i/blockRows] = zero[i/blockRows] || scale == 0
		for j, v := range row {
			out.Row(i)[j] = float32(v / scale)
		}
	})
	if err != nil {
		return out, err
	}
	for b, z := range zero {
		for i := b * blockRows; z; i++ {
			row := make([]float64, p.Dim())
			if copyRow(row, p, i); length(row) == 0 {
				return out, fmt.Errorf("%s: %w", method, &ValueError{Row: i, Col: -1, Err: ErrZeroRow})
			}
		}
	}
	return out, nil
}

// length returns |x|, scaling by the largest entry, whose square may exceed the
// range of float64.
func length(x []float64) float64 {
	var top, sum float64
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	if top == 0 {
		return 0
	}
	for _, v := range x {
		sum += v / top * (v / top)
	}
	return top * math.Sqrt(sum)
}

// neighbors finds the nearest other points of each point.
func (o UMAP) neighbors(ctx context.Context, x dense.Rows[float32]) (*knn.Graph, error) {
	g, err := knn.Nearest(ctx, x, o.Neighbors-1, o.Approximate, knn.Options{Seed: o.Seed, Threads: o.Threads})
	if err != nil {
		return nil, err
	}
	o.toMetric(g.Dist)
	return g, nil
}

// toMetric converts Euclidean distances of rows of length 1 to cosine
// distances.
func (o UMAP) toMetric(dist []float32) {
	if o.Metric != estimator.Cosine {
		return
	}
	for i, d := range dist {
		dist[i] = d * d / 2
	}
}

// start returns the initial positions of the points, [n, Components], each
// coordinate in [0, 10].
func (o UMAP) start(ctx context.Context, x dense.Rows[float32], w *sparse.Matrix) (dense.Rows[float64], Init, error) {
	n, k := x.Len, o.Components
	y := dense.New[float64](n, k)
	random := rand.New(rand.NewPCG(o.Seed, 0x57a27))
	init := o.Init
	if init == InitSpectral {
		v, ok, err := spectral(ctx, w, k, o.Seed, o.Threads)
		if err != nil {
			return y, init, err
		}
		if ok {
			for i := range n {
				for j := range k {
					y.Row(i)[j] = v.Row(j)[i]
				}
			}
		} else {
			init = InitPCA
		}
	}
	if init == InitPCA {
		// With fewer points than components, the remaining coordinates are noise.
		p := PCA{Components: min(k, n), Seed: o.Seed, Threads: o.Threads}
		r, err := p.Fit(ctx, dense.Matrix{Rows: x})
		if err != nil {
			return y, init, err
		}
		z, err := r.Transform(ctx, dense.Matrix{Rows: x})
		if err != nil {
			return y, init, err
		}
		for i := range n {
			copy(y.Row(i), z.RawRowView(i))
		}
	}
	if init == InitRandom {
		for i := range y.Data {
			y.Data[i] = 10 * random.Float64()
		}
		return y, init, nil
	}
	// Scaled to 10, with a little noise so that no two points coincide; then each
	// coordinate to [0, 10].
	var top float64
	for _, v := range y.Data {
		top = max(top, math.Abs(v))
	}
	for i := range y.Data {
		if top > 0 {
			y.Data[i] *= 10 / top
		}
		y.Data[i] += 1e-4 * random.NormFloat64()
	}
	for j := range k {
		lo, hi := math.Inf(1), math.Inf(-1)
		for i := range n {
			lo, hi = min(lo, y.Row(i)[j]), max(hi, y.Row(i)[j])
		}
		for i := range n {
			y.Row(i)[j] = 10 * (y.Row(i)[j] - lo) / (hi - lo)
		}
	}
	return y, init, nil
}

// Dims returns the number of features of the input and of dimensions of the
// drawing.
func (r *UMAPResult) Dims() (features, components int) {
	return r.points.Dim, r.options.Components
}

// Fitted returns r.Embedding, the positions of the fitted points. Transform
// would compute new positions for them.
func (r *UMAPResult) Fitted() *mat.Dense { return r.Embedding }

// Transform draws new points among the fitted ones, which stay in place: the
// rows of x [m, d] become [m, k]. The position of a point depends on it alone,
// not on the others of the call. A fitted point is placed near its old
// position, not exactly on it.
func (r *UMAPResult) Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	p, err := view(ctx, "UMAP", x, r.points.Dim, r.options.Threads)
	if err != nil {
		return nil, err
	}
	o := r.options
	q, err := r.prepare(ctx, p, 0)
	if err != nil {
		return nil, err
	}
	g, err := knn.Search(ctx, r.points, q, o.Neighbors, o.Threads)
	if err != nil {
		return nil, err
	}
	o.toMetric(g.Dist)
	fixed := denseRows(r.Embedding)
	out := mat.NewDense(q.Len, o.Components, nil)
	l := layout{forces: newForces(r.A, r.B), negative: o.NegativeSamples, rate: o.LearningRate / 4, epochs: max(1, o.Epochs/5), seed: o.Seed}
	err = parallel.Do(ctx, o.Threads, (q.Len+transformRows-1)/transformRows, func(_, b int) {
		value := make([]float32, o.Neighbors)
		for i := b * transformRows; i < min((b+1)*transformRows, q.Len); i++ {
			near, dist := g.Row(i)
			var mean float64
			for _, d := range dist {
				mean += float64(d)
			}
			mean /= float64(len(dist))
			rho, sigma := smooth(dist, false, o.Neighbors, mean)
			var sum float64
			for c, d := range dist {
				value[c] = similarity(float64(d), rho, sigma)
				sum += float64(value[c])
			}
			// From the weighted mean of the neighbours, or the position of an identical
			// point.
			y := out.RawRowView(i)
			if dist[0] == 0 {
				copy(y, fixed.Row(int(near[0])))
			} else {
				for c, j := range near {
					kernel.AxpyF64(float64(value[c])/sum, fixed.Row(int(j)), y)
				}
			}
			l.place(y, fixed, near, value, splitmix.Mix(o.Seed, fingerprint(q.Row(i))))
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// transformRows is the number of new points that one piece of work places.
const transformRows = 32

// fingerprint hashes the bits of a row.
func fingerprint(row []float32) uint64 {
	var h uint64
	for _, v := range row {
		h = splitmix.Mix(h, uint64(math.Float32bits(v)))
	}
	return h
}

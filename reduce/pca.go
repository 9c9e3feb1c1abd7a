package reduce

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// PCA is principal component analysis (Pearson 1901, Hotelling 1933). It finds
// the orthogonal directions along which centred points vary most, and the
// points' coordinates along them.
type PCA struct {
	// Components is the number of directions to keep, at most the smaller of the
	// numbers of points and features; 0 keeps them all.
	Components int

	// Whiten divides the coordinates by their standard deviations, so that each
	// has variance 1.
	Whiten bool

	// Solver selects the algorithm that finds the directions.
	Solver Solver

	// Oversample and PowerIterations tune the Randomized solver: the number of
	// directions beyond Components that it tracks (0 means 10), and the number of
	// multiplications by the covariance (0 means 8). Higher values are more
	// accurate.
	Oversample, PowerIterations int

	// Seed seeds the Randomized solver.
	Seed uint64

	// Threads is the number of goroutines to use; 0 means GOMAXPROCS. It does not
	// affect the results.
	Threads int
}

// Solver is an algorithm that finds the directions of PCA.
type Solver uint8

// The values of Solver.
const (
	// Auto is Exact up to 1,000 features or points; above that it is Randomized if
	// less than 80% of the directions are requested, else Exact.
	Auto Solver = iota
	// Exact solves the eigenproblem of the covariance matrix [d, d] in float64,
	// computing only the requested eigenvectors, in O(n d² + d³) time and O(d²)
	// memory. If there are more features than points, it uses the points' products
	// [n, n] instead, in O(d n² + n³) time and O(n d) memory.
	Exact
	// Randomized iterates a random subspace (Halko, Martinsson & Tropp 2011). It
	// never forms the covariance matrix, takes O(n d Components) time per pass and
	// O(d Components) memory, and finds leading directions with high accuracy if
	// the variances decay, as they usually do.
	Randomized
)

// String returns the name of s.
func (s Solver) String() string {
	switch s {
	case Auto:
		return "auto"
	case Exact:
		return "exact"
	case Randomized:
		return "randomized"
	}
	return fmt.Sprintf("Solver(%d)", uint8(s))
}

// PCAResult is a fitted PCA with k components of d features. Do not modify it.
//
// The sign of a component is arbitrary. Here the coordinate of largest
// magnitude is positive, as in scikit-learn.
type PCAResult struct {
	Components             *mat.Dense // [k, d] unit rows, by descending variance
	Mean                   []float64  // [d] mean of the points
	ExplainedVariance      []float64  // [k] variance along each component, with divisor n-1
	ExplainedVarianceRatio []float64  // [k] share of the total variance; 0 if that is 0
	SingularValues         []float64  // [k] singular values of the centred points
	Points                 int        // n, the number of points it was fitted to
	Whiten                 bool       // as in the options

	threads int
}

// exactLimit is the number of features or points up to which the covariance
// matrix, or that of the points' products, is formed. Up to 768, for 2 to 200
// components, this was measured to be faster than Randomized or at most a
// twelfth of a second slower.
const exactLimit = 1000

// maxRounds is the maximum number of repetitions; more would never finish.
const maxRounds = 1 << 20

func badRounds(method, option string, got int) error {
	return &OptionError{Estimator: method, Option: option, Got: got, Want: "0 to " + strconv.Itoa(maxRounds)}
}

func (o PCA) check() error {
	switch {
	case o.Solver > Randomized:
		return &OptionError{Estimator: "PCA", Option: "Solver", Got: o.Solver, Want: "Auto, Exact or Randomized"}
	case o.Oversample < 0 || o.Oversample > maxRounds:
		return badRounds("PCA", "Oversample", o.Oversample)
	case o.PowerIterations < 0 || o.PowerIterations > maxRounds:
		return badRounds("PCA", "PowerIterations", o.PowerIterations)
	}
	return nil
}

func (o PCA) withDefaults() PCA {
	if o.Oversample == 0 {
		o.Oversample = 10
	}
	if o.PowerIterations == 0 {
		o.PowerIterations = 8
	}
	return o
}

// Fit finds the principal components of the rows of x [n, d], n >= 2.
func (o PCA) Fit(ctx context.Context, x mat.Matrix) (*PCAResult, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p, err := view(ctx, "PCA", x, 0, o.Threads)
	if err != nil {
		return nil, err
	}
	n, d := p.Len(), p.Dim()
	if n < 2 {
		return nil, &TooFewPointsError{Estimator: "PCA", Need: "a variance", Want: 2, Got: n}
	}
	limit := min(n, d)
	if o.Components < 0 || o.Components > limit {
		return nil, &ComponentsError{Method: "PCA", Want: o.Components, Max: limit}
	}
	if o.Components == 0 {
		o.Components = limit
	}
	mean, err := columnMeans(ctx, p, o.Threads)
	if err != nil {
		return nil, err
	}
	if err := checkScale(ctx, "PCA", p, mean, 1e-280, math.Inf(1), o.Threads); err != nil {
		return nil, err
	}
	r := &PCAResult{Mean: mean, Points: n, Whiten: o.Whiten, threads: o.Threads}
	var scatter []float64 // [Components] sums of squares along the components
	var total float64     // sum of squares of all directions
	switch {
	case o.Solver == Randomized, o.Solver == Auto && limit > exactLimit && float64(o.Components) < 0.8*float64(limit):
		r.Components, scatter, total, err = o.randomized(ctx, p, mean)
	case d <= n:
		r.Components, scatter, total, err = o.covariance(ctx, p, mean)
	default:
		r.Components, scatter, total, err = o.gram(ctx, p, mean)
	}
	if err != nil {
		return nil, err
	}
	fixSigns(r.Components)
	for _, s := range scatter {
		s = max(0, s)
		r.SingularValues = append(r.SingularValues, math.Sqrt(s))
		r.ExplainedVariance = append(r.ExplainedVariance, s/float64(n-1))
		ratio := 0.0
		if total > 0 {
			ratio = s / total
		}
		r.ExplainedVarianceRatio = append(r.ExplainedVarianceRatio, ratio)
	}
	return r, nil
}

// Reduce implements Reducer by calling Fit.
func (o PCA) Reduce(ctx context.Context, x mat.Matrix) (Projection, error) {
	r, err := o.Fit(ctx, x)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// covariance solves the eigenproblem of the scatter matrix.
func (o PCA) covariance(ctx context.Context, p *score.Points, mean []float64) (*mat.Dense, []float64, float64, error) {
	s, err := scatterMatrix(ctx, p, mean, o.Threads)
	if err != nil {
		return nil, nil, 0, err
	}
	d := p.Dim()
	var total float64
	for i := range d {
		total += s.At(i, i)
	}
	c, out, err := leading(ctx, s, o.Components, o.Threads)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("PCA: %w", err)
	}
	return c, out, total, nil
}

// gram solves the eigenproblem of the points' products with each other, [n, n],
// for more features than points: if (X Xᵀ)u = σ²u, then Xᵀu/σ is a component.
func (o PCA) gram(ctx context.Context, p *score.Points, mean []float64) (*mat.Dense, []float64, float64, error) {
	n, d := p.Len(), p.Dim()
	rows := dense.New[float64](n, d) // centred
	centeredBlock(rows, p, 0, n, mean)
	products := mat.NewSymDense(n, nil)
	raw := products.RawSymmetric() // only the upper triangle is used
	err := parallel.Do(ctx, o.Threads, (n+gramRows-1)/gramRows, func(_, b int) {
		lo, hi := b*gramRows, min((b+1)*gramRows, n)
		gemm(raw.Data[lo*raw.Stride+lo:], raw.Stride, rows.Slice(lo, hi), rows.Slice(lo, n))
	})
	if err != nil {
		return nil, nil, 0, err
	}
	var total float64
	for i := range n {
		total += products.At(i, i)
	}
	u, out, err := leading(ctx, products, o.Components, o.Threads)
	if err != nil {
		return nil, nil, 0, fmt.Errorf("PCA: %w", err)
	}
	c := dense.New[float64](o.Components, d)
	err = parallel.Do(ctx, o.Threads, o.Components, func(_, k int) {
		for i, weight := range u.RawRowView(k) {
			kernel.AxpyF64(weight, rows.Row(i), c.Row(k))
		}
	})
	if err != nil {
		return nil, nil, 0, err
	}
	// Rounding errors of large components affect the later, small ones; the last
	// one, without variance, consists of nothing else.
	orthonormal(c)
	return mat.NewDense(o.Components, d, c.Data), out, total, nil
}

// gramRows is the number of rows of products in one piece of work.
const gramRows = 32

// fixSigns makes the coordinate of largest magnitude in each row positive. If
// there are several, the first one decides.
func fixSigns(c *mat.Dense) {
	k, _ := c.Dims()
	for i := range k {
		row := c.RawRowView(i)
		var top float64
		for _, v := range row {
			if math.Abs(v) > math.Abs(top) {
				top = v
			}
		}
		if top < 0 {
			for j := range row {
				row[j] = -row[j]
			}
		}
	}
}

// Dims returns the number of features of the input and the number of
// components.
func (r *PCAResult) Dims() (features, components int) {
	k, d := r.Components.Dims()
	return d, k
}

// Transform returns the coordinates of the rows of x [m, d] along the
// components, [m, k].
func (r *PCAResult) Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	d, _ := r.Dims()
	p, err := view(ctx, "PCA", x, d, r.threads)
	if err != nil {
		return nil, err
	}
	out, err := multiply(ctx, p, r.Mean, denseRows(r.Components), r.threads)
	if err != nil || !r.Whiten {
		return out, err
	}
	scale := r.deviations()
	for j, s := range scale {
		if s > 0 {
			scale[j] = 1 / s
		}
	}
	scaleColumns(out, scale)
	return out, nil
}

// InverseTransform returns the points, [m, d], with coordinates z [m, k] along
// the components and none in other directions: the best approximation of the
// original points by the components.
func (r *PCAResult) InverseTransform(ctx context.Context, z mat.Matrix) (*mat.Dense, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	d, k := r.Dims()
	p, err := view(ctx, "PCA", z, k, r.threads)
	if err != nil {
		return nil, err
	}
	w := dense.Float64(mat.DenseCopyOf(r.Components.T())) // [d, k]
	if r.Whiten {
		scale := r.deviations()
		for i := range w.Len {
			row := w.Row(i)
			for j := range row {
				row[j] *= scale[j]
			}
		}
	}
	out, err := multiply(ctx, p, nil, w, r.threads)
	if err != nil {
		return nil, err
	}
	m, _ := out.Dims()
	for i := range m {
		row := out.RawRowView(i)
		for j := range d {
			row[j] += r.Mean[j]
		}
	}
	return out, nil
}

// deviations returns the standard deviation along each component, [k].
// Deviations that are only rounding errors of the largest are set to 0, by
// which one must not divide.
func (r *PCAResult) deviations() []float64 {
	s := make([]float64, len(r.ExplainedVariance))
	for i, v := range r.ExplainedVariance {
		if v > 1e-14*r.ExplainedVariance[0] {
			s[i] = math.Sqrt(v)
		}
	}
	return s
}

func scaleColumns(m *mat.Dense, scale []float64) {
	n, _ := m.Dims()
	for i := range n {
		row := m.RawRowView(i)
		for j := range row {
			row[j] *= scale[j]
		}
	}
}

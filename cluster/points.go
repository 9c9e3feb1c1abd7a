package cluster

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// blockRows is the number of rows in one piece of parallel work over points.
const blockRows = 256

// points are the rows to cluster, as given (float32 or float64), and what is
// needed to view them as float32 rows in the kernels.
//
// There are two spaces. Exact space is the given rows in float64, divided by
// their norms under the cosine metric; every decision is made there. View space
// is float32, where matrix products are fast: v = (x - shift)·scale, rounded.
// Products of view rows only rule out points that are farther away than
// rounding errors can explain; the rest is decided in exact space. Results
// therefore do not depend on the kernel that computed the products.
type points struct {
	n, d   int
	f32    dense.Rows[float32] // [n, d], if single
	f64    dense.Rows[float64] // [n, d], if not
	single bool
	inv    []float64 // [n] 1/|x| under the cosine metric, else nil

	mean     []float64 // [d] mean of the rows of exact space
	variance float64   // mean over features of the rows' population variance

	outOfRange bool      // view rows would overflow: use exact space only
	direct     bool      // the float32 rows serve as view rows
	shift      []float64 // [d] or nil for none
	scale      float64   // a power of two; 1 under direct
	norm2      []float64 // [n] squared norms of view rows, in view units

	// An inner product of view rows a and b differs from its exact counterpart
	// by at most relError·|a||b| + absError.
	relError, absError float64

	quantError []float64 // [n] distance between view rows and their bytes; see findQuantErrors
}

// unitRoundoff is the largest relative error of a float32 operation.
const unitRoundoff = 1.0 / (1 << 24)

// newPoints checks and prepares points to compare with each other. Errors name
// the method and input.
func newPoints(ctx context.Context, name, input string, x mat.Matrix, m Metric, threads int) (*points, error) {
	p, err := readPoints(ctx, name, input, x, m, threads)
	if err != nil {
		return nil, err
	}
	if err := p.tooClose(name, input); err != nil {
		return nil, err
	}
	return p, nil
}

// readPoints checks and prepares points to compare with others.
func readPoints(ctx context.Context, name, input string, x mat.Matrix, m Metric, threads int) (*points, error) {
	if x == nil {
		return nil, fmt.Errorf("cluster: %s: %s: nil matrix: %w", name, input, ErrEmpty)
	}
	n, d := x.Dims()
	if n == 0 || d == 0 {
		return nil, fmt.Errorf("cluster: %s: %s: %d rows of %d features: %w", name, input, n, d, ErrEmpty)
	}
	p := &points{n: n, d: d, scale: 1}
	if f, ok := dense.Float32(x); ok {
		p.f32, p.single = f, true
	} else {
		p.f64 = dense.Float64(x)
	}
	var err error
	if p.single {
		err = measure(ctx, p, p.f32, name, input, m, threads)
	} else {
		err = measure(ctx, p, p.f64, name, input, m, threads)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// fittedAndNew reads the points that a result was fitted on, and the rows of x
// to be labelled.
func fittedAndNew(ctx context.Context, name string, fitted, x mat.Matrix, m Metric) (p, q *points, err error) {
	if p, err = newPoints(ctx, name, "fitted points", fitted, m, 0); err != nil {
		return nil, nil, err
	}
	if q, err = newPointsLike(ctx, name, x, m, 0, p); err != nil {
		return nil, nil, err
	}
	return p, q, nil
}

// newPointsLike checks x and prepares it for comparison with p, using p's view.
func newPointsLike(ctx context.Context, name string, x mat.Matrix, m Metric, threads int, p *points) (*points, error) {
	q, err := readPoints(ctx, name, "points", x, m, threads)
	if err != nil {
		return nil, err
	}
	if q.d != p.d {
		return nil, &ShapeError{Estimator: name, What: "features of the points", Got: q.d, Want: p.d}
	}
	if m == Cosine {
		return q, nil
	}
	q.direct = q.single && p.direct
	q.shift, q.scale = p.shift, p.scale
	origin := q.shift
	if origin == nil {
		origin = make([]float64, q.d)
	}
	for i := range q.n {
		q.norm2[i] = q.squaredTo(i, origin) * q.scale * q.scale
		q.outOfRange = q.outOfRange || !(q.norm2[i] < 0x1p80)
	}
	return q, nil
}

// units returns x or, under the cosine metric, its rows scaled to unit length.
// It returns x itself if its rows already have unit length.
func (p *points) units(x mat.Matrix) mat.Matrix {
	if p.inv == nil || p.direct {
		return x
	}
	if p.single {
		rows := dense.New[float32](p.n, p.d)
		for i := range p.n {
			p.viewRow(rows.Row(i), i)
		}
		return dense.Matrix{Rows: rows}
	}
	rows := mat.NewDense(p.n, p.d, nil)
	for i := range p.n {
		p.exact(rows.RawRowView(i), i)
	}
	return rows
}

// view returns view rows lo to hi; row i starts at (i-lo)·stride. If they have
// to be computed, it stores them in *buf.
func (p *points) view(lo, hi int, buf *[]float32) (rows []float32, stride int) {
	if p.direct {
		r := p.f32.Slice(lo, hi)
		return r.Data, r.Stride
	}
	*buf = grow(*buf, (hi-lo)*p.d)
	for i := lo; i < hi; i++ {
		p.viewRow((*buf)[(i-lo)*p.d:][:p.d], i)
	}
	return *buf, p.d
}

// viewRow writes view row i to dst, [d].
func (p *points) viewRow(dst []float32, i int) {
	switch {
	case p.direct:
		copy(dst, p.f32.Row(i))
	case p.single:
		toView(dst, p.f32.Row(i), p.shift, p.scaleOf(i))
	default:
		toView(dst, p.f64.Row(i), p.shift, p.scaleOf(i))
	}
}

func (p *points) scaleOf(i int) float64 {
	if p.inv != nil {
		return p.inv[i]
	}
	return p.scale
}

func toView[T dense.Float](dst []float32, x []T, shift []float64, scale float64) {
	dst = dst[:len(x)]
	if shift == nil {
		for j, v := range x {
			dst[j] = float32(float64(v) * scale)
		}
		return
	}
	shift = shift[:len(x)]
	for j, v := range x {
		dst[j] = float32((float64(v) - shift[j]) * scale)
	}
}

// unit returns the factor that converts given row i to exact space.
func (p *points) unit(i int) float64 {
	if p.inv != nil {
		return p.inv[i]
	}
	return 1
}

// squaredTo returns the squared distance in exact space from row i to c, [d].
func (p *points) squaredTo(i int, c []float64) float64 {
	if p.single {
		return squaredDistance(p.f32.Row(i), p.unit(i), c, 1)
	}
	return squaredDistance(p.f64.Row(i), p.unit(i), c, 1)
}

// squared returns the squared distance in exact space between row i and row j
// of q, which may be p.
func (p *points) squared(i int, q *points, j int) float64 {
	switch {
	case p.single && q.single && p.inv == nil:
		return kernel.SquaredDistance(p.f32.Row(i), q.f32.Row(j))
	case !p.single && !q.single && p.inv == nil:
		return kernel.SquaredDistanceF64(p.f64.Row(i), q.f64.Row(j))
	case p.single && q.single:
		return squaredDistance(p.f32.Row(i), p.unit(i), q.f32.Row(j), q.unit(j))
	case p.single:
		return squaredDistance(p.f32.Row(i), p.unit(i), q.f64.Row(j), q.unit(j))
	case q.single:
		return squaredDistance(p.f64.Row(i), p.unit(i), q.f32.Row(j), q.unit(j))
	}
	return squaredDistance(p.f64.Row(i), p.unit(i), q.f64.Row(j), q.unit(j))
}

// distance returns the distance under m, not squared, between row i and row j
// of q.
func (p *points) distance(m Metric, i int, q *points, j int) float64 {
	switch m {
	case Manhattan, Chebyshev:
		switch {
		case p.single && q.single:
			return elementwise(m, p.f32.Row(i), q.f32.Row(j))
		case p.single:
			return elementwise(m, p.f32.Row(i), q.f64.Row(j))
		case q.single:
			return elementwise(m, p.f64.Row(i), q.f32.Row(j))
		}
		return elementwise(m, p.f64.Row(i), q.f64.Row(j))
	case Cosine:
		return p.squared(i, q, j) / 2
	}
	return math.Sqrt(p.squared(i, q, j))
}

func elementwise[X, Y dense.Float](m Metric, x []X, y []Y) float64 {
	if m == Manhattan {
		return manhattan(x, y)
	}
	return chebyshev(x, y)
}

// exact writes row i in exact space to dst, [d].
func (p *points) exact(dst []float64, i int) {
	clear(dst)
	p.addTo(dst, i, 1)
}

// addTo adds w times row i of exact space to dst, [d].
func (p *points) addTo(dst []float64, i int, w float64) {
	p.addPart(dst, i, 0, w)
}

// addPart adds w times columns lo to lo+len(dst) of row i of exact space to
// dst.
func (p *points) addPart(dst []float64, i, lo int, w float64) {
	if p.inv != nil {
		w *= p.inv[i]
	}
	if p.single {
		addScaled(dst, p.f32.Row(i)[lo:lo+len(dst)], w)
	} else {
		addScaled(dst, p.f64.Row(i)[lo:lo+len(dst)], w)
	}
}

// grow returns a slice of length n, reusing b's memory if it suffices.
func grow[T any](b []T, n int) []T {
	if cap(b) < n {
		return make([]T, n)
	}
	return b[:n]
}

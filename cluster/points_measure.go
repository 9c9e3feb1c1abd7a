package cluster

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/fault"
)

// measureRows is the number of rows summed at a time. It is part of the fixed
// order of summation.
const measureRows = 2048

// rowSums are the results of one pass over the rows, in blocks of measureRows
// whose order is fixed.
type rowSums struct {
	norm2 []float64           // [n] squared norms of the given rows
	sums  dense.Rows[float64] // [blocks, d] of the rows of exact space
	peak  []float64           // [blocks] largest squared norm
	bad   []*ValueError       // [blocks] the first value that cannot be clustered
}

// measure checks rows, computes their mean, variance and norms, and determines
// how they become view rows.
func measure[T dense.Float](ctx context.Context, p *points, rows dense.Rows[T], name, input string, m Metric, threads int) error {
	blocks := (p.n + measureRows - 1) / measureRows
	s := &rowSums{norm2: make([]float64, p.n), sums: dense.New[float64](blocks, p.d), peak: make([]float64, blocks), bad: make([]*ValueError, blocks)}
	if m == Cosine {
		p.inv = make([]float64, p.n)
	}
	err := eachBlock(ctx, p.n, measureRows, threads, func(_, b, lo, hi int) {
		s.bad[b] = sumRows(s, p, rows, b, lo, hi, name, input, m)
	})
	if err != nil {
		return err
	}
	for _, e := range s.bad {
		if e != nil {
			return e
		}
	}
	p.mean = make([]float64, p.d)
	for b := range blocks {
		addScaled(p.mean, s.sums.Row(b), 1)
	}
	for j := range p.mean {
		p.mean[j] /= float64(p.n)
	}
	p.norm2 = s.norm2
	p.absError = float64(p.d) * 0x1p-130
	// d products and sums, each rounded once, plus the rounding of the two factors
	// and of later operations on the result.
	p.relError = float64(p.d+16) * unitRoundoff
	if m == Cosine {
		p.viewUnits()
		return nil
	}
	if p.viewDirectly(s.peak) {
		return nil
	}
	return viewFromMean(ctx, p, rows, threads)
}

// sumRows adds rows lo to hi to the sums of block b. It returns the first value
// that cannot be clustered.
func sumRows[T dense.Float](s *rowSums, p *points, rows dense.Rows[T], b, lo, hi int, name, input string, m Metric) *ValueError {
	for i := lo; i < hi; i++ {
		row := rows.Row(i)
		sq := sumSquares(row)
		if sq-sq != 0 || sq > 1e300 || (sq < 1e-200 && sq >= 0) { // not finite, or its square is out of range
			big := largest(row)
			if big-big != 0 {
				return notFinite(row, name, input, i)
			}
			if big > 1e150 && m != Cosine { // differences would overflow
				return tooLarge(row, name, input, i)
			}
		}
		w := 1.0
		if m == Cosine {
			big := largest(row)
			if big == 0 {
				return &ValueError{Estimator: name, Input: input, Row: i, Col: -1, Err: ErrZeroRow}
			}
			w = inverseNorm(row, sq, big)
			if math.IsInf(w, 1) {
				return &ValueError{Estimator: name, Input: input, Row: i, Col: -1, Err: errShort}
			}
			p.inv[i] = w
		}
		s.norm2[i] = sq
		addScaled(s.sums.Row(b), row, w)
		s.peak[b] = max(s.peak[b], sq)
	}
	return nil
}

// viewUnits makes rows of unit length the view rows, for the cosine metric. It
// uses the given float32 rows if they already have unit length.
func (p *points) viewUnits() {
	mean2 := sumSquares(p.mean)
	p.variance = max(0, 1-mean2) / float64(p.d)
	off := 0.0
	for _, s := range p.norm2 {
		off = max(off, math.Abs(math.Sqrt(s)-1))
	}
	p.direct = p.single && off < 1e-5
	if p.direct {
		p.relError += 2.1 * off
	}
	for i := range p.norm2 {
		p.norm2[i] = 1
	}
}

// viewDirectly uses the given float32 rows as view rows if they are neither far
// from the origin nor outside float32's range. It reports whether it did.
func (p *points) viewDirectly(peak []float64) bool {
	big := 0.0
	for _, s := range peak {
		big = max(big, math.Sqrt(s))
	}
	total := 0.0
	for _, s := range p.norm2 {
		total += s
	}
	total /= float64(p.n)
	mean2 := sumSquares(p.mean)
	spread := max(0, total-mean2) // mean squared distance to the mean
	inRange := big == 0 || (big < 0x1p40 && big > 0x1p-40)
	if !p.single || !inRange || !(mean2 <= 4*spread) {
		return false
	}
	p.direct = true
	p.variance = spread / float64(p.d)
	return true
}

// viewFromMean computes view rows that have the mean at the origin and a
// largest value of about 1.
func viewFromMean[T dense.Float](ctx context.Context, p *points, rows dense.Rows[T], threads int) error {
	p.shift = p.mean
	far := make([]float64, (p.n+measureRows-1)/measureRows)
	err := eachBlock(ctx, p.n, measureRows, threads, func(_, b, lo, hi int) {
		for i := lo; i < hi; i++ {
			p.norm2[i] = squaredDistance(rows.Row(i), 1, p.shift, 1)
			far[b] = max(far[b], p.norm2[i])
		}
	})
	if err != nil {
		return err
	}
	total, big := 0.0, 0.0
	for _, s := range p.norm2 {
		total += s
	}
	for _, f := range far {
		big = max(big, f)
	}
	p.variance = total / float64(p.n) / float64(p.d)
	if big > 0 {
		_, e := math.Frexp(math.Sqrt(big))
		p.scale = math.Ldexp(1, -e)
	}
	for i := range p.norm2 {
		p.norm2[i] *= p.scale * p.scale
	}
	return nil
}

func largest[T dense.Float](row []T) float64 {
	var m T
	for _, v := range row {
		if v-v != 0 {
			return math.NaN()
		}
		m = max(m, v, -v)
	}
	return float64(m)
}

func notFinite[T dense.Float](row []T, name, input string, i int) *ValueError {
	for j, v := range row {
		if v-v != 0 {
			return &ValueError{Estimator: name, Input: input, Row: i, Col: j, Value: float64(v), Err: ErrNotFinite}
		}
	}
	return nil
}

const (
	errRange fault.OutOfRange = "squares of such values are not finite, want a magnitude of at most 1e150"
	errClose fault.OutOfRange = "squares of the points' differences vanish, want differences of at least 1e-140"
	errShort fault.OutOfRange = "too short to be scaled to unit length, want a length of at least 1e-307"
)

// tooClose returns an error for points that differ, but by so little that the
// squares of their differences are out of range.
func (p *points) tooClose(name, input string) error {
	if p.inv != nil || p.direct || p.variance > 1e-280 {
		return nil
	}
	at := func(i, j int) float64 {
		if p.single {
			return float64(p.f32.Row(i)[j])
		}
		return p.f64.Row(i)[j]
	}
	for i := range p.n {
		for j := range p.d {
			if v := at(i, j); v != at(0, j) {
				return &ValueError{Estimator: name, Input: input, Row: i, Col: j, Value: v, Err: errClose}
			}
		}
	}
	return nil
}

func tooLarge[T dense.Float](row []T, name, input string, i int) *ValueError {
	for j, v := range row {
		if math.Abs(float64(v)) > 1e150 {
			return &ValueError{Estimator: name, Input: input, Row: i, Col: j, Value: float64(v), Err: errRange}
		}
	}
	return nil
}

// inverseNorm returns 1/|row|, even if the sum of squares s is out of range.
func inverseNorm[T dense.Float](row []T, s, big float64) float64 {
	if s > 1e-200 && s < 1e300 {
		return 1 / math.Sqrt(s)
	}
	_, e := math.Frexp(big)
	scaled := make([]float64, len(row))
	for j, v := range row {
		scaled[j] = math.Ldexp(float64(v), -e)
	}
	return math.Ldexp(1/math.Sqrt(sumSquares(scaled)), -e)
}

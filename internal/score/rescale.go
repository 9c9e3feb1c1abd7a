package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// The scores here are ratios of distances, so multiplying all points by a
// number does not change them. Points whose squared differences would exceed
// the range of a float are therefore first multiplied by a power of two, which
// changes none of their digits.

// outside reports whether a sum of squares is so large or so small, or has
// overflowed, that its digits are unreliable.
func outside(squares float64) bool { return !(squares > 1e-240 && squares < 1e240) }

// The binary exponents up to which differences of points need no scaling: the
// squares, and sums of many of them, are well within range.
const (
	comfortable64 = 400 // 2^±400 is 1e±120
	comfortable32 = 50  // 2^±50 is 1e±15
)

// rescaled returns a copy of the points scaled so that the largest difference
// of a coordinate is about 1, or false if no scaling is needed. All points must
// be finite.
func rescaled[T dense.Float](ctx context.Context, x dense.Rows[T], threads int) (dense.Rows[T], bool, error) {
	blocks := (x.Len + checkRows - 1) / checkRows
	wide, big := make([]float64, blocks), make([]float64, blocks)
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		first := x.Row(0)
		for i := b * checkRows; i < min((b+1)*checkRows, x.Len); i++ {
			for j, v := range x.Row(i) {
				// Halved so that no difference overflows.
				wide[b] = max(wide[b], math.Abs(float64(v)/2-float64(first[j])/2))
				big[b] = max(big[b], math.Abs(float64(v)))
			}
		}
	})
	if err != nil {
		return x, false, err
	}
	var widest, biggest float64
	for b := range blocks {
		widest, biggest = max(widest, wide[b]), max(biggest, big[b])
	}
	if widest == 0 {
		return x, false, nil // all points coincide, so the scale does not matter
	}
	limit, top := comfortable64, 1000
	if _, ok := any(x).(dense.Rows[float32]); ok {
		limit, top = comfortable32, 120
	}
	e := math.Ilogb(widest) + 1
	if e > -limit && e < limit {
		return x, false, nil
	}
	e = max(e, math.Ilogb(biggest)-top) // no coordinate may overflow either
	if e == 0 {
		return x, false, nil // otherwise this would not terminate
	}
	y := dense.New[T](x.Len, x.Dim)
	err = parallel.Do(ctx, threads, blocks, func(_, b int) {
		for i := b * checkRows; i < min((b+1)*checkRows, x.Len); i++ {
			row := y.Row(i)
			for j, v := range x.Row(i) {
				row[j] = T(math.Ldexp(float64(v), -e))
			}
		}
	})
	return y, true, err
}

// Rescaled returns the points at a scale where neither squared distances nor
// sums of these exceed the range of their floats; usually this is p itself. All
// points must be finite.
func (p *Points) Rescaled(ctx context.Context, threads int) (*Points, error) {
	q := *p
	var err error
	if p.Single {
		q.F32, _, err = rescaled(ctx, p.F32, threads)
	} else {
		q.F64, _, err = rescaled(ctx, p.F64, threads)
	}
	return &q, err
}

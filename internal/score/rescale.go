package score

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// The scores here are ratios of distances: all points times one number have the
// same. So points whose squared differences would leave the range of a float
// are multiplied by a power of two first, which changes none of their digits.

// outside reports whether a sum of squares is so large, so small or so lost to
// overflow that its digits cannot be relied on.
func outside(squares float64) bool { return !(squares > 1e-240 && squares < 1e240) }

// comfortable are the binary exponents of differences of points that need no
// other scale: the squares, and sums of many of them, are well within range.
const (
	comfortable64 = 400 // 2^±400 is 1e±120
	comfortable32 = 50  // 2^±50 is 1e±15
)

// rescaled returns a copy of the points with the largest difference of a
// coordinate about 1, or false if that is comfortable as it is. All points must
// be finite.
func rescaled[T dense.Float](ctx context.Context, x dense.Rows[T], threads int) (dense.Rows[T], bool, error) {
	blocks := (x.Len + checkRows - 1) / checkRows
	wide, big := make([]float64, blocks), make([]float64, blocks)
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		first := x.Row(0)
		for i := b * checkRows; i < min((b+1)*checkRows, x.Len); i++ {
			for j, v := range x.Row(i) {
				// Halved, so that no difference overflows.
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
		return x, false, nil // one place, whatever its scale
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
		return x, false, nil // or this would go on for ever
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

// Rescaled returns the points at a scale at which neither squares of distances
// nor sums of these leave the range of their floats: p itself, as a rule. All
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

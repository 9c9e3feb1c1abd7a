package score

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Points holds a matrix as float32 rows if it has such rows, else as float64
// rows.
type Points struct {
	F32    dense.Rows[float32]
	F64    dense.Rows[float64]
	Single bool // F32 rather than F64 holds the points
}

// Len returns the number of points.
func (p *Points) Len() int {
	if p.Single {
		return p.F32.Len
	}
	return p.F64.Len
}

// Dim returns the number of features.
func (p *Points) Dim() int {
	if p.Single {
		return p.F32.Dim
	}
	return p.F64.Dim
}

// View views x as rows and checks that there are some and that all are finite.
func View(ctx context.Context, x mat.Matrix, threads int) (*Points, error) {
	p, err := rows(x)
	if err != nil {
		return nil, err
	}
	return p, p.checkFinite(ctx, threads)
}

func (p *Points) checkFinite(ctx context.Context, threads int) error {
	if p.Single {
		return checkFinite(ctx, p.F32, threads)
	}
	return checkFinite(ctx, p.F64, threads)
}

// rows views x as rows and checks that there are some.
func rows(x mat.Matrix) (*Points, error) {
	if x == nil {
		return nil, ErrEmpty
	}
	if n, d := x.Dims(); n == 0 || d == 0 {
		return nil, fmt.Errorf("%d rows of %d features: %w", n, d, ErrEmpty)
	}
	p := new(Points)
	if f, ok := dense.Float32(x); ok {
		p.F32, p.Single = f, true
		return p, nil
	}
	p.F64 = dense.Float64(x)
	return p, nil
}

// check is prepare with the requirement that all points are finite.
func check(ctx context.Context, score string, x mat.Matrix, labels []int, threads int) (*Points, *Groups, error) {
	p, g, err := prepare(score, x, labels)
	if err != nil {
		return nil, nil, err
	}
	if err := p.checkFinite(ctx, threads); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", score, err)
	}
	return p, g, nil
}

// prepare views x, sorts labels and requires 2 to n-1 clusters.
func prepare(score string, x mat.Matrix, labels []int) (*Points, *Groups, error) {
	if x == nil {
		return nil, nil, fmt.Errorf("%s: %w", score, ErrEmpty)
	}
	n, _ := x.Dims()
	if n != len(labels) {
		return nil, nil, fmt.Errorf("%s: %d points but %d labels: %w", score, n, len(labels), ErrLength)
	}
	p, err := rows(x)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", score, err)
	}
	g := Group(labels)
	if g.K() < 2 || g.K() > n-1 {
		return nil, nil, &estimator.LabelCountError{Score: score, Clusters: g.K(), Points: n}
	}
	return p, g, nil
}

// checkRows is the number of rows that one piece of work checks.
const checkRows = 4096

func checkFinite[T dense.Float](ctx context.Context, x dense.Rows[T], threads int) error {
	blocks := (x.Len + checkRows - 1) / checkRows
	bad := make([]*estimator.ValueError, blocks)
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		for i := b * checkRows; i < min((b+1)*checkRows, x.Len); i++ {
			row := x.Row(i)
			var s T
			for _, v := range row {
				s += v - v // 0 if finite, otherwise NaN
			}
			if s == 0 {
				continue
			}
			for j, v := range row {
				if v-v != 0 {
					bad[b] = &estimator.ValueError{Row: i, Col: j, Value: float64(v), Err: ErrNotFinite}
					return
				}
			}
		}
	})
	if err != nil {
		return err
	}
	for _, e := range bad {
		if e != nil {
			return e
		}
	}
	return nil
}

// norms returns the Euclidean norm of each row, in float64, or an error that
// identifies a row of length zero.
func norms[T dense.Float](ctx context.Context, x dense.Rows[T], threads int) ([]float64, error) {
	out := make([]float64, x.Len) // [n]
	blocks := (x.Len + checkRows - 1) / checkRows
	err := parallel.Do(ctx, threads, blocks, func(_, b int) {
		for i := b * checkRows; i < min((b+1)*checkRows, x.Len); i++ {
			out[i] = norm(x.Row(i))
		}
	})
	if err != nil {
		return nil, err
	}
	for i, v := range out {
		if v == 0 {
			return nil, &estimator.ValueError{Row: i, Col: -1, Err: ErrZeroRow}
		}
	}
	return out, nil
}

// norm returns |x|, scaling x if the squares would exceed the range of float64.
func norm[T dense.Float](x []T) float64 {
	var s float64
	for _, v := range x {
		s += float64(v) * float64(v)
	}
	if s > 1e-280 && s < 1e280 {
		return math.Sqrt(s)
	}
	var big float64
	for _, v := range x {
		big = max(big, math.Abs(float64(v)))
	}
	if big == 0 {
		return 0
	}
	s = 0
	for _, v := range x {
		s += float64(v) / big * (float64(v) / big)
	}
	return big * math.Sqrt(s)
}

package pool

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/reading"
)

// readGiven sums the texts' vectors of c.Given.
func (u *Users) readGiven(ctx context.Context, r *reading.Reader, c Config) error {
	x := givenRows{x: c.Given, buf: make([]float64, c.Model.Dim())}
	x.narrow, _ = dense.Float32(c.Given)
	n := 0
	v := make([]float32, c.Model.Dim())
	for t, err := range r.First(ctx) {
		if err != nil {
			return err
		}
		if err := x.unit(v, t.Row-1); err != nil {
			return err
		}
		h := reading.Hash(t.Plain)
		if t.Plain == "" {
			h = hashVector(v)
		}
		if err := u.add(pending{t.User, t.Weight, t.Time, h}, v, c); err != nil {
			return err
		}
		if n++; n%progress.Every == 0 {
			c.Progress.Report("embed", n, 0)
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
		}
	}
	c.Progress.Report("embed", n, n)
	return parallel.Cause(ctx)
}

// givenRows are vectors given by a caller, read row by row.
type givenRows struct {
	x      mat.Matrix
	narrow dense.Rows[float32] // the same, if x holds float32 rows
	buf    []float64           // one row [dim]
}

// unit sets dst [dim] to row i scaled to length 1. The error is an
// *estimator.ValueError: a value is not finite, or all are zero.
func (g *givenRows) unit(dst []float32, i int) error {
	if g.narrow.Data != nil {
		for j, v := range g.narrow.Row(i) {
			g.buf[j] = float64(v)
		}
	} else {
		for j := range g.buf {
			g.buf[j] = g.x.At(i, j)
		}
	}
	largest := 0.0
	for j, v := range g.buf {
		if v-v != 0 {
			return &estimator.ValueError{Input: "vectors", Row: i, Col: j, Value: v, Err: estimator.ErrNotFinite}
		}
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 {
		return &estimator.ValueError{Input: "vectors", Row: i, Col: -1, Err: estimator.ErrZeroRow}
	}
	_, exp := math.Frexp(largest) // squares must neither overflow nor vanish
	sum := 0.0
	for j, v := range g.buf {
		g.buf[j] = math.Ldexp(v, -exp)
		sum += g.buf[j] * g.buf[j]
	}
	length := math.Sqrt(sum)
	for j, v := range g.buf {
		dst[j] = float32(v / length)
	}
	return nil
}

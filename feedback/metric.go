package feedback

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// Metric configures [Fit].
type Metric struct {
	// Power says how strongly directions are scaled down in which rows of a group
	// differ: variances are raised to minus it. 0.5, whitening, is relevant
	// component analysis itself; 0: 0.1.
	Power float64
	// Shrinkage is the share of a multiple of the identity in the covariance
	// within groups, which few rows cannot tell; 0: 0.05.
	Shrinkage float64
}

// Fit learns a map [d, d] of vectors from the rows of x [c.Rows, d] that belong
// together: relevant component analysis (Bar-Hillel et al. 2005, JMLR 6), by which
// directions count less the more the rows of one group differ along them, here
// with a covariance shrunk to a multiple of the identity and a milder power. The
// map is symmetric and as large as the identity in determinant. If no two rows
// belong together it returns an ErrTooLittle.
func Fit(ctx context.Context, x mat.Matrix, c *Constraints, m Metric) (*mat.Dense, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if err := c.check(x); err != nil {
		return nil, err
	}
	if m.Power == 0 {
		m.Power = 0.1
	}
	if m.Shrinkage == 0 {
		m.Shrinkage = 0.05
	}
	if !(m.Power > 0 && m.Power <= 2) || !(m.Shrinkage > 0 && m.Shrinkage <= 1) {
		return nil, optionsError("Power is %v and Shrinkage %v, want above 0 to 2, and to 1", m.Power, m.Shrinkage)
	}
	within := c.within(dense.Narrow(x))
	if within == nil {
		return nil, errTooLittle(c, "no two rows belong together")
	}
	d := within.SymmetricDim()
	trace := mat.Trace(within) / float64(d)
	if trace == 0 { // all groups are points: no direction is better than another
		trace, m.Shrinkage = 1, 1
	}
	for i := range d {
		for j := i; j < d; j++ {
			v := (1 - m.Shrinkage) * within.At(i, j)
			if i == j {
				v += m.Shrinkage * trace
			}
			within.SetSym(i, j, v)
		}
	}
	var e mat.EigenSym
	if !e.Factorize(within, true) {
		return nil, fmt.Errorf("feedback: the covariance within groups has no eigenvectors")
	}
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	scales, logs := e.Values(nil), 0.0
	least := m.Shrinkage * trace // up to rounding
	for i, v := range scales {
		scales[i] = -m.Power * math.Log(max(v, least))
		logs += scales[i] / float64(d)
	}
	for i := range scales {
		scales[i] = math.Exp(scales[i] - logs)
	}
	var vectors, scaled, w mat.Dense
	e.VectorsTo(&vectors)
	scaled.Mul(&vectors, mat.NewDiagDense(d, scales))
	w.Mul(&scaled, vectors.T())
	return &w, nil
}

// within returns the covariance [d, d] of the rows about the means of their
// groups, or nil if no group has two.
func (c *Constraints) within(x dense.Rows[float32]) *mat.SymDense {
	_, group := c.groups()
	members := make(map[int][]int)
	var order []int // groups, so that sums are taken in the same order
	for r, g := range group {
		if members[g] == nil {
			order = append(order, g)
		}
		members[g] = append(members[g], r)
	}
	var away []float64
	n := 0
	for _, g := range order {
		rows := members[g]
		if len(rows) < 2 {
			continue
		}
		sum := make([]float64, x.Dim)
		for _, r := range rows {
			kernel.AddTo(sum, x.Row(r))
		}
		for _, r := range rows {
			for j, v := range x.Row(r) {
				away = append(away, float64(v)-sum[j]/float64(len(rows)))
			}
			n++
		}
	}
	if n == 0 {
		return nil
	}
	cov := mat.NewSymDense(x.Dim, nil)
	cov.SymOuterK(1/float64(n), mat.NewDense(n, x.Dim, away).T())
	return cov
}

// Map returns x·wᵀ with rows of length 1: the vectors [n, d] in the metric of w.
func Map(x mat.Matrix, w mat.Matrix) (mat.Matrix, error) {
	if x == nil || w == nil {
		return nil, optionsError("vectors or map are nil")
	}
	n, d := x.Dims()
	if r, k := w.Dims(); r != d || k != d {
		return nil, optionsError("map [%d, %d], want [%d, %d]", r, k, d, d)
	}
	var y mat.Dense
	y.Mul(mat.DenseCopyOf(x), w.T())
	out := dense.New[float32](n, d)
	for i := range n {
		row := y.RawRowView(i)
		length := max(mat.Norm(mat.NewVecDense(d, row), 2), 1e-12)
		for j, v := range row {
			out.Row(i)[j] = float32(v / length)
		}
	}
	return dense.Matrix{Rows: out}, nil
}

// finite requires that x has neither NaN nor infinities.
func finite(x mat.Matrix) error {
	rows := dense.Narrow(x)
	for i := range rows.Len {
		for _, v := range rows.Row(i) {
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return optionsError("vector %d is not finite", i)
			}
		}
	}
	return nil
}

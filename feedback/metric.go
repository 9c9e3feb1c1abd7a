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

// Metric configures [Fit]. The zero value is a filter; see there.
type Metric struct {
	// Power, if not 0, asks for relevant component analysis instead (Bar-Hillel et
	// al. 2005, JMLR 6): variances within groups are raised to minus it, so that 0.5
	// whitens them, as there, and 0.1 is milder. At most 2.
	Power float64
	// Shrinkage is the share of a multiple of the identity in the covariance
	// within groups, which few rows cannot tell, up to 1; 0: 0.1, or with a Power 0.05.
	Shrinkage float64
}

// Fit learns a map [d, d] of vectors from the rows of x [c.Rows, d] that belong
// together. Rows that nothing is known of count, too: they say along which directions
// rows differ at all.
//
// The map takes a row for what its group has in common plus what is the row's alone
// and estimates the former: B(B+W)⁻¹, W being the covariance within groups, B+W the
// second moments of all rows (the best linear unbiased prediction; the Wiener filter).
// A direction counts by the share of its variance that lies between groups, even
// groups that no constraint names. With Power it whitens instead: directions count
// less the more the rows of one group differ along them, whatever the others do; the
// map is then symmetric and as large as the identity in determinant.
//
// If no two rows belong together it returns an ErrTooLittle.
func Fit(ctx context.Context, x mat.Matrix, c *Constraints, m Metric) (*mat.Dense, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if err := c.check(x); err != nil {
		return nil, err
	}
	if m.Shrinkage == 0 {
		m.Shrinkage = 0.1
		if m.Power != 0 {
			m.Shrinkage = 0.05
		}
	}
	if !(m.Power >= 0 && m.Power <= 2) || !(m.Shrinkage > 0 && m.Shrinkage <= 1) {
		return nil, optionsError("Power is %v and Shrinkage %v, want 0 to 2, and above 0 to 1", m.Power, m.Shrinkage)
	}
	rows := dense.Narrow(x)
	within := c.within(rows)
	if within == nil {
		return nil, errTooLittle(c, "no two rows belong together")
	}
	least := shrink(within, m.Shrinkage, leastWithin*moment(rows))
	values, vectors, err := eigen(within)
	if err != nil {
		return nil, err
	}
	for i, v := range values {
		values[i] = max(v, least) // up to rounding
	}
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if m.Power == 0 {
		return filter(rows, values, vectors)
	}
	logs := 0.0
	for _, v := range values {
		logs -= m.Power * math.Log(v) / float64(len(values))
	}
	for i, v := range values {
		values[i] = math.Exp(-m.Power*math.Log(v) - logs)
	}
	return scaled(vectors, values, vectors), nil
}

// shrink mixes a share of a multiple of the identity into a covariance and returns
// the least eigenvalue that is left, floor or more.
func shrink(s *mat.SymDense, share, floor float64) float64 {
	d := s.SymmetricDim()
	trace := mat.Trace(s) / float64(d)
	if trace < floor { // all groups are points: no direction is better than another
		trace, share = floor, 1
	}
	for i := range d {
		for j := i; j < d; j++ {
			v := (1 - share) * s.At(i, j)
			if i == j {
				v += share * trace
			}
			s.SetSym(i, j, v)
		}
	}
	return max(share*trace, floor)
}

// leastWithin is the least variance within groups, as a share of the mean square
// of the rows' elements: what is less is rounding, and cannot be divided by.
const leastWithin = 1e-9

// moment returns the mean square of the elements of the rows, 1 if all are 0.
func moment(rows dense.Rows[float32]) float64 {
	sum := 0.0
	for i := range rows.Len {
		sum += kernel.Dot64(rows.Row(i), rows.Row(i))
	}
	if sum == 0 {
		return 1
	}
	return sum / float64(rows.Len*rows.Dim)
}

func eigen(s mat.Symmetric) (values []float64, vectors *mat.Dense, err error) {
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		return nil, nil, fmt.Errorf("feedback: a covariance has no eigenvectors")
	}
	vectors = &mat.Dense{}
	e.VectorsTo(vectors)
	return e.Values(nil), vectors, nil
}

// scaled returns a·diag(s)·bᵀ.
func scaled(a mat.Matrix, s []float64, b mat.Matrix) *mat.Dense {
	var left, out mat.Dense
	left.Mul(a, mat.NewDiagDense(len(s), s))
	out.Mul(&left, b.T())
	return &out
}

// leastKept is the share of a direction in which rows differ no more than those
// of a group do: the map stays one to one.
const leastKept = 0.02

// filter returns B(B+W)⁻¹ for W = vectors·diag(values)·vectorsᵀ and B+W the second
// moments of the rows. In coordinates in which W is the identity and B+W is
// diagonal, with the elements λ, that is 1-1/λ.
func filter(rows dense.Rows[float32], values []float64, vectors *mat.Dense) (*mat.Dense, error) {
	roots, inverse := make([]float64, len(values)), make([]float64, len(values))
	for i, v := range values {
		roots[i] = math.Sqrt(v)
		inverse[i] = 1 / roots[i]
	}
	var there mat.Dense // rows where W is the identity
	there.Mul(mat.DenseCopyOf(dense.Matrix{Rows: rows}), vectors)
	there.Mul(&there, mat.NewDiagDense(len(inverse), inverse))
	all := mat.NewSymDense(rows.Dim, nil)
	all.SymOuterK(1/float64(rows.Len), there.T())
	lambda, turn, err := eigen(all)
	if err != nil {
		return nil, err
	}
	for i, l := range lambda {
		lambda[i] = leastKept
		if l > 1 {
			lambda[i] = max(leastKept, 1-1/l)
		}
	}
	shares := scaled(turn, lambda, turn)
	out := scaled(vectors, roots, shares) // shares is symmetric
	return scaled(out, inverse, vectors), nil
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
		length := mat.Norm(mat.NewVecDense(d, row), 2)
		if length == 0 {
			continue // it has no direction
		}
		for j, v := range row {
			out.Row(i)[j] = float32(v / length)
		}
	}
	return dense.Matrix{Rows: out}, nil
}

// finite requires that x has neither NaN nor infinities, and that float32 numbers,
// which are used, can stand for its rows.
func finite(x mat.Matrix) error {
	rows := dense.Narrow(x)
	for i := range rows.Len {
		largest := 0.0
		for j, v := range rows.Row(i) {
			if f := float64(v); math.IsNaN(f) || math.IsInf(f, 0) {
				return optionsError("vector %d is not finite, or beyond float32's range", i)
			}
			largest = max(largest, math.Abs(x.At(i, j)))
		}
		if largest != 0 && largest < dense.LeastNormal {
			return optionsError("vector %d is too short for float32, want a length of at least 1e-37", i)
		}
	}
	return nil
}

package reduce

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	lapack "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/gramschmidt"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// leading returns the k largest eigenvalues of s [d, d], in descending order,
// and their eigenvectors [k, d]. It does not change s.
//
// It computes all eigenvalues but only the requested eigenvectors. If the
// residuals of these exceed rounding errors, it computes all eigenvectors by
// the slowest method instead.
func leading(ctx context.Context, s *mat.SymDense, k, threads int) (*mat.Dense, []float64, error) {
	d := s.SymmetricDim()
	// Scaled by a power of two, which is exact, so that squares stay in range.
	var top float64
	for i := range d {
		for j := i; j < d; j++ {
			top = max(top, math.Abs(s.At(i, j))) // NaN stays NaN
		}
	}
	if math.IsInf(top, 0) || math.IsNaN(top) {
		return nil, nil, fmt.Errorf("covariance out of the range of float64: %w", ErrNotFinite)
	}
	_, exponent := math.Frexp(top)
	a := dense.New[float64](d, d)
	for i := range d {
		for j, row := 0, a.Row(i); j < d; j++ {
			row[j] = math.Ldexp(s.At(i, j), -exponent)
		}
	}
	t, err := tridiagonalize(ctx, a, threads)
	if err != nil {
		return nil, nil, err
	}
	// Dsterf scales up blocks of tiny entries with arguments that panic in gonum
	// 0.17. Such entries are far below rounding errors and can be omitted.
	values := withoutTiny(t.diagonal)
	if ok := (lapack.Implementation{}).Dsterf(d, values, withoutTiny(t.beside)); !ok { // ascending
		return allEigenvectors(s, k)
	}
	vectors := dense.New[float64](k, d)
	out := make([]float64, k)
	for i := range k {
		out[i] = values[d-1-i]
	}
	if ok := t.eigenvectors(ctx, vectors, out); !ok && ctx.Err() == nil {
		return allEigenvectors(s, k)
	}
	if err := t.turn(ctx, vectors, threads); err != nil {
		return nil, nil, err
	}
	for i := range out {
		out[i] = math.Ldexp(out[i], exponent)
	}
	return mat.NewDense(k, d, vectors.Data), out, nil
}

// withoutTiny returns x with entries that are negligible compared with 1 set to
// 0.
func withoutTiny(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		if math.Abs(v) > 0x1p-200 {
			out[i] = v
		}
	}
	return out
}

// allEigenvectors is leading implemented by gonum's full decomposition.
func allEigenvectors(s *mat.SymDense, k int) (*mat.Dense, []float64, error) {
	d := s.SymmetricDim()
	var eig mat.EigenSym
	if !eig.Factorize(s, true) {
		return nil, nil, fmt.Errorf("the eigenvalues of the covariance do not converge: %w", ErrNotFinite)
	}
	values := eig.Values(nil) // ascending
	var vectors mat.Dense     // [d, d] columns
	eig.VectorsTo(&vectors)
	c := mat.NewDense(k, d, nil)
	out := make([]float64, k)
	for i := range k {
		mat.Col(c.RawRowView(i), d-1-i, &vectors)
		out[i] = values[d-1-i]
	}
	return c, out, nil
}

// eigenvectors writes orthonormal eigenvectors of T for the eigenvalues, which
// are in descending order, to the rows of z. It uses inverse iteration: (T -
// λI)⁻¹ amplifies the part that belongs to λ (Peters & Wilkinson 1971). The
// vectors of close eigenvalues are made orthogonal to the previous ones. It
// reports whether every |T z - λ z| is of the size of rounding errors relative
// to |T|.
func (t *tridiagonal) eigenvectors(ctx context.Context, z dense.Rows[float64], values []float64) bool {
	const rounds = 6
	d := len(t.diagonal)
	var size float64 // |T|, or at least half of it
	for i, v := range t.diagonal {
		size = max(size, math.Abs(v))
		if i+1 < d {
			size = max(size, math.Abs(t.beside[i]))
		}
	}
	const epsilon = 0x1p-52
	tolerance := 8 * math.Sqrt(float64(d)) * epsilon * size
	solver := newShifted(d)
	random := rand.New(rand.NewPCG(uint64(d), 0x1e1)) // any start that is not orthogonal will do
	near := 0                                         // first row whose eigenvalue is close
	for i, value := range values {
		if ctx.Err() != nil {
			return false
		}
		// The usual bound (LAPACK's dstein). Beyond it, vectors are orthogonal up to
		// 1,000 units of rounding.
		for values[near]-value > 1e-3*size {
			near++
		}
		row := z.Row(i)
		for j := range row {
			row[j] = random.Float64() - 0.5
		}
		solver.factorize(t, value, epsilon*size)
		found := false
		for round := 0; round < rounds && !found; round++ {
			solver.solve(row)
			if !unit(row) {
				return false
			}
			if round == 0 { // only now is it worthwhile
				continue
			}
			if !gramschmidt.Orthonormalize(row, z.Slice(near, i)) {
				return false
			}
			found = t.residual(row, value) <= tolerance
		}
		if !found {
			return false
		}
	}
	return true
}

// unit scales x to length 1. It reports false if that is impossible.
func unit(x []float64) bool {
	var top float64
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	if !(top > 0) || math.IsInf(top, 1) {
		return false
	}
	for i := range x {
		x[i] /= top
	}
	length := math.Sqrt(kernel.DotF64(x, x))
	for i := range x {
		x[i] /= length
	}
	return true
}

// residual returns |Tz - λz|.
func (t *tridiagonal) residual(z []float64, value float64) float64 {
	var sum float64
	for i, v := range z {
		r := (t.diagonal[i] - value) * v
		if i > 0 {
			r += t.beside[i-1] * z[i-1]
		}
		if i+1 < len(z) {
			r += t.beside[i] * z[i+1]
		}
		sum += r * r
	}
	return math.Sqrt(sum)
}

// shifted is T - λI as L·U with row exchanges. U has the diagonal and two
// superdiagonals; L has one multiple of the previous row per step.
type shifted struct {
	u0, u1, u2 []float64 // [d]
	multiple   []float64 // [d]
	exchanged  []bool    // [d] whether rows i and i+1 were exchanged
}

func newShifted(d int) *shifted {
	return &shifted{make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d), make([]bool, d)}
}

// factorize decomposes T - λI. A pivot smaller than least is replaced by least,
// which changes the matrix no more than rounding does.
func (s *shifted) factorize(t *tridiagonal, value, least float64) {
	d := len(t.diagonal)
	a, b := t.diagonal[0]-value, 0.0 // current row, from its diagonal on
	if d > 1 {
		b = t.beside[0]
	}
	if least == 0 {
		least = 1
	}
	for i := range d {
		if i == d-1 {
			s.u0[i], s.u1[i], s.u2[i] = pivot(a, least), 0, 0
			return
		}
		below, next, after := t.beside[i], t.diagonal[i+1]-value, 0.0
		if i+2 < d {
			after = t.beside[i+1]
		}
		s.exchanged[i] = math.Abs(below) > math.Abs(a)
		if s.exchanged[i] {
			m := a / below
			s.u0[i], s.u1[i], s.u2[i], s.multiple[i] = below, next, after, m
			a, b = b-m*next, -m*after
			continue
		}
		s.u0[i] = pivot(a, least)
		m := below / s.u0[i]
		s.u1[i], s.u2[i], s.multiple[i] = b, 0, m
		a, b = next-m*b, after
	}
}

func pivot(a, least float64) float64 {
	if math.Abs(a) < least {
		return math.Copysign(least, a)
	}
	return a
}

// solve replaces x by (T - λI)⁻¹ x.
func (s *shifted) solve(x []float64) {
	d := len(x)
	for i := range d - 1 {
		if s.exchanged[i] {
			x[i], x[i+1] = x[i+1], x[i]
		}
		x[i+1] -= s.multiple[i] * x[i]
	}
	for i := d - 1; i >= 0; i-- {
		v := x[i]
		if i+1 < d {
			v -= s.u1[i] * x[i+1]
		}
		if i+2 < d {
			v -= s.u2[i] * x[i+2]
		}
		x[i] = v / s.u0[i]
	}
}

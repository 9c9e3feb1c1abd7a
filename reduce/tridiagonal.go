package reduce

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// tridiagonal is a symmetric matrix A [d, d] as Q T Qᵀ, where T is tridiagonal
// and Q = H(0) H(1) … is a product of reflections H(j) = I - tau v vᵀ
// (Householder 1958; Golub & Van Loan, section 8.3).
type tridiagonal struct {
	diagonal []float64           // [d]
	beside   []float64           // [d-1]
	mirrors  dense.Rows[float64] // [d, d] v of H(j) is mirrors.Row(j)[j+1:]
	tau      []float64           // [d-1] 0 where H(j) is the identity
}

// mirrorRows is the number of rows in one piece of work. The last mirrorRows
// rows take less time than starting goroutines.
const mirrorRows = 64

// tridiagonalize overwrites a [d, d], which must have both triangles filled.
// Squares of its entries must be in the range of float64.
//
// Rows are independent except for the vectors of each step, so each row is
// updated by the previous step and multiplied by the new vector while it is in
// cache. The matrix is thus read once per step.
func tridiagonalize(ctx context.Context, a dense.Rows[float64], threads int) (*tridiagonal, error) {
	d := a.Len
	t := &tridiagonal{diagonal: make([]float64, d), beside: make([]float64, max(0, d-1)), mirrors: a, tau: make([]float64, max(0, d-1))}
	v := make([]float64, d) // vector of the previous step, 0 before its first entry
	w := make([]float64, d) // the update A -= v wᵀ + w vᵀ is pending
	p := make([]float64, d) // A times the new vector
	for j := range d {
		row := a.Row(j)[j:]
		follow(row, v[j:], w[j:], v[j], w[j])
		t.diagonal[j] = row[0]
		if j == d-1 {
			break
		}
		x := row[1:] // becomes the new vector
		t.beside[j], t.tau[j] = householder(x)
		rest := d - 1 - j
		pieces := (rest + mirrorRows - 1) / mirrorRows
		err := parallel.Do(ctx, threads, pieces, func(_, b int) {
			for i := j + 1 + b*mirrorRows; i < min(j+1+(b+1)*mirrorRows, d); i++ {
				r := a.Row(i)[j+1:]
				follow(r, v[j+1:], w[j+1:], v[i], w[i])
				p[i] = t.tau[j] * kernel.DotF64(r, x)
			}
		})
		if err != nil {
			return nil, err
		}
		copy(v[j+1:], x)
		copy(w[j+1:], p[j+1:])
		kernel.AxpyF64(-t.tau[j]/2*kernel.DotF64(w[j+1:], x), x, w[j+1:])
	}
	return t, nil
}

// follow subtracts vi·w + wi·v from row.
func follow(row, v, w []float64, vi, wi float64) {
	if vi != 0 {
		kernel.AxpyF64(-vi, w, row)
	}
	if wi != 0 {
		kernel.AxpyF64(-wi, v, row)
	}
}

// householder replaces x by the vector v, with first entry 1, of the reflection
// I - tau v vᵀ that maps x to a multiple of the first axis, and returns that
// multiple and tau.
func householder(x []float64) (multiple, tau float64) {
	first := x[0]
	x[0] = 1
	rest := kernel.DotF64(x[1:], x[1:])
	if rest == 0 {
		return first, 0
	}
	// With the opposite sign of first, their difference loses no digits.
	multiple = -math.Copysign(math.Sqrt(first*first+rest), first)
	for i := range x[1:] {
		x[i+1] /= first - multiple
	}
	return multiple, (multiple - first) / multiple
}

// turn replaces each row z of rows [k, d] by Qz.
func (t *tridiagonal) turn(ctx context.Context, rows dense.Rows[float64], threads int) error {
	const together = 8 // number of rows that share a vector while it is in cache
	return parallel.Do(ctx, threads, (rows.Len+together-1)/together, func(_, b int) {
		for j := len(t.tau) - 1; j >= 0; j-- {
			v := t.mirrors.Row(j)[j+1:]
			for i := b * together; i < min((b+1)*together, rows.Len); i++ {
				z := rows.Row(i)[j+1:]
				kernel.AxpyF64(-t.tau[j]*kernel.DotF64(v, z), v, z)
			}
		}
	})
}

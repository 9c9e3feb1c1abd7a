package refine

import (
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// mostPacked is the most numbers, 128 MiB of them, that points are kept in a second
// time, in the order in which products read them.
const mostPacked = 1 << 25

// products multiplies memberships by points.
type products struct {
	packed []kernel.Packed // [pieces] of the points; empty before the first product, nil if there are too many
	work   []product       // [threads]
}

// product is the memory of one goroutine.
type product struct {
	points      kernel.Packed
	memberships []float32 // [k, n]
	sum         []float32 // [k, d]
}

func newProducts(x dense.Rows[float32], threads int) products {
	p := products{work: make([]product, parallel.Threads(threads))}
	if x.Len*x.Dim <= mostPacked {
		p.packed = make([]kernel.Packed, pieces(x.Len))
	}
	return p
}

// sums returns the sums of the points x [n, d] of a piece, the same in each call,
// weighted by their memberships q [n, k], as [k, d], until the worker's next call.
func (p *products) sums(worker, piece int, q, x dense.Rows[float32]) []float32 {
	w := &p.work[worker]
	points := &w.points
	if p.packed != nil {
		points = &p.packed[piece]
	}
	if p.packed == nil || points.In() == 0 {
		points.ResetTransposed(matrix(x))
	}
	n, k, d := q.Len, q.Dim, x.Dim
	w.memberships = slices.Grow(w.memberships[:0], k*n)[:k*n]
	w.sum = slices.Grow(w.sum[:0], k*d)[:k*d]
	kernel.Transpose(kernel.RowMajor(w.memberships, k, n), matrix(q))
	for i, v := range w.memberships {
		if v < negligible {
			w.memberships[i] = 0
		}
	}
	kernel.Gemm(kernel.RowMajor(w.sum, k, d), kernel.RowMajor(w.memberships, k, n), points, kernel.Epilogue{})
	return w.sum
}

// matrix converts rows to the form that kernels take.
func matrix(rows dense.Rows[float32]) kernel.Matrix {
	return kernel.Matrix{Data: rows.Data, Rows: rows.Len, Cols: rows.Dim, Stride: rows.Stride}
}

package search

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// similarityRows is the number of rows in a block of Similarities.
const similarityRows = 256

// Similarities computes the similarities of each row of x [n, d] to each row of
// y [m, d] in blocks of rows, so that memory does not grow with n·m. It calls
// visit for rows first, first+1, … with a matrix [rows, m], in order, on the
// calling goroutine. The matrix is reused for the next block. Products are
// computed in float32, as far as they are in its range. An error of visit stops
// Similarities and is returned.
func Similarities(ctx context.Context, x, y mat.Matrix, o Options, visit func(first int, block *mat.Dense) error) error {
	if o.Kind != Float32 {
		return &estimator.OptionError{Estimator: "search", Option: "Kind", Got: o.Kind, Want: "Float32"}
	}
	a, err := newFloats(x, o)
	if err != nil {
		return err
	}
	b, err := newFloats(y, o)
	if err != nil {
		return err
	}
	if a.d != b.d {
		return &estimator.ShapeError{Estimator: "search", What: "features of the second matrix", Got: b.d, Want: a.d}
	}
	if err := parallel.Cause(ctx); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	norms := make([]float32, b.n)
	if err := b.measure(norms, 0); err != nil {
		return err
	}
	w := kernel.Pack(kernel.Matrix{Data: b.rows.Data, Rows: b.n, Cols: b.d, Stride: b.rows.Stride})
	own := make([]float32, similarityRows)
	products := make([]float32, similarityRows*b.n)
	out := mat.NewDense(similarityRows, b.n, nil)
	for lo := 0; lo < a.n; lo += similarityRows {
		n := min(similarityRows, a.n-lo)
		if err := a.measure(own[:n], lo); err != nil {
			return err
		}
		const part = 16 // number of rows in a piece of work
		err := parallel.Do(ctx, o.Threads, (n+part-1)/part, func(_, p int) {
			first, end := p*part, min((p+1)*part, n)
			rows := a.rows.Slice(lo+first, lo+end)
			kernel.Gemm(kernel.RowMajor(products[first*b.n:], end-first, b.n), kernel.Matrix{Data: rows.Data, Rows: rows.Len, Cols: rows.Dim, Stride: rows.Stride}, w, kernel.Epilogue{})
			for i := first; i < end; i++ {
				q := &asked{row: a.rows.Row(lo + i), norm: float64(own[i])}
				a.similar(out.RawRowView(i), products[i*b.n:][:b.n], q, b, norms)
			}
		})
		if err != nil {
			return err
		}
		if err := visit(lo, out.Slice(0, n, 0, b.n).(*mat.Dense)); err != nil {
			return err
		}
	}
	return nil
}

// similar converts the products of a row with those of b to similarities.
func (ix *Index) similar(dst []float64, products []float32, q *asked, b *Index, norms []float32) {
	low, high := q.lengths()
	for j, p := range products {
		norm := float64(norms[j])
		inRange := norm >= low && norm <= high
		if dst[j] = ix.ahead(q, float64(p), norm); !inRange {
			dst[j] = ix.exact(q, b.rows.Row(j))
		}
		if ix.o.Metric != Euclidean {
			continue
		}
		d2 := -dst[j]
		if inRange && d2 < 1e-4*(norm*norm+q.norm*q.norm) { // so near that float32 rounding hides the distance
			d2 = kernel.SquaredDistance(q.row, b.rows.Row(j))
		}
		dst[j] = math.Sqrt(max(0, d2))
	}
}

package refine

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// pieces is the number of pieces that rows are divided into. It is fixed, so that
// sums over pieces do not depend on the number of threads.
const pieces = 32

// eachRow calls f(piece, i) for each of n rows; those of one piece in order, on
// one goroutine.
func eachRow(ctx context.Context, n, threads int, f func(piece, i int)) error {
	return parallel.Do(ctx, threads, pieces, func(_, p int) {
		for i := p * n / pieces; i < (p+1)*n/pieces; i++ {
			f(p, i)
		}
	})
}

// summed returns the sum of the rows of parts [pieces, m], in their order.
func summed(parts dense.Rows[float64]) []float64 {
	out := make([]float64, parts.Dim)
	for p := range parts.Len {
		for j, v := range parts.Row(p) {
			out[j] += v
		}
	}
	return out
}

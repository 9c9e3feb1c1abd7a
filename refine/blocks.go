package refine

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// pieces returns the number of pieces that n rows are divided into. It is that of
// n alone, so that sums over pieces do not depend on the number of threads; pieces
// of fewer rows would spend their time on sums of pieces.
func pieces(n int) int { return min(32, 1+n/128) }

// eachPiece calls f(worker, piece, lo, hi) for each of the pieces of n rows, lo to hi.
// Calls of a worker, a number below that of threads, follow one another.
func eachPiece(ctx context.Context, n, threads int, f func(worker, piece, lo, hi int)) error {
	all := pieces(n)
	return parallel.Do(ctx, threads, all, func(worker, p int) {
		f(worker, p, p*n/all, (p+1)*n/all)
	})
}

// eachRow calls f(piece, i) for each of n rows; those of one piece in order, on
// one goroutine.
func eachRow(ctx context.Context, n, threads int, f func(piece, i int)) error {
	return eachPiece(ctx, n, threads, func(_, piece, lo, hi int) {
		for i := lo; i < hi; i++ {
			f(piece, i)
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

package knn

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Approximately is the usual number of points from which on neighbours are found
// by Descent.
const Approximately = 200_000

// Nearest returns the k nearest other points of each of x [n, d], k < n: exactly,
// or by Descent where there are from points or more. A from of 0 or less means
// never.
func Nearest(ctx context.Context, x dense.Rows[float32], k, from int, o Options) (*Graph, error) {
	if from > 0 && x.Len >= from {
		return Descent(ctx, x, k, o)
	}
	return Exact(ctx, x, k, o.Threads)
}

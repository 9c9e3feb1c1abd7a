package refine

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// rounds of Sinkhorn's algorithm; the sizes of segments change little from step
// to step, so that it starts near its end.
const rounds = 10

// transport turns scores, log-likelihoods [n, k], into the plan of the least cost
// -score, with entropy, that gives each row one unit and each column its size
// [k], sizes summing to n: Sinkhorn's algorithm (Cuturi 2013), which scales
// columns and rows in turn. The plan takes the place of the scores. Rows are
// scaled last, so they sum to 1 exactly and columns nearly to their sizes.
func transport(ctx context.Context, scores dense.Rows[float32], size []float64, threads int) error {
	k := scores.Dim
	if err := eachRow(ctx, scores.Len, threads, func(_, i int) { exponentiate(scores.Row(i)) }); err != nil {
		return err
	}
	scale := make([]float64, k) // of columns
	for c := range scale {
		scale[c] = 1
	}
	for range rounds {
		sums, err := columnSums(ctx, scores, scale, threads)
		if err != nil {
			return err
		}
		for c := range scale {
			if sums[c] > 0 {
				scale[c] = size[c] / sums[c]
			}
		}
		most := 0.0
		for _, s := range scale {
			most = max(most, s)
		}
		for c := range scale { // only ratios matter, since rows are scaled to 1
			scale[c] /= most
		}
	}
	return eachRow(ctx, scores.Len, threads, func(_, i int) {
		row := scores.Row(i)
		u := rowScale(row, scale)
		for c := range row {
			row[c] = float32(u * scale[c] * float64(row[c]))
		}
	})
}

// exponentiate replaces scores by their exponentials, of which the largest is 1.
func exponentiate(row []float32) {
	top := row[0]
	for _, v := range row {
		top = max(top, v)
	}
	for c, v := range row {
		row[c] = float32(math.Exp(max(float64(v-top), lowest)))
	}
}

// lowest keeps a score from vanishing, so that each row can go anywhere if sizes
// ask for it.
const lowest = -60

// rowScale returns what scales a row whose columns are scaled to the sum 1.
func rowScale(row []float32, scale []float64) float64 {
	sum := 0.0
	for c, v := range row {
		sum += scale[c] * float64(v)
	}
	if sum <= 0 {
		return 0
	}
	return 1 / sum
}

// columnSums returns the sums of the columns of p, [k], with its rows scaled for
// columns that are scaled.
func columnSums(ctx context.Context, p dense.Rows[float32], scale []float64, threads int) ([]float64, error) {
	parts := dense.New[float64](pieces(p.Len), p.Dim)
	err := eachRow(ctx, p.Len, threads, func(piece, i int) {
		row, sum := p.Row(i), parts.Row(piece)
		u := rowScale(row, scale)
		for c, v := range row {
			sum[c] += u * float64(v)
		}
	})
	return summed(parts), err
}

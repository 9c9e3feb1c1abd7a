package reduce

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/score"
)

const (
	errFar   fault.OutOfRange = "squared distances of such points are out of range, want distances from the mean of at most 2e18"
	errClose fault.OutOfRange = "points differ, but by so little that squared distances vanish: scale them up"
)

// checkScale returns an error if a point's squared distance from the mean
// exceeds most, or if no point's reaches least although they differ.
func checkScale(ctx context.Context, method string, p *score.Points, mean []float64, least, most float64, threads int) error {
	n := p.Len()
	squares := make([]float64, n)
	err := eachBlock(ctx, p, threads, func(i int, row []float64) {
		for j, v := range row {
			squares[i] += (v - mean[j]) * (v - mean[j])
		}
	})
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(squares, func(s float64) bool { return s > most }); i >= 0 {
		return fmt.Errorf("%s: %w", method, &ValueError{Row: i, Col: -1, Err: errFar})
	}
	if slices.Max(squares) >= least {
		return nil
	}
	first, row := make([]float64, p.Dim()), make([]float64, p.Dim())
	copyRow(first, p, 0)
	for i := range n {
		if copyRow(row, p, i); !slices.Equal(row, first) {
			return fmt.Errorf("%s: %w", method, &ValueError{Row: i, Col: -1, Err: errClose})
		}
	}
	return nil
}

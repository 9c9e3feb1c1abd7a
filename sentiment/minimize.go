package sentiment

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/internal/lbfgs"
	"github.com/seed-56ee9438/cohort/probe"
)

// minimize is [lbfgs.Minimize] with this package's errors.
func minimize(ctx context.Context, evaluate func(grad, p []float64) float64, d, n int) ([]float64, error) {
	p, err := lbfgs.Minimize(ctx, evaluate, d, n)
	if errors.Is(err, lbfgs.ErrNoMinimum) {
		return nil, trainingError("%v", err)
	}
	return p, err
}

// fitError makes an error of package probe one of this package.
func fitError(err error) error {
	if errors.Is(err, probe.ErrData) {
		return fmt.Errorf("%w: %w", ErrTraining, err)
	}
	return err
}

// checkLabels checks that there are as many labels as examples, of both kinds.
func checkLabels(n int, positive []bool) error {
	if n != len(positive) || n == 0 {
		return trainingError("%d examples and %d labels, want as many of each", n, len(positive))
	}
	yes := 0
	for _, p := range positive {
		if p {
			yes++
		}
	}
	if yes == 0 || yes == n {
		return trainingError("all %d labels are the same", n)
	}
	return nil
}

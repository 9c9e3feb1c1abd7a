package sentiment

import (
	"context"

	"github.com/seed-56ee9438/cohort/probe"
)

// Rated is a data set for a regression: rows X [n, d] and their values Y [n] in
// [-1, 1], as rated by people. See [probe.Rated].
type Rated = probe.Rated

// RidgeOptions configures FitRidge.
type RidgeOptions = probe.RidgeOptions

// FitRidge fits a ridge regression to all sets by [probe.FitRidge]. Errors wrap
// ErrTraining.
func FitRidge(ctx context.Context, sets []Rated, o RidgeOptions) (*Head, error) {
	r, err := probe.FitRidge(ctx, sets, o)
	if err != nil {
		return nil, fitError(err)
	}
	return &Head{Kind: Regression, Weights: r.Weights, Bias: r.Bias, Residual: r.Residual, Penalty: r.Penalty}, nil
}

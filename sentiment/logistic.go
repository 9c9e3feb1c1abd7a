package sentiment

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/probe"
)

// LogisticOptions configures FitLogistic.
type LogisticOptions struct {
	Penalties []float64 // candidates; nil: 0.1 to 30 in steps of about 3
	Folds     int       // of the cross-validation, 2 or more, at most one a row; 0: 5
}

// FitLogistic fits a logistic regression to rows of x [n, d] that are positive
// or not, by [probe.FitLogistic] without calibration. Errors wrap ErrTraining.
func FitLogistic(ctx context.Context, x mat.Matrix, positive []bool, o LogisticOptions) (*Head, error) {
	if err := given(ctx, x); err != nil {
		return nil, err
	}
	if n, _ := x.Dims(); n != len(positive) {
		return nil, trainingError("%d vectors and %d labels, want as many of each", n, len(positive))
	}
	if err := checkLabels(len(positive), positive); err != nil {
		return nil, err
	}
	labels := make([]int, len(positive))
	for i, p := range positive {
		if p {
			labels[i] = 1
		}
	}
	l, err := probe.FitLogistic(ctx, x, labels, probe.LogisticOptions{Penalties: o.Penalties, Folds: o.Folds, Uncalibrated: true})
	if err != nil {
		return nil, fitError(err)
	}
	return &Head{Kind: Logistic, Weights: l.Weights[0], Bias: l.Bias[0], Penalty: l.Penalty}, nil
}

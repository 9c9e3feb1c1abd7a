// Package lbfgs minimises the penalised losses of linear models and small
// networks by L-BFGS (Liu and Nocedal 1989).
package lbfgs

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/optimize"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ErrNoMinimum: none was found.
var ErrNoMinimum = errors.New("no minimum found")

// Minimize minimises a convex loss over n examples, starting at 0. evaluate
// returns the loss at p [d] and stores its gradient in grad unless that is nil.
// It fails with ctx's error or ErrNoMinimum.
func Minimize(ctx context.Context, evaluate func(grad, p []float64) float64, d, n int) ([]float64, error) {
	problem := optimize.Problem{
		Func:   func(p []float64) float64 { return evaluate(nil, p) },
		Grad:   func(grad, p []float64) { evaluate(grad, p) },
		Status: func() (optimize.Status, error) { return optimize.NotTerminated, parallel.Cause(ctx) },
	}
	settings := &optimize.Settings{
		GradientThreshold: 1e-5 * float64(n),
		Converger:         &optimize.FunctionConverge{Relative: 1e-8, Iterations: 5},
		MajorIterations:   500,
	}
	result, err := optimize.Minimize(problem, make([]float64, d), settings, &optimize.LBFGS{})
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	// A line search that fails in the last digits still gives a result.
	if result == nil || math.IsNaN(result.F) {
		return nil, errors.Join(ErrNoMinimum, err)
	}
	return result.X, nil
}

// LogLoss returns the negative log of a label's probability, whose log-odds are z.
func LogLoss(z float64, positive bool) float64 {
	if positive {
		z = -z
	}
	// log(1 + exp(z)) without overflow
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

// Slope returns the derivative of LogLoss with respect to z.
func Slope(z float64, positive bool) float64 {
	if positive {
		return Sigmoid(z) - 1
	}
	return Sigmoid(z)
}

// Sigmoid returns 1 / (1 + exp(-z)) without overflow.
func Sigmoid(z float64) float64 {
	if z < 0 {
		e := math.Exp(z)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-z))
}

// RidgePenalty returns penalty/2 |w|² and adds its gradient to grad, if any.
func RidgePenalty(grad, w []float64, penalty float64) float64 {
	loss := 0.0
	for j, v := range w {
		loss += penalty / 2 * v * v
		if grad != nil {
			grad[j] += penalty * v
		}
	}
	return loss
}

package sentiment

import (
	"context"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// minimize minimises a convex loss over n examples by L-BFGS, starting at 0.
// evaluate returns the loss at p [d] and stores its gradient in grad unless
// that is nil.
func minimize(ctx context.Context, evaluate func(grad, p []float64) float64, d, n int) ([]float64, error) {
	problem := optimize.Problem{
		Func:   func(p []float64) float64 { return evaluate(nil, p) },
		Grad:   func(grad, p []float64) { evaluate(grad, p) },
		Status: func() (optimize.Status, error) { return optimize.NotTerminated, ctx.Err() },
	}
	settings := &optimize.Settings{
		GradientThreshold: 1e-5 * float64(n),
		Converger:         &optimize.FunctionConverge{Relative: 1e-8, Iterations: 5},
		MajorIterations:   500,
	}
	result, err := optimize.Minimize(problem, make([]float64, d), settings, &optimize.LBFGS{})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	// A line search that fails in the last digits still gives a result.
	if result == nil || math.IsNaN(result.F) {
		return nil, trainingError("no minimum found: %v", err)
	}
	return result.X, nil
}

// slope returns the derivative of logLoss with respect to z.
func slope(z float64, positive bool) float64 {
	if positive {
		return sigmoid(z) - 1
	}
	return sigmoid(z)
}

// ridgePenalty returns penalty/2 |w|² and adds its gradient to grad, if any.
func ridgePenalty(grad, w []float64, penalty float64) float64 {
	loss := 0.0
	for j, v := range w {
		loss += penalty / 2 * v * v
		if grad != nil {
			grad[j] += penalty * v
		}
	}
	return loss
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

package sentiment

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// LogisticOptions configures FitLogistic.
type LogisticOptions struct {
	Penalties []float64 // candidates; nil: 0.1 to 30 in steps of about 3
	Folds     int       // of the cross-validation, 2 or more, at most one a row; 0: 5
}

// FitLogistic fits a logistic regression to rows of x [n, d] that are positive
// or not, by L-BFGS on the penalised mean log loss. It chooses the penalty with
// the least log loss in cross-validation. Errors wrap ErrTraining.
func FitLogistic(ctx context.Context, x mat.Matrix, positive []bool, o LogisticOptions) (*Head, error) {
	n, d := x.Dims()
	if d == 0 {
		return nil, trainingError("vectors of length 0")
	}
	if err := checkLabels(n, positive); err != nil {
		return nil, err
	}
	if o.Penalties == nil {
		o.Penalties = []float64{0.1, 0.3, 1, 3, 10, 30}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	folds, err := foldsOf(o.Folds, n, o.Penalties)
	if err != nil {
		return nil, err
	}
	o.Folds = folds
	rows := dense.Float64(x)
	for _, v := range rows.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, trainingError("a vector is not finite")
		}
	}
	best, least := o.Penalties[0], math.Inf(1)
	if len(o.Penalties) > 1 {
		for _, penalty := range o.Penalties {
			loss := 0.0
			for fold := range o.Folds {
				w, b, err := descend(ctx, rows, positive, penalty, func(r int) bool { return r%o.Folds != fold })
				if err != nil {
					return nil, err
				}
				for r := fold; r < n; r += o.Folds {
					loss += logLoss(dot(w, rows.Row(r))+b, positive[r])
				}
			}
			if loss < least {
				best, least = penalty, loss
			}
		}
	}
	w, b, err := descend(ctx, rows, positive, best, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	return &Head{Kind: Logistic, Weights: w, Bias: b, Penalty: best}, nil
}

// descend minimises sum of log losses + penalty/2 |w|²; the bias is not
// penalised.
func descend(ctx context.Context, x dense.Rows[float64], positive []bool, penalty float64, use func(row int) bool) (w []float64, bias float64, err error) {
	d := x.Dim
	evaluate := func(grad, p []float64) float64 {
		w, b := p[:d], p[d]
		clear(grad)
		loss := 0.0
		for r := range x.Len {
			if !use(r) {
				continue
			}
			row := x.Row(r)
			z := dot(w, row) + b
			loss += logLoss(z, positive[r])
			if grad == nil {
				continue
			}
			e := slope(z, positive[r])
			for j, v := range row {
				grad[j] += e * v
			}
			grad[d] += e
		}
		return loss + ridgePenalty(grad, w, penalty)
	}
	p, err := minimize(ctx, evaluate, d+1, x.Len)
	if err != nil {
		return nil, 0, err
	}
	return p[:d:d], p[d], nil
}

// logLoss returns the negative log of the label's probability under z.
func logLoss(z float64, positive bool) float64 {
	if positive {
		z = -z
	}
	// log(1 + exp(z)) without overflow
	if z > 0 {
		return z + math.Log1p(math.Exp(-z))
	}
	return math.Log1p(math.Exp(z))
}

package probe

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/lbfgs"
)

// Logistic is a logistic regression. Once fitted it is immutable and safe for
// concurrent use.
type Logistic struct {
	// Weights and Bias have a row and an element for each class; for two classes,
	// one for the log-odds of the second.
	Weights [][]float64 `json:"weights"` // [classes or 1][dim]
	Bias    []float64   `json:"bias"`
	Penalty float64     `json:"penalty"`
	// Temperature divides the log-odds before they become probabilities, so that
	// these are right as often as they say (Guo et al. 2017, arXiv:1706.04599).
	Temperature float64 `json:"temperature"`
}

// LogisticOptions configures [FitLogistic].
type LogisticOptions struct {
	Penalties []float64 // candidates; nil: 0.1 to 30 in steps of about 3
	Folds     int       // of the cross-validation, 2 or more, at most one a row; 0: 5
	// Uncalibrated leaves the temperature at 1. It is otherwise the one with the
	// least log loss on the folds that were left out, at the chosen penalty.
	Uncalibrated bool
}

// FitLogistic fits a logistic regression to rows of x [n, d] with classes from 0 to
// the largest label, by L-BFGS on the sum of log losses + penalty/2 |weights|²;
// the bias is not penalised. It chooses the penalty with the least log loss in
// cross-validation, in which row i is in fold i modulo the number of folds. Every
// class needs a row. Errors wrap ErrData, or are ctx's.
func FitLogistic(ctx context.Context, x mat.Matrix, labels []int, o LogisticOptions) (*Logistic, error) {
	if x == nil {
		return nil, fmt.Errorf("%w: no vectors", ErrData)
	}
	rows, classes, err := checkLabelled(x, labels)
	if err != nil {
		return nil, err
	}
	if o.Penalties == nil {
		o.Penalties = []float64{0.1, 0.3, 1, 3, 10, 30}
	}
	if o.Folds == 0 {
		o.Folds = 5
	}
	if o.Folds, err = foldsOf(o.Folds, rows.Len, o.Penalties); err != nil {
		return nil, err
	}
	f := &fit{x: rows, labels: labels, classes: classes, folds: o.Folds}
	penalty, logits := o.Penalties[0], [][]float64(nil)
	if len(o.Penalties) > 1 || !o.Uncalibrated {
		least := math.Inf(1)
		for _, p := range o.Penalties {
			out, err := f.leftOut(ctx, p)
			if err != nil {
				return nil, err
			}
			if loss := totalLoss(out, labels, 1); loss < least {
				penalty, least, logits = p, loss, out
			}
		}
	}
	weights, bias, err := f.minimum(ctx, penalty, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	l := &Logistic{Weights: weights, Bias: bias, Penalty: penalty, Temperature: 1}
	if !o.Uncalibrated && logits != nil {
		l.Temperature = temperature(logits, labels)
	}
	return l, nil
}

// checkLabelled checks a training set and counts its classes.
func checkLabelled(x mat.Matrix, labels []int) (rows dense.Rows[float64], classes int, err error) {
	n, d := x.Dims()
	if n == 0 || d == 0 || n != len(labels) {
		return rows, 0, dataError("vectors [%d, %d] and %d labels, want as many of each", n, d, len(labels))
	}
	for i, l := range labels {
		if l < 0 || l >= n {
			return rows, 0, dataError("label %d is %d, want 0 to the number of classes", i, l)
		}
		classes = max(classes, l+1)
	}
	count := make([]int, classes)
	for _, l := range labels {
		count[l]++
	}
	for c, k := range count {
		if k == 0 {
			return rows, 0, dataError("class %d of %d has no row", c, classes)
		}
	}
	if classes < 2 {
		return rows, 0, dataError("all %d labels are the same", n)
	}
	rows = dense.Float64(x)
	for i := range n {
		for _, v := range rows.Row(i) {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return rows, 0, dataError("vector %d is not finite", i)
			}
		}
	}
	return rows, classes, nil
}

// fit is a fit in progress.
type fit struct {
	x              dense.Rows[float64]
	labels         []int
	classes, folds int
}

// outputs is the number of rows of the weights.
func (f *fit) outputs() int {
	if f.classes == 2 {
		return 1
	}
	return f.classes
}

// leftOut returns the log-odds [n][outputs] of every row by a model fitted to the
// other folds.
func (f *fit) leftOut(ctx context.Context, penalty float64) ([][]float64, error) {
	out := make([][]float64, f.x.Len)
	for fold := range f.folds {
		w, b, err := f.minimum(ctx, penalty, func(r int) bool { return r%f.folds != fold })
		if err != nil {
			return nil, err
		}
		for r := fold; r < f.x.Len; r += f.folds {
			out[r] = logits(w, b, f.x.Row(r))
		}
	}
	return out, nil
}

// minimum fits the rows that are used.
func (f *fit) minimum(ctx context.Context, penalty float64, use func(row int) bool) (weights [][]float64, bias []float64, err error) {
	d, k := f.x.Dim, f.outputs()
	size := k * d
	evaluate := func(grad, p []float64) float64 {
		clear(grad)
		loss, z := 0.0, make([]float64, k)
		for r := range f.x.Len {
			if !use(r) {
				continue
			}
			row := f.x.Row(r)
			for c := range k {
				z[c] = dot(p[c*d:(c+1)*d], row) + p[size+c]
			}
			loss += lossAndSlope(z, f.labels[r])
			if grad == nil {
				continue
			}
			for c, e := range z {
				g := grad[c*d : (c+1)*d]
				for j, v := range row {
					g[j] += e * v
				}
				grad[size+c] += e
			}
		}
		return loss + lbfgs.RidgePenalty(grad, p[:size], penalty)
	}
	p, err := lbfgs.Minimize(ctx, evaluate, size+k, f.x.Len)
	if err != nil {
		if errors.Is(err, lbfgs.ErrNoMinimum) {
			err = fmt.Errorf("%w: %w", ErrData, err)
		}
		return nil, nil, err
	}
	for c := range k {
		weights = append(weights, p[c*d:(c+1)*d:(c+1)*d])
	}
	return weights, p[size:], nil
}

// lossAndSlope returns the log loss of a row and replaces its log-odds by the
// loss's gradient.
func lossAndSlope(z []float64, label int) float64 {
	if len(z) == 1 {
		loss := lbfgs.LogLoss(z[0], label == 1)
		z[0] = lbfgs.Slope(z[0], label == 1)
		return loss
	}
	right := z[label] // before softmax replaces it
	loss := softmax(z) - right
	z[label]--
	return loss
}

// softmax replaces z by exp(z)/Σexp(z) and returns log Σexp(z).
func softmax(z []float64) float64 {
	peak, sum := math.Inf(-1), 0.0
	for _, v := range z {
		peak = max(peak, v)
	}
	for i, v := range z {
		z[i] = math.Exp(v - peak)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
	return peak + math.Log(sum)
}

func logits(w [][]float64, b, x []float64) []float64 {
	z := make([]float64, len(w))
	for c := range w {
		z[c] = dot(w[c], x) + b[c]
	}
	return z
}

func dot(a, b []float64) (s float64) {
	for i, v := range a {
		s += v * b[i]
	}
	return s
}

// Classes returns the number of classes.
func (l *Logistic) Classes() int {
	if len(l.Weights) == 1 {
		return 2
	}
	return len(l.Weights)
}

// Probabilities returns the probability of every class for each row of x [n, d]:
// [n][classes]. Vectors of another length are an ErrDim.
func (l *Logistic) Probabilities(x mat.Matrix) ([][]float64, error) {
	if x == nil {
		return nil, fmt.Errorf("%w: no vectors", ErrDim)
	}
	n, d := x.Dims()
	if len(l.Weights) == 0 || d != len(l.Weights[0]) {
		return nil, fmt.Errorf("%w: got %d, want that of the training data", ErrDim, d)
	}
	rows := dense.Float64(x)
	out := make([][]float64, n)
	for i := range out {
		z := logits(l.Weights, l.Bias, rows.Row(i))
		for c := range z {
			z[c] /= l.Temperature
		}
		if len(z) == 1 {
			out[i] = []float64{lbfgs.Sigmoid(-z[0]), lbfgs.Sigmoid(z[0])}
			continue
		}
		softmax(z)
		out[i] = z
	}
	return out, nil
}

// Predict returns the most probable class of each row of x [n, d], with the errors
// of Probabilities.
func (l *Logistic) Predict(x mat.Matrix) ([]int, error) {
	p, err := l.Probabilities(x)
	if err != nil {
		return nil, err
	}
	out := make([]int, len(p))
	for i, row := range p {
		for c, v := range row {
			if v > row[out[i]] {
				out[i] = c
			}
		}
	}
	return out, nil
}

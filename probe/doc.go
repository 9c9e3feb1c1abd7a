// Package probe fits linear models to vectors: what a linear layer can tell from
// them shows what they hold (linear probes: Alain and Bengio 2016,
// arXiv:1610.01644), and is often all that a classifier needs.
//
//	FitLogistic  classes, with calibrated probabilities
//	FitRidge     values, such as ratings
//
//	m, err := probe.FitLogistic(ctx, x, labels, probe.LogisticOptions{}) // x [n, d], labels [n]
//	classes, err := m.Predict(y)                                         // y [m, d], classes [m]
//
// Both choose their L2 penalty by cross-validation, and compute in float64. The
// losses are those of scikit-learn's LogisticRegression, where C is 1/penalty, and
// Ridge, where alpha is the penalty.
package probe

import (
	"errors"
	"fmt"
)

var (
	// ErrData: vectors and labels that nothing can be fitted to.
	ErrData = errors.New("probe: bad training data")
	// ErrDim: vectors of another length than those that the model was fitted to.
	ErrDim = errors.New("probe: vectors of another length")
)

func dataError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrData, fmt.Sprintf(format, args...))
}

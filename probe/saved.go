package probe

import (
	"slices"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

// Models are saved as safetensors files (docs/formats.md) or as JSON. Either way
// what is read back predicts the same, to the last bit.

// ErrSaved reports bytes or JSON that are not a saved model of the same type, that
// are damaged, or that a newer version wrote.
var ErrSaved = estimator.ErrSaved

// The kinds of saved models.
const (
	kindLogistic = "probe.Logistic"
	kindRidge    = "probe.Ridge"
)

// finite reports whether all numbers are.
func finite(numbers ...float64) bool {
	return !slices.ContainsFunc(numbers, func(x float64) bool { return x-x != 0 })
}

// check requires what Probabilities relies on.
func (l *Logistic) check() error {
	k := len(l.Weights)
	switch {
	case k == 0 || k == 2 || len(l.Weights[0]) == 0 || len(l.Bias) != k:
		return persist.NotFitted(kindLogistic, "%d rows of weights and %d biases, want one row or a row a class, and as many biases", k, len(l.Bias))
	case !(l.Temperature > 0) || !finite(l.Temperature, l.Penalty) || !finite(l.Bias...):
		return persist.NotFitted(kindLogistic, "temperature %v, penalty %v, or a bias that is not finite", l.Temperature, l.Penalty)
	}
	for i, w := range l.Weights {
		if len(w) != len(l.Weights[0]) || !finite(w...) {
			return persist.NotFitted(kindLogistic, "row %d has %d weights, or one that is not finite; want %d", i, len(w), len(l.Weights[0]))
		}
	}
	return nil
}

// logisticHead holds the parts of a Logistic that are not saved as tensors.
type logisticHead struct {
	Penalty     float64 `json:"penalty"`
	Temperature float64 `json:"temperature"`
}

// Check returns an estimator.ErrNotFitted for a model that is incomplete, such as
// one that was put together by hand.
func (l *Logistic) Check() error {
	if l == nil {
		return persist.NotFitted(kindLogistic, "no model")
	}
	return l.check()
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. A model that is incomplete is an estimator.ErrNotFitted.
func (l Logistic) MarshalBinary() ([]byte, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Float64("weights", slices.Concat(l.Weights...), len(l.Weights), len(l.Weights[0]))
	w.Float64("bias", l.Bias, len(l.Bias))
	return w.Encode(kindLogistic, 1, logisticHead{l.Penalty, l.Temperature})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved and
// leave l unchanged.
func (l *Logistic) UnmarshalBinary(data []byte) error {
	var head logisticHead
	f, err := persist.Decode(data, kindLogistic, 1, &head)
	if err != nil {
		return err
	}
	out := Logistic{Bias: f.Float64("bias", -1), Penalty: head.Penalty, Temperature: head.Temperature}
	_, dim := f.Shape2("weights")
	flat := f.Float64("weights", len(out.Bias), -1)
	if dim > 0 {
		out.Weights = slices.Collect(slices.Chunk(flat, dim))
	}
	return persist.Keep(l, out, f, out.check)
}

// UnmarshalJSON reads what encoding/json writes of a Logistic. Errors are ErrSaved
// and leave l unchanged.
func (l *Logistic) UnmarshalJSON(data []byte) error {
	type plain Logistic
	var in plain
	if err := persist.JSON(kindLogistic, data, &in); err != nil {
		return err
	}
	out := Logistic(in)
	if err := out.check(); err != nil {
		return persist.Wrong(kindLogistic, err)
	}
	*l = out
	return nil
}

// check requires what Predict relies on.
func (r *Ridge) check() error {
	if len(r.Weights) == 0 || !finite(r.Weights...) || !finite(r.Bias, r.Penalty, r.Residual) {
		return persist.NotFitted(kindRidge, "%d weights, or a number that is not finite", len(r.Weights))
	}
	return nil
}

// ridgeHead holds the parts of a Ridge that are not saved as tensors.
type ridgeHead struct {
	Bias     float64 `json:"bias"`
	Penalty  float64 `json:"penalty"`
	Residual float64 `json:"residual"`
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. A model that is incomplete is an estimator.ErrNotFitted.
func (r Ridge) MarshalBinary() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	var w persist.Writer
	w.Float64("weights", r.Weights, len(r.Weights))
	return w.Encode(kindRidge, 1, ridgeHead{r.Bias, r.Penalty, r.Residual})
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved and
// leave r unchanged.
func (r *Ridge) UnmarshalBinary(data []byte) error {
	var head ridgeHead
	f, err := persist.Decode(data, kindRidge, 1, &head)
	if err != nil {
		return err
	}
	out := Ridge{Weights: f.Float64("weights", -1), Bias: head.Bias, Penalty: head.Penalty, Residual: head.Residual}
	return persist.Keep(r, out, f, out.check)
}

// UnmarshalJSON reads what encoding/json writes of a Ridge. Errors are ErrSaved and
// leave r unchanged.
func (r *Ridge) UnmarshalJSON(data []byte) error {
	type plain Ridge
	var in plain
	if err := persist.JSON(kindRidge, data, &in); err != nil {
		return err
	}
	out := Ridge(in)
	if err := out.check(); err != nil {
		return persist.Wrong(kindRidge, err)
	}
	*r = out
	return nil
}

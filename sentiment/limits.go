package sentiment

import "math"

// limits is the range of an option of a fit.
type limits struct {
	name      string
	value     float64
	low, high float64 // inclusive
}

// checkLimits requires every option to be in its range, which NaN is not.
func checkLimits(options ...limits) error {
	for _, o := range options {
		if !(o.value >= o.low && o.value <= o.high) {
			return trainingError("%s is %v, want %v to %v", o.name, o.value, o.low, o.high)
		}
	}
	return nil
}

// Greatest values of options: far above useful ones, so that a mistaken number
// takes neither all memory nor all time.
const (
	mostPenalty = 1e12
	mostUnits   = 1 << 12
	mostMembers = 1 << 6
	mostEpochs  = 1 << 20
	mostScale   = 1e6
	mostLongest = 16 // as read by Grams.check
)

// foldsOf checks the options of a cross-validation over n rows, and returns the
// number of folds: no more than rows.
func foldsOf(folds, n int, penalties []float64) (int, error) {
	all := []limits{{"Folds", float64(folds), 2, math.MaxInt}}
	if len(penalties) == 0 {
		return 0, trainingError("no penalties")
	}
	for _, p := range penalties {
		all = append(all, limits{"a penalty", p, 0, mostPenalty})
	}
	return max(2, min(folds, n)), checkLimits(all...)
}

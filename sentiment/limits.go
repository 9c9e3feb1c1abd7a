package sentiment

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

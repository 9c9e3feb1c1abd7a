package probe

// mostPenalty is far above useful penalties and weights, so that a mistaken number
// is refused.
const mostPenalty = 1e12

// foldsOf checks the options of a cross-validation over n rows, and returns the
// number of folds: no more than rows.
func foldsOf(folds, n int, penalties []float64) (int, error) {
	if len(penalties) == 0 {
		return 0, dataError("no penalties")
	}
	for _, p := range penalties {
		if !(p >= 0 && p <= mostPenalty) {
			return 0, dataError("a penalty is %v, want 0 to %v", p, mostPenalty)
		}
	}
	if folds < 2 {
		return 0, dataError("Folds is %d, want 2 or more", folds)
	}
	return max(2, min(folds, n)), nil
}

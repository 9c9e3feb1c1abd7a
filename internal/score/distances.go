package score

import "math"

// distancesGeneric converts products x·y_j to distances
// sqrt(self+sq[j]-2x·y_j), in place. It reports whether some squared distance
// is less than the share recheck of self+sq[j], which means that digits
// cancelled.
func distancesGeneric(products, sq []float32, self float32) (cancelled bool) {
	sq = sq[:len(products)]
	for j, xy := range products {
		size := self + sq[j]
		d2 := size - 2*xy
		if !(d2 >= recheck*size) {
			cancelled = true
		}
		products[j] = float32(math.Sqrt(float64(max(0, d2))))
	}
	return cancelled
}

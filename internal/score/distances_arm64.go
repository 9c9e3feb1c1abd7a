//go:build !purego

package score

import "github.com/seed-56ee9438/cohort/internal/kernel"

func distances(products, sq []float32, self float32) (cancelled bool) {
	n := 0
	if kernel.Active() >= kernel.NEON {
		if n = len(products) &^ 7; n > 0 {
			_ = sq[n-1]
			cancelled = distancesNEON(&products[0], &sq[0], n, self, recheck) != 0
		}
	}
	rest := distancesGeneric(products[n:], sq[n:], self)
	return cancelled || rest
}

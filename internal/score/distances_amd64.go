//go:build amd64 && !purego

package score

import "github.com/seed-56ee9438/cohort/internal/kernel"

// distancesAVX2 is distancesGeneric for n a positive multiple of 8. share is
// recheck.
//
//go:noescape
func distancesAVX2(products, sq *float32, n int, self, share float32) (cancelled uint32)

func distances(products, sq []float32, self float32) (cancelled bool) {
	n := 0
	if kernel.Active() >= kernel.AVX2 {
		if n = len(products) &^ 7; n > 0 {
			_ = sq[n-1]
			cancelled = distancesAVX2(&products[0], &sq[0], n, self, recheck) != 0
		}
	}
	rest := distancesGeneric(products[n:], sq[n:], self)
	return cancelled || rest
}

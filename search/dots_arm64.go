//go:build !purego

package search

import "github.com/seed-56ee9438/cohort/internal/kernel"

// dotsInt8 writes to dst [n] the product of each row [n, len(q)] with q; len(q)
// is a multiple of stepBytes.
func dotsInt8(dst []int32, rows []int8, q []int16) {
	if kernel.Active() < kernel.NEON || len(dst) == 0 {
		dotsInt8Generic(dst, rows, q)
		return
	}
	_ = rows[len(dst)*len(q)-1]
	dotsInt8NEON(&dst[0], &rows[0], &q[0], len(dst), len(q)/stepBytes)
}

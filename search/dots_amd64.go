//go:build amd64 && !purego

package search

import "github.com/seed-56ee9438/cohort/internal/kernel"

// dotsInt8AVX2 is dotsInt8Generic for n rows, at least one, of steps·32 bytes.
//
//go:noescape
func dotsInt8AVX2(dst *int32, rows *int8, q *int16, n, steps int)

// dotsInt8 writes to dst [n] the product of each row [n, len(q)] with q; len(q)
// is a multiple of stepBytes.
func dotsInt8(dst []int32, rows []int8, q []int16) {
	if kernel.Active() < kernel.AVX2 || len(dst) == 0 {
		dotsInt8Generic(dst, rows, q)
		return
	}
	_ = rows[len(dst)*len(q)-1]
	dotsInt8AVX2(&dst[0], &rows[0], &q[0], len(dst), len(q)/stepBytes)
}

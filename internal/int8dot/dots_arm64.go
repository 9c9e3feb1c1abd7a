//go:build !purego

package int8dot

import "github.com/seed-56ee9438/cohort/internal/kernel"

// Dots writes the product of each row [n, q.Len()] with q to dst [n].
func Dots(dst []int32, rows []int8, q Codes) {
	if kernel.Active() < kernel.NEON || len(dst) == 0 {
		dotsGeneric(dst, rows, q)
		return
	}
	_ = rows[len(dst)*len(q.wide)-1]
	dotsNEON(&dst[0], &rows[0], &q.wide[0], len(dst), len(q.wide)/Step)
}

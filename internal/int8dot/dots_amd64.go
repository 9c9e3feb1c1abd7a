//go:build amd64 && !purego

package int8dot

import "github.com/seed-56ee9438/cohort/internal/kernel"

// dotsAVX2 is dotsGeneric for n rows, at least one, of steps·32 bytes.
//
//go:noescape
func dotsAVX2(dst *int32, rows *int8, q *int8, n, steps int)

// Dots writes the product of each row [n, q.Len()] with q to dst [n].
func Dots(dst []int32, rows []int8, q Codes) {
	if kernel.Active() < kernel.AVX2 || len(dst) == 0 {
		dotsGeneric(dst, rows, q)
		return
	}
	_ = rows[len(dst)*len(q.bytes)-1]
	dotsAVX2(&dst[0], &rows[0], &q.bytes[0], len(dst), len(q.bytes)/Step)
}

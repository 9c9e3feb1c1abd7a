//go:build amd64 && !purego

package search

import (
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// lanes is the number of features in a step of measureAVX2.
const lanes = 8

// measureAVX2 is products for n rows, at least one, of steps·8 features.
//
//go:noescape
func measureAVX2(dots, squares, rows, q *float32, n, steps, stride int)

// products writes the products of rows with q [d] and with themselves to dots
// and squares, both [rows.Len], in float32.
func products(dots, squares []float32, rows dense.Rows[float32], q []float32) {
	steps := rows.Dim / lanes
	if kernel.Active() < kernel.AVX2 || steps == 0 || rows.Len == 0 {
		productsByRow(dots, squares, rows, q)
		return
	}
	_, _ = dots[rows.Len-1], squares[rows.Len-1]
	measureAVX2(&dots[0], &squares[0], &rows.Row(0)[0], &q[0], rows.Len, steps, rows.Stride)
	for i := range rows.Len {
		for j, v := range rows.Row(i)[steps*lanes:] {
			dots[i] += v * q[steps*lanes+j]
			squares[i] += v * v
		}
	}
}

//go:build !amd64 || purego

package search

import "github.com/seed-56ee9438/cohort/internal/dense"

// products writes the products of rows with q [d] and with themselves to dots
// and squares, both [rows.Len], in float32.
func products(dots, squares []float32, rows dense.Rows[float32], q []float32) {
	productsByRow(dots, squares, rows, q)
}

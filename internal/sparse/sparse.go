// Package sparse holds square matrices of which few entries are not 0.
package sparse

import "github.com/seed-56ee9438/cohort/internal/knn"

// Matrix is a sparse matrix [n, n], stored by rows.
type Matrix struct {
	Start []int   // [n+1] row i is entries Start[i]:Start[i+1]
	Col   []int32 // ascending within a row
	Value []float32
}

// Row returns the columns and values of row i.
func (m *Matrix) Row(i int) ([]int32, []float32) {
	lo, hi := m.Start[i], m.Start[i+1]
	return m.Col[lo:hi], m.Value[lo:hi]
}

// Transposed returns the transpose of the matrix that has values [n, k] at g's
// neighbours. It uses counting, so the rows are sorted by column.
func Transposed(g *knn.Graph, values []float32) *Matrix {
	n, k := g.Len, g.K
	back := &Matrix{Start: make([]int, n+1), Col: make([]int32, n*k), Value: make([]float32, n*k)}
	for _, j := range g.Index {
		back.Start[j+1]++
	}
	for i := range n {
		back.Start[i+1] += back.Start[i]
	}
	next := append([]int(nil), back.Start[:n]...)
	for i := range n {
		index, _ := g.Row(i)
		for c, j := range index {
			back.Col[next[j]], back.Value[next[j]] = int32(i), values[i*k+c]
			next[j]++
		}
	}
	return back
}

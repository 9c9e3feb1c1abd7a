package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestProducts compares with float64 for all tails and for rows that are part
// of longer ones, whose other features must not count.
func TestProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, d := range []int{1, 7, 8, 9, 31, 32, 33, 40, 63, 384, 391} {
		for _, n := range []int{1, 2, 5, 16} {
			whole := dense.New[float32](n, d+3)
			for i := range whole.Data {
				whole.Data[i] = float32(r.NormFloat64())
			}
			q := make([]float32, d)
			for j := range q {
				q[j] = float32(r.NormFloat64())
			}
			for i := range n {
				for j := d; j < d+3; j++ {
					whole.Row(i)[j] = float32(math.NaN())
				}
			}
			rows := dense.Rows[float32]{Data: whole.Data, Len: n, Dim: d, Stride: d + 3}
			dots, squares := make([]float32, n), make([]float32, n)
			products(dots, squares, rows, q)
			for i := range n {
				x := rows.Row(i)
				dot, xx, qq := kernel.Dot64(x, q), kernel.Dot64(x, x), kernel.Dot64(q, q)
				bound := float64(d+64) * 0x1p-24
				if !(math.Abs(float64(dots[i])-dot) <= bound*math.Sqrt(xx*qq) && math.Abs(float64(squares[i])-xx) <= bound*xx) {
					t.Errorf("row %d of %d x %d: %v and %v, want %v and %v", i, n, d, dots[i], squares[i], dot, xx)
				}
			}
		}
	}
	products(nil, nil, dense.Rows[float32]{Dim: 8, Stride: 8}, make([]float32, 8))
}

func BenchmarkProducts(b *testing.B) {
	for _, n := range []int{16, 50000} {
		rows, q := dense.New[float32](n, 384), make([]float32, 384)
		for i := range rows.Data {
			rows.Data[i] = float32(i % 7)
		}
		dots, squares := make([]float32, n), make([]float32, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(4 * len(rows.Data)))
			for b.Loop() {
				products(dots, squares, rows, q)
			}
		})
	}
}

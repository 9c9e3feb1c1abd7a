// Package smoothing replaces points by means of them and their neighbours.
package smoothing

import (
	"context"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// Smooth multiplies points x [n, d] of length 1 so many times by the convolution
// of the graph g of their neighbours, by Euclidean distance, and scales them to
// length 1 again.
func Smooth(ctx context.Context, g *knn.Graph, x dense.Rows[float32], steps, threads int) (dense.Rows[float32], error) {
	w, y := convolution(g), x
	for range steps {
		var err error
		if y, err = times(ctx, w, y, threads); err != nil {
			return y, err
		}
	}
	for i := range y.Len {
		row := y.Row(i)
		if l := math.Sqrt(kernel.Dot64(row, row)); l > 0 { // zeros, the mean of opposites, stay
			kernel.Scale(row, float32(1/l))
		}
	}
	return y, nil
}

// convolution returns D^(-1/2) (I + (A + Aᵀ)/2) D^(-1/2), where A holds the
// cosines of each point with its neighbours, none below 0, and D the sums of the
// rows of the matrix in the middle.
func convolution(g *knn.Graph) *sparse.Matrix {
	n, k := g.Len, g.K
	half := make([]float32, n*k) // [n, k] A/2
	for e, d := range g.Dist {
		half[e] = max(0, 1-float32(d*d/2)) / 2 // rounded alike where multiplications are fused
	}
	back := sparse.Transposed(g, half)
	w := &sparse.Matrix{Start: make([]int, n+1)}
	degree := make([]float64, n)
	sum := make([]float32, n) // of the current row, 0 where it has no entry
	var cols []int32
	for i := range n {
		cols = append(cols[:0], int32(i))
		sum[i] = 1
		add := func(j int32, v float32) {
			if v > 0 && sum[j] == 0 {
				cols = append(cols, j)
			}
			sum[j] += v
		}
		near, _ := g.Row(i)
		for c, j := range near {
			add(j, half[i*k+c])
		}
		from, value := back.Row(i)
		for c, j := range from {
			add(j, value[c])
		}
		slices.Sort(cols)
		for _, j := range cols {
			degree[i] += float64(sum[j])
			w.Col, w.Value = append(w.Col, j), append(w.Value, sum[j])
			sum[j] = 0
		}
		w.Start[i+1] = len(w.Col)
	}
	for i := range n {
		cols, value := w.Row(i)
		for c, j := range cols {
			value[c] = float32(float64(value[c]) / math.Sqrt(degree[i]*degree[j]))
		}
	}
	return w
}

// pieceRows is the number of rows that one piece of work computes.
const pieceRows = 32

// times returns the product of w [n, n] and x [n, d], [n, d].
func times(ctx context.Context, w *sparse.Matrix, x dense.Rows[float32], threads int) (dense.Rows[float32], error) {
	y := dense.New[float32](x.Len, x.Dim)
	err := parallel.Do(ctx, threads, (x.Len+pieceRows-1)/pieceRows, func(_, b int) {
		for i := b * pieceRows; i < min((b+1)*pieceRows, x.Len); i++ {
			cols, value := w.Row(i)
			for c, j := range cols {
				kernel.Axpy(value[c], x.Row(int(j)), y.Row(i))
			}
		}
	})
	return y, err
}

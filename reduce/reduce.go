package reduce

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// Reducer learns to describe points with fewer features. PCA, RandomProjection,
// UMAP and Smoothing are Reducers.
type Reducer interface {
	// Reduce learns from the rows of x and returns the fitted Projection.
	Reduce(ctx context.Context, x mat.Matrix) (Projection, error)
}

// Projection is a fitted Reducer. It is immutable and safe for concurrent use.
type Projection interface {
	// Transform returns the rows of x [m, d] with fewer features, [m, k].
	Transform(ctx context.Context, x mat.Matrix) (*mat.Dense, error)
	// Dims returns the number of features of the input, d, and of the output, k.
	Dims() (features, components int)
}

// blockRows is the number of rows in one piece of work.
const blockRows = 512

func blocksOf(n int) int { return (n + blockRows - 1) / blockRows }

// view checks points for a method: their number, their number of features
// (want, unless that is 0), and that all values are finite.
func view(ctx context.Context, method string, x mat.Matrix, want, threads int) (*score.Points, error) {
	if x != nil && want > 0 {
		if n, d := x.Dims(); n > 0 && d != want {
			return nil, &ShapeError{Estimator: method, What: "features of the points", Got: d, Want: want}
		}
	}
	p, err := score.View(ctx, x, threads)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return p, nil
}

// copyRow writes row i of p to dst, [d].
func copyRow(dst []float64, p *score.Points, i int) {
	if !p.Single {
		copy(dst, p.F64.Row(i))
		return
	}
	for j, v := range p.F32.Row(i) {
		dst[j] = float64(v)
	}
}

// centeredBlock writes rows [lo, hi) of p minus mean (nil means 0) to dst
// [hi-lo, d].
func centeredBlock(dst dense.Rows[float64], p *score.Points, lo, hi int, mean []float64) {
	for i := lo; i < hi; i++ {
		row := dst.Row(i - lo)
		copyRow(row, p, i)
		for j, v := range mean {
			row[j] -= v
		}
	}
}

// columnMeans returns the mean of each feature, [d], summed in blocks in a
// fixed order.
func columnMeans(ctx context.Context, p *score.Points, threads int) ([]float64, error) {
	n, d := p.Len(), p.Dim()
	// Blocks of at least blockRows rows, but no more than 64 of them, so that
	// the sums of all blocks stay small.
	size := max(blockRows, (n+63)/64)
	sums := dense.New[float64]((n+size-1)/size, d)
	err := parallel.Do(ctx, threads, sums.Len, func(_, b int) {
		sum, row := sums.Row(b), make([]float64, d)
		for i := b * size; i < min((b+1)*size, n); i++ {
			copyRow(row, p, i)
			for j, v := range row {
				sum[j] += v
			}
		}
	})
	if err != nil {
		return nil, err
	}
	mean := make([]float64, d)
	for b := range sums.Len {
		for j, v := range sums.Row(b) {
			mean[j] += v
		}
	}
	for j := range mean {
		mean[j] /= float64(n)
	}
	return mean, nil
}

// multiply returns (X - mean)·Wᵀ, [n, k], for W [k, d]; mean may be nil.
func multiply(ctx context.Context, p *score.Points, mean []float64, w dense.Rows[float64], threads int) (*mat.Dense, error) {
	n, d := p.Len(), p.Dim()
	out := mat.NewDense(n, w.Len, nil)
	raw := out.RawMatrix()
	buffers := make([]dense.Rows[float64], parallel.Threads(threads))
	err := parallel.Do(ctx, threads, blocksOf(n), func(worker, b int) {
		lo, hi := b*blockRows, min((b+1)*blockRows, n)
		if buffers[worker].Data == nil {
			buffers[worker] = dense.New[float64](blockRows, d)
		}
		rows := buffers[worker].Slice(0, hi-lo) // [hi-lo, d] centred
		centeredBlock(rows, p, lo, hi, mean)
		gemm(raw.Data[lo*raw.Stride:], raw.Stride, rows, w)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// eachBlock calls f once with every row of p in float64, in parallel. f must
// not keep row.
func eachBlock(ctx context.Context, p *score.Points, threads int, f func(i int, row []float64)) error {
	return parallel.Do(ctx, threads, blocksOf(p.Len()), func(_, b int) {
		row := make([]float64, p.Dim())
		for i := b * blockRows; i < min((b+1)*blockRows, p.Len()); i++ {
			copyRow(row, p, i)
			f(i, row)
		}
	})
}

// denseRows views a gonum matrix as rows.
func denseRows(m *mat.Dense) dense.Rows[float64] { return dense.Float64(m) }

package reduce

import (
	"context"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/gramschmidt"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/score"
)

// gemm writes A·Bᵀ to dst [A.Len, ldd] for A [m, d] and B [k, d].
func gemm(dst []float64, ldd int, a, b dense.Rows[float64]) {
	kernel.GemmF64(kernel.MatrixF64{Data: dst, Rows: a.Len, Cols: b.Len, Stride: ldd},
		kernel.MatrixF64{Data: a.Data, Rows: a.Len, Cols: a.Dim, Stride: a.Stride},
		kernel.MatrixF64{Data: b.Data, Rows: b.Len, Cols: b.Dim, Stride: b.Stride})
}

// scatterMatrix returns Σ (x-mean)(x-mean)ᵀ, [d, d].
func scatterMatrix(ctx context.Context, p *score.Points, mean []float64, threads int) (*mat.SymDense, error) {
	const (
		panel = 64  // rows of the matrix that one piece of work fills
		strip = 16  // number of points centred and transposed by one piece of work
		depth = 512 // number of points processed at a time
		ld    = depth + 8
		// Rows at a multiple of 4,096 bytes would share the same few sets of the
		// cache, hence the 8 extra elements.
	)
	n, d := p.Len(), p.Dim()
	sum := make([]float64, d*d)                                                                // [d, d], the upper triangle by panels
	turned := dense.Rows[float64]{Data: make([]float64, d*ld), Len: d, Dim: depth, Stride: ld} // [d, depth] centred points, one per column
	workers := parallel.Threads(threads)
	blocks, scratch := make([]dense.Rows[float64], workers), make([][]float64, workers)
	panels := (d + panel - 1) / panel
	for lo := 0; lo < n; lo += depth {
		hi := min(lo+depth, n)
		err := parallel.Do(ctx, threads, (hi-lo+strip-1)/strip, func(worker, b int) {
			if blocks[worker].Data == nil {
				blocks[worker] = dense.New[float64](strip, d)
			}
			from, to := lo+b*strip, min(lo+(b+1)*strip, hi)
			rows := blocks[worker].Slice(0, to-from)
			centeredBlock(rows, p, from, to, mean)
			for j := range d {
				dst := turned.Data[j*ld+from-lo:][:rows.Len]
				for i := range dst {
					dst[i] = rows.Data[i*d+j]
				}
			}
		})
		if err != nil {
			return nil, err
		}
		err = parallel.Do(ctx, threads, panels, func(worker, b int) {
			i0, i1 := b*panel, min((b+1)*panel, d)
			if scratch[worker] == nil {
				scratch[worker] = make([]float64, panel*d)
			}
			products := scratch[worker] // [i1-i0, d-i0]
			w := d - i0
			rows, cols := turned.Slice(i0, i1), turned.Slice(i0, d)
			rows.Dim, cols.Dim = hi-lo, hi-lo
			gemm(products, w, rows, cols)
			for i := i0; i < i1; i++ {
				kernel.AxpyF64(1, products[(i-i0)*w+i-i0:(i-i0+1)*w], sum[i*d+i:(i+1)*d])
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return mat.NewSymDense(d, sum), nil
}

// randomized finds the leading eigenvectors of the scatter matrix by subspace
// iteration from a random start, without forming the matrix. Each pass over the
// points computes V(X-mean)ᵀ(X-mean) and orthonormalizes its rows. The
// eigenvectors come from the small matrix V(X-mean)ᵀ(X-mean)Vᵀ at the end.
func (o PCA) randomized(ctx context.Context, p *score.Points, mean []float64) (*mat.Dense, []float64, float64, error) {
	d := p.Dim()
	o = o.withDefaults()
	l := min(o.Components+o.Oversample, min(p.Len(), d))
	r := rand.New(rand.NewPCG(o.Seed, 0x9ca))
	v := dense.New[float64](l, d) // [l, d]
	for i := range v.Data {
		v.Data[i] = r.NormFloat64()
	}
	orthonormal(v)
	var z dense.Rows[float64] // [l, d] v times the scatter matrix
	var total float64
	var err error
	for i := range o.PowerIterations + 1 {
		if z, total, err = timesScatter(ctx, p, mean, v, o.Threads); err != nil {
			return nil, nil, 0, err
		}
		if i < o.PowerIterations {
			v = z
			orthonormal(v)
		}
	}
	small := make([]float64, l*l) // [l, l]
	gemm(small, l, z, v)
	sym := mat.NewSymDense(l, nil)
	for i := range l {
		for j := i; j < l; j++ {
			sym.SetSym(i, j, (small[i*l+j]+small[j*l+i])/2)
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(sym, true) {
		return nil, nil, 0, fmt.Errorf("PCA: the eigenvalues of the covariance do not converge: %w", ErrNotFinite)
	}
	values := eig.Values(nil) // ascending
	var w mat.Dense           // [l, l] columns
	eig.VectorsTo(&w)
	c := dense.New[float64](o.Components, d)
	out := make([]float64, o.Components)
	for k := range o.Components {
		for i := range l {
			kernel.AxpyF64(w.At(i, l-1-k), v.Row(i), c.Row(k))
		}
		out[k] = values[l-1-k]
	}
	return mat.NewDense(o.Components, d, c.Data), out, total, nil
}

// timesScatter returns V(X-mean)ᵀ(X-mean), [l, d], for V [l, d], and the sum of
// squares of X-mean, in one pass over the points.
func timesScatter(ctx context.Context, p *score.Points, mean []float64, v dense.Rows[float64], threads int) (dense.Rows[float64], float64, error) {
	n, d, l := p.Len(), p.Dim(), v.Len
	// Sums over at most 16 parts of the points, added in order.
	size := max(blockRows, (n+15)/16)
	pieces := (n + size - 1) / size
	sums, squares := make([]dense.Rows[float64], pieces), make([]float64, pieces)
	err := parallel.Do(ctx, threads, pieces, func(_, b int) {
		sum := dense.New[float64](l, d)
		block := dense.New[float64](blockRows, d) // centred points
		y := make([]float64, blockRows*l)         // [blockRows, l] their coordinates
		var square float64
		for lo := b * size; lo < min((b+1)*size, n) && ctx.Err() == nil; lo += blockRows {
			hi := min(lo+blockRows, min((b+1)*size, n))
			rows := block.Slice(0, hi-lo)
			centeredBlock(rows, p, lo, hi, mean)
			gemm(y, l, rows, v)
			for i := range hi - lo {
				row := rows.Row(i)
				square += kernel.DotF64(row, row)
				for j, c := range y[i*l : (i+1)*l] {
					kernel.AxpyF64(c, row, sum.Row(j))
				}
			}
		}
		sums[b], squares[b] = sum, square
	})
	if err != nil {
		return dense.Rows[float64]{}, 0, err
	}
	out, total := sums[0], squares[0]
	for b, s := range sums[1:] {
		kernel.AxpyF64(1, s.Data, out.Data)
		total += squares[b+1]
	}
	return out, total, nil
}

// orthonormal makes the rows of m [l, d], l <= d, orthonormal. A row that depends on
// previous rows is replaced by a coordinate axis that does not.
func orthonormal(m dense.Rows[float64]) {
	axis := 0
	for i := range m.Len {
		row := m.Row(i)
		for !gramschmidt.Orthonormalize(row, m.Slice(0, i)) {
			clear(row)
			row[axis] = 1
			axis++
		}
	}
}

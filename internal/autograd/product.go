package autograd

import (
	"sync"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// columnsAtOnce is the number of columns of a product that are computed as one
// piece, a multiple of the kernels' tiles. The piece's factor is packed by the
// goroutine that multiplies with it, while it is in the cache.
const columnsAtOnce = 96

// packings recycles the memory of packed factors.
var packings = sync.Pool{New: func() any { return new(kernel.Packed) }}

// multiply computes dst = a·wᵀ for a [rows, in] and w [out, in], with the
// epilogue, which must not hold a Norm or an activation.
func multiply(threads int, dst, a, w kernel.Matrix, ep kernel.Epilogue) {
	byColumns(threads, dst, a, w.Rows, ep, func(p *kernel.Packed, from, to int) {
		p.Reset(w.Slice(from, to, 0, w.Cols))
	})
}

// multiplyTransposed computes dst = a·w for a [rows, in] and w [in, out].
func multiplyTransposed(threads int, dst, a, w kernel.Matrix, ep kernel.Epilogue) {
	byColumns(threads, dst, a, w.Cols, ep, func(p *kernel.Packed, from, to int) {
		p.ResetTransposed(w.Slice(0, w.Rows, from, to))
	})
}

func byColumns(threads int, dst, a kernel.Matrix, out int, ep kernel.Epilogue, pack func(p *kernel.Packed, from, to int)) {
	do(threads, (out+columnsAtOnce-1)/columnsAtOnce, func(i int) {
		from := i * columnsAtOnce
		to := min(out, from+columnsAtOnce)
		p := packings.Get().(*kernel.Packed)
		defer packings.Put(p)
		pack(p, from, to)
		part := ep
		if part.Bias != nil {
			part.Bias = part.Bias[from:to]
		}
		kernel.Gemm(dst.Slice(0, dst.Rows, from, to), a, p, part)
	})
}

// transposed returns the transpose of x.
func transposed(threads int, x kernel.Matrix) kernel.Matrix {
	y := kernel.RowMajor(make([]float32, x.Rows*x.Cols), x.Cols, x.Rows)
	const columns = 64
	do(threads, (x.Cols+columns-1)/columns, func(i int) {
		from, to := i*columns, min(x.Cols, (i+1)*columns)
		kernel.Transpose(y.Slice(from, to, 0, x.Rows), x.Slice(0, x.Rows, from, to))
	})
	return y
}

package kernel

import (
	"fmt"
	"math"
)

// DotF64 returns Σ a·b of float64 vectors, summed in lanes in a fixed order.
func DotF64(a, b []float64) float64 {
	checkSame(len(a), len(b))
	n := blocks(opDot64F64, len(a))
	if n == 0 {
		return dotF64Generic(a, b)
	}
	return dot64F64Asm(&a[0], &b[0], n) + dotF64Generic(a[n:], b[n:])
}

func dotF64Generic(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	n := len(a) &^ 3
	for i := 0; i < n; i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s0 += x[0] * y[0]
		s1 += x[1] * y[1]
		s2 += x[2] * y[2]
		s3 += x[3] * y[3]
	}
	for i := n; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s1) + (s2 + s3)
}

// SquaredDistanceF64 returns Σ (a-b)² of float64 vectors.
func SquaredDistanceF64(a, b []float64) float64 {
	checkSame(len(a), len(b))
	n := blocks(opSquaredDistanceF64, len(a))
	if n == 0 {
		return squaredDistanceF64Generic(a, b)
	}
	return squaredDistanceF64Asm(&a[0], &b[0], n) + squaredDistanceF64Generic(a[n:], b[n:])
}

func squaredDistanceF64Generic(a, b []float64) float64 {
	var s0, s1 float64
	n := len(a) &^ 1
	for i := 0; i < n; i += 2 {
		d0, d1 := a[i]-b[i], a[i+1]-b[i+1]
		s0 += d0 * d0
		s1 += d1 * d1
	}
	if n < len(a) {
		d := a[n] - b[n]
		s0 += d * d
	}
	return s0 + s1
}

// L1DistanceF64 returns Σ |a-b| of float64 vectors.
func L1DistanceF64(a, b []float64) float64 {
	checkSame(len(a), len(b))
	n := blocks(opL1DistanceF64, len(a))
	if n == 0 {
		return l1DistanceF64Generic(a, b)
	}
	return l1DistanceF64Asm(&a[0], &b[0], n) + l1DistanceF64Generic(a[n:], b[n:])
}

func l1DistanceF64Generic(a, b []float64) float64 {
	var s float64
	for i, v := range a {
		s += math.Abs(v - b[i])
	}
	return s
}

// AxpyF64 adds alpha·x to y.
func AxpyF64(alpha float64, x, y []float64) {
	checkSame(len(x), len(y))
	n := blocks(opAxpyF64, len(x))
	if n > 0 {
		axpyF64Asm(&y[0], &x[0], n, alpha)
	}
	x, y = x[n:], y[n:]
	for i, v := range x {
		y[i] += alpha * v
	}
}

// GemmF64 computes dst = A·Bᵀ for A [m, k] and B [n, k], dst being [m, n].
// Each element is computed by the same operations whatever surrounds it.
func GemmF64(dst, a, b MatrixF64) {
	m, n, k := a.Rows, b.Rows, a.Cols
	if dst.Rows != m || dst.Cols != n || b.Cols != k {
		panic(fmt.Sprintf("kernel: product of [%d, %d] and [%d, %d] transposed into [%d, %d]", m, k, n, b.Cols, dst.Rows, dst.Cols))
	}
	checkMatrix("dst", dst.Data, m, n, dst.Stride)
	checkMatrix("a", a.Data, m, k, a.Stride)
	checkMatrix("b", b.Data, n, k, b.Stride)
	if m == 0 || n == 0 {
		return
	}
	if k == 0 {
		for i := range m {
			clear(dst.Data[i*dst.Stride:][:n])
		}
		return
	}
	const block = 32 // rows of B that stay in cache while A is processed
	for j0 := 0; j0 < n; j0 += block {
		j1 := min(n, j0+block)
		for i := 0; i < m; i += 2 {
			for j := j0; j < j1; j += 4 {
				dots2x4(dst.Data[i*dst.Stride+j:], dst.Stride, a.Data[i*a.Stride:], a.Stride, b.Data[j*b.Stride:], b.Stride, min(2, m-i), min(4, j1-j), k)
			}
		}
	}
}

// dots2x4 computes up to 2 rows and 4 columns of A·Bᵀ.
func dots2x4(dst []float64, ldd int, a []float64, lda int, b []float64, ldb int, rows, cols, k int) {
	if rows == 2 && cols == 4 {
		var sums [2][4]float64
		n := dots2x4Blocks(&sums, a, lda, b, ldb, k)
		for r := range sums {
			for c := range sums[r] {
				dst[r*ldd+c] = sums[r][c] + dotF64Generic(a[r*lda+n:r*lda+k], b[c*ldb+n:c*ldb+k])
			}
		}
		return
	}
	// The edges use the same kernel, with other rows in place of missing ones,
	// so that an element's bits do not depend on its position.
	for r := range rows {
		for c := range cols {
			var sums [2][4]float64
			n := dots2x4Blocks(&sums, a[r*lda:], 0, b[c*ldb:], 0, k)
			dst[r*ldd+c] = sums[0][0] + dotF64Generic(a[r*lda+n:r*lda+k], b[c*ldb+n:c*ldb+k])
		}
	}
}

// dots2x4Blocks computes the products of two rows of a with four rows of b over
// the whole blocks at their start, and returns the number of elements
// processed.
func dots2x4Blocks(sums *[2][4]float64, a []float64, lda int, b []float64, ldb, k int) int {
	n := blocks(opDots2x4F64, k)
	if n > 0 {
		dots2x4F64Asm(&sums[0][0], &a[0], &b[0], ldb, n, lda)
	}
	return n
}

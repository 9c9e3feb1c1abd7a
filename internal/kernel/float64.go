package kernel

import "math"

// DotF64 returns Σ a·b of float64 vectors, by lanes summed in a fixed order.
func DotF64(a, b []float64) float64 {
	checkSame(len(a), len(b))
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
	var s float64
	for i, v := range a {
		s += math.Abs(v - b[i])
	}
	return s
}

// AxpyF64 adds alpha·x to y.
func AxpyF64(alpha float64, x, y []float64) {
	checkSame(len(x), len(y))
	for i, v := range x {
		y[i] += alpha * v
	}
}

// GemmF64 computes dst = A·Bᵀ for A [m, k] and B [n, k], dst being [m, n].
// Each element is computed by the same operations whatever surrounds it.
func GemmF64(dst []float64, ldd int, a []float64, lda int, b []float64, ldb int, m, n, k int) {
	checkMatrix("dst", dst, m, n, ldd)
	checkMatrix("a", a, m, k, lda)
	checkMatrix("b", b, n, k, ldb)
	if m == 0 || n == 0 {
		return
	}
	const block = 32 // rows of B that stay in cache while A passes
	for j0 := 0; j0 < n; j0 += block {
		j1 := min(n, j0+block)
		for i := range m {
			d := dst[i*ldd:][:n]
			if k == 0 {
				clear(d)
				continue
			}
			ai := a[i*lda:][:k]
			for j := j0; j < j1; j++ {
				d[j] = DotF64(ai, b[j*ldb:][:k])
			}
		}
	}
}

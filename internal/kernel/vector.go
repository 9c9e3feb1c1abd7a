package kernel

import "math"

// The assembly for vectors processes whole blocks of 32 elements from the
// start; the rest is done in Go.
const vectorBlock = 32

// blocks returns how many of n elements an operation's assembly processes at
// the active level, 0 if there is none.
func blocks(op operation, n int) int {
	if !has(op) {
		return 0
	}
	return n &^ (vectorBlock - 1)
}

// Dot returns Σ a·b in float32, summed in lanes in a fixed order.
func Dot(a, b []float32) float32 {
	checkSame(len(a), len(b))
	n := blocks(opDot, len(a))
	if n == 0 {
		return dotGeneric(a, b)
	}
	return dotAsm(&a[0], &b[0], n) + dotGeneric(a[n:], b[n:])
}

func dotGeneric(a, b []float32) float32 {
	var s [4]float32
	n := len(a) &^ 3
	for i := 0; i < n; i += 4 {
		x, y := a[i:i+4:i+4], b[i:i+4:i+4]
		s[0] += x[0] * y[0]
		s[1] += x[1] * y[1]
		s[2] += x[2] * y[2]
		s[3] += x[3] * y[3]
	}
	for i := n; i < len(a); i++ {
		s[0] += a[i] * b[i]
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// Dot64 returns Σ a·b of float32 vectors with exact products summed in float64.
func Dot64(a, b []float32) float64 {
	checkSame(len(a), len(b))
	n := blocks(opDot64, len(a))
	if n == 0 {
		return dot64Generic(a, b)
	}
	return dot64Asm(&a[0], &b[0], n) + dot64Generic(a[n:], b[n:])
}

func dot64Generic(a, b []float32) float64 {
	var s0, s1 float64
	n := len(a) &^ 1
	for i := 0; i < n; i += 2 {
		s0 += float64(a[i]) * float64(b[i])
		s1 += float64(a[i+1]) * float64(b[i+1])
	}
	if n < len(a) {
		s0 += float64(a[n]) * float64(b[n])
	}
	return s0 + s1
}

// SquaredDistance returns Σ (a-b)² of float32 vectors, in float64 throughout.
func SquaredDistance(a, b []float32) float64 {
	checkSame(len(a), len(b))
	n := blocks(opSquaredDistance, len(a))
	if n == 0 {
		return squaredDistanceGeneric(a, b)
	}
	return squaredDistanceAsm(&a[0], &b[0], n) + squaredDistanceGeneric(a[n:], b[n:])
}

func squaredDistanceGeneric(a, b []float32) float64 {
	var s0, s1 float64
	n := len(a) &^ 1
	for i := 0; i < n; i += 2 {
		d0 := float64(a[i]) - float64(b[i])
		d1 := float64(a[i+1]) - float64(b[i+1])
		s0 += d0 * d0
		s1 += d1 * d1
	}
	if n < len(a) {
		d := float64(a[n]) - float64(b[n])
		s0 += d * d
	}
	return s0 + s1
}

// L1Distance returns Σ |a-b| of float32 vectors, in float64 throughout.
func L1Distance(a, b []float32) float64 {
	checkSame(len(a), len(b))
	n := blocks(opL1Distance, len(a))
	if n == 0 {
		return l1DistanceGeneric(a, b)
	}
	return l1DistanceAsm(&a[0], &b[0], n) + l1DistanceGeneric(a[n:], b[n:])
}

func l1DistanceGeneric(a, b []float32) float64 {
	var s0, s1 float64
	n := len(a) &^ 1
	for i := 0; i < n; i += 2 {
		s0 += math.Abs(float64(a[i]) - float64(b[i]))
		s1 += math.Abs(float64(a[i+1]) - float64(b[i+1]))
	}
	if n < len(a) {
		s0 += math.Abs(float64(a[n]) - float64(b[n]))
	}
	return s0 + s1
}

// Axpy adds alpha·x to y.
func Axpy(alpha float32, x, y []float32) {
	checkSame(len(x), len(y))
	n := blocks(opAxpy, len(x))
	if n > 0 {
		axpyAsm(&y[0], &x[0], n, alpha)
	}
	x, y = x[n:], y[n:]
	for i, v := range x {
		y[i] += alpha * v
	}
}

// Add adds x to y.
func Add(y, x []float32) {
	checkSame(len(x), len(y))
	n := blocks(opAdd, len(x))
	if n > 0 {
		addAsm(&y[0], &x[0], n)
	}
	x, y = x[n:], y[n:]
	for i, v := range x {
		y[i] += v
	}
}

// Scale multiplies x by alpha.
func Scale(x []float32, alpha float32) {
	n := blocks(opScale, len(x))
	if n > 0 {
		scaleAsm(&x[0], n, alpha)
	}
	x = x[n:]
	for i := range x {
		x[i] *= alpha
	}
}

// ScaledSum sets dst to (a + b)·scale + shift, with one rounding after the sum
// if the processor supports it. Meanwhile it prefetches the first len(dst)
// elements of next, which the caller will read soon; next may be nil.
func ScaledSum(dst, a, b []float32, scale float32, shift, next []float32) {
	checkSame(len(dst), len(a))
	checkSame(len(dst), len(b))
	checkSame(len(dst), len(shift))
	if next == nil {
		next = a
	}
	checkSame(len(dst), len(next))
	n := blocks(opScaledSum, len(dst))
	if n > 0 {
		scaledSumAsm(&dst[0], &a[0], &b[0], &shift[0], &next[0], n, scale)
	}
	for i := n; i < len(dst); i++ {
		dst[i] = (a[i]+b[i])*scale + shift[i]
	}
}

// AddTo adds a float32 row x to float64 sums.
func AddTo(sum []float64, x []float32) {
	AddScaledTo(sum, 1, x)
}

// AddScaledTo adds alpha times a float32 row x to float64 sums.
func AddScaledTo(sum []float64, alpha float64, x []float32) {
	checkSame(len(sum), len(x))
	n := blocks(opAddScaledTo, len(x))
	if n > 0 {
		addScaledToAsm(&sum[0], &x[0], n, alpha)
	}
	x, sum = x[n:], sum[n:]
	for i, v := range x {
		sum[i] += alpha * float64(v)
	}
}

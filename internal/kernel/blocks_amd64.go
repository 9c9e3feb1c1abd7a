//go:build !purego

package kernel

// Each function in this file works on the whole blocks of 32 elements at the
// start of its vectors, at the active level, and returns how many elements it
// took: 0 where there is no assembly to use.

const vectorBlock = 32

// blocks returns how many of n elements the assembly takes.
func blocks(n int) int {
	if active == Generic {
		return 0
	}
	return n &^ (vectorBlock - 1)
}

func dotBlocks(a, b []float32) (s float32, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return dotAVX512(&a[0], &b[0], n), n
	}
	return dotAVX2(&a[0], &b[0], n), n
}

func dot64Blocks(a, b []float32) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return dot64AVX512(&a[0], &b[0], n), n
	}
	return dot64AVX2(&a[0], &b[0], n), n
}

func squaredDistanceBlocks(a, b []float32) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return squaredDistanceAVX512(&a[0], &b[0], n), n
	}
	return squaredDistanceAVX2(&a[0], &b[0], n), n
}

func l1DistanceBlocks(a, b []float32) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return l1DistanceAVX512(&a[0], &b[0], n), n
	}
	return l1DistanceAVX2(&a[0], &b[0], n), n
}

func dotF64Blocks(a, b []float64) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return dot64F64AVX512(&a[0], &b[0], n), n
	}
	return dot64F64AVX2(&a[0], &b[0], n), n
}

func squaredDistanceF64Blocks(a, b []float64) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return squaredDistanceF64AVX512(&a[0], &b[0], n), n
	}
	return squaredDistanceF64AVX2(&a[0], &b[0], n), n
}

func l1DistanceF64Blocks(a, b []float64) (s float64, n int) {
	if n = blocks(len(a)); n == 0 {
		return 0, 0
	}
	if active == AVX512 {
		return l1DistanceF64AVX512(&a[0], &b[0], n), n
	}
	return l1DistanceF64AVX2(&a[0], &b[0], n), n
}

func axpyBlocks(alpha float32, x, y []float32) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		axpyAVX512(&y[0], &x[0], n, alpha)
	default:
		axpyAVX2(&y[0], &x[0], n, alpha)
	}
	return n
}

func addBlocks(y, x []float32) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		addAVX512(&y[0], &x[0], n)
	default:
		addAVX2(&y[0], &x[0], n)
	}
	return n
}

func scaledSumBlocks(dst, a, b []float32, scale float32, shift, next []float32) int {
	n := blocks(len(dst))
	switch {
	case n == 0:
	case active == AVX512:
		scaledSumAVX512(&dst[0], &a[0], &b[0], &shift[0], &next[0], n, scale)
	default:
		scaledSumAVX2(&dst[0], &a[0], &b[0], &shift[0], &next[0], n, scale)
	}
	return n
}

func scaleBlocks(x []float32, alpha float32) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		scaleAVX512(&x[0], n, alpha)
	default:
		scaleAVX2(&x[0], n, alpha)
	}
	return n
}

func addScaledToBlocks(y []float64, alpha float64, x []float32) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		addScaledToAVX512(&y[0], &x[0], n, alpha)
	default:
		addScaledToAVX2(&y[0], &x[0], n, alpha)
	}
	return n
}

func axpyF64Blocks(alpha float64, x, y []float64) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		axpyF64AVX512(&y[0], &x[0], n, alpha)
	default:
		axpyF64AVX2(&y[0], &x[0], n, alpha)
	}
	return n
}

func addInt8Blocks(y []float32, x []int8, alpha float32) int {
	n := blocks(len(x))
	switch {
	case n == 0:
	case active == AVX512:
		addInt8AVX512(&y[0], &x[0], n, alpha)
	default:
		addInt8AVX2(&y[0], &x[0], n, alpha)
	}
	return n
}

func squaredDistancesBlocks(products, norms []float32, self float32) int {
	n := blocks(len(products))
	switch {
	case n == 0:
	case active == AVX512:
		squaredDistancesAVX512(&products[0], &norms[0], n, self)
	default:
		squaredDistancesAVX2(&products[0], &norms[0], n, self)
	}
	return n
}

func dots2x4Blocks(sums *[2][4]float64, a []float64, lda int, b []float64, ldb, k int) int {
	n := blocks(k)
	switch {
	case n == 0:
	case active == AVX512:
		dots2x4F64AVX512(&sums[0][0], &a[0], &b[0], ldb, n, lda)
	default:
		dots2x4F64AVX2(&sums[0][0], &a[0], &b[0], ldb, n, lda)
	}
	return n
}

// below sets the bits of the elements of x <= limit, 32 to a word. It returns
// false, having done nothing, where there is no assembly to use.
func below(words []uint32, x []float32, limit float32) bool {
	switch active {
	case AVX512:
		belowAVX512(&words[0], &x[0], len(x), limit)
	case AVX2:
		belowAVX2(&words[0], &x[0], len(x), limit)
	default:
		return false
	}
	return true
}

// laneNumbers are the indices that argMin's lanes start with, and its step.
var laneNumbers = [17]int32{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}

func argMin(index []int32, value, second, products []float32, ld, cols int, norms []float32) {
	switch active {
	case AVX512:
		argMinAVX512(&index[0], &value[0], &second[0], &products[0], ld, len(index), cols, &norms[0], &laneNumbers[0])
	case AVX2:
		argMinAVX2(&index[0], &value[0], &second[0], &products[0], ld, len(index), cols, &norms[0], &laneNumbers[0])
	default:
		argMinGeneric(index, value, second, products, ld, cols, norms)
	}
}

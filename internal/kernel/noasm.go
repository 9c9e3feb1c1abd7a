//go:build !amd64 || purego

package kernel

func cpuLevel() Level { return Generic }

func (t *tile) multiply() { t.multiplyGeneric() }

func activate(act Activation, x []float32, ldx, rows, cols int) {
	activateRowsGeneric(act, x, ldx, rows, cols)
}

func softmax(x []float32, ldx, rows, cols int, scale float32) {
	softmaxGeneric(x, ldx, rows, cols, scale)
}

func layerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32, scales []float32, step int) {
	layerNormGeneric(dst, ldd, x, ldx, rows, cols, gamma, beta, eps, scales, step)
}

func attentionBlocks(dst []float32, ldd int, in *AttentionInput, s *Scratch) bool { return false }

func transpose8(panel, w []float32, rows, in, ldw int) int { return 0 }

func strassenTileShape() (rows, cols int) { return 12, strassenColumns }

func strassenFactors(f []float32, plane int, upper, lower, nextUpper, nextLower []float32, half int) {
	strassenFactorsGeneric(f, plane, upper, lower, half)
}

func strassenCombine(f []float32, plane int, b11, b12, b21, b22 []float32, half int) {
	strassenCombineGeneric(f, plane, b11, b12, b21, b22, half)
}

func runStrassen(steps []strassenStep, rows, cols, in int) { runStrassenGeneric(steps, rows, cols, in) }

func (t *int8Tile) multiply() { t.multiplyGeneric() }

func rangeRows(limits []rowRange, x []float32, ldx, cols int) {
	rangeRowsGeneric(limits, x, ldx, cols)
}

func quantizeRows(q []uint8, ldq int, steps []rowStep, x []float32, ldx, cols int) {
	quantizeRowsGeneric(q, ldq, steps, x, ldx, cols)
}

func dotBlocks(a, b []float32) (s float32, n int) { return 0, 0 }

func dot64Blocks(a, b []float32) (s float64, n int) { return 0, 0 }

func squaredDistanceBlocks(a, b []float32) (s float64, n int) { return 0, 0 }

func l1DistanceBlocks(a, b []float32) (s float64, n int) { return 0, 0 }

func dotF64Blocks(a, b []float64) (s float64, n int) { return 0, 0 }

func squaredDistanceF64Blocks(a, b []float64) (s float64, n int) { return 0, 0 }

func l1DistanceF64Blocks(a, b []float64) (s float64, n int) { return 0, 0 }

func axpyBlocks(alpha float32, x, y []float32) int { return 0 }

func addBlocks(y, x []float32) int { return 0 }

func scaledSumBlocks(dst, a, b []float32, scale float32, shift, next []float32) int { return 0 }

func scaleBlocks(x []float32, alpha float32) int { return 0 }

func addScaledToBlocks(y []float64, alpha float64, x []float32) int { return 0 }

func axpyF64Blocks(alpha float64, x, y []float64) int { return 0 }

func addInt8Blocks(y []float32, x []int8, alpha float32) int { return 0 }

func squaredDistancesBlocks(products, norms []float32, self float32) int { return 0 }

func dots2x4Blocks(sums *[2][4]float64, a []float64, lda int, b []float64, ldb, k int) int { return 0 }

func below(words []uint32, x []float32, limit float32) bool { return false }

func argMin(index []int32, value, second, products []float32, ld, cols int, norms []float32) {
	argMinGeneric(index, value, second, products, ld, cols, norms)
}

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

func layerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32) {
	layerNormGeneric(dst, ldd, x, ldx, rows, cols, gamma, beta, eps)
}

func transpose8(panel, w []float32, rows, in, ldw int) int { return 0 }

func (t *int8Tile) multiply() { t.multiplyGeneric() }

func rangeRows(limits []rowRange, x []float32, ldx, cols int) {
	rangeRowsGeneric(limits, x, ldx, cols)
}

func quantizeRows(q []uint8, ldq int, steps []rowStep, x []float32, ldx, cols int) {
	quantizeRowsGeneric(q, ldq, steps, x, ldx, cols)
}

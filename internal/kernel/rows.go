package kernel

// The functions in this file run a kernel at the active level. Their callers
// have checked the shapes and that nothing is empty.

// activationOps are the operations that compute activations.
var activationOps = [...]operation{GELU: opGelu, GELUTanh: opGeluTanh, ReLU: opRelu, SiLU: opSilu, Tanh: opTanh, GELUCoarse: opGeluCoarse}

func activate(act Activation, x []float32, ldx, rows, cols int) {
	if !has(activationOps[act]) {
		activateRowsGeneric(act, x, ldx, rows, cols)
		return
	}
	p := &x[0]
	switch act {
	case GELU:
		geluAsm(p, ldx, rows, cols)
	case GELUCoarse:
		geluCoarseAsm(p, ldx, rows, cols)
	case GELUTanh:
		geluTanhAsm(p, ldx, rows, cols)
	case ReLU:
		reluAsm(p, ldx, rows, cols)
	case SiLU:
		siluAsm(p, ldx, rows, cols)
	case Tanh:
		tanhAsm(p, ldx, rows, cols)
	}
}

func softmax(x []float32, ldx, rows, cols int, scale float32) {
	if !has(opSoftmax) {
		softmaxGeneric(x, ldx, rows, cols, scale)
		return
	}
	softmaxAsm(&x[0], ldx, rows, cols, scale)
}

func layerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32, scales []float32, step int) {
	if !has(opLayerNorm) {
		layerNormGeneric(dst, ldd, x, ldx, rows, cols, gamma, beta, eps, scales, step)
		return
	}
	layerNormAsm(&dst[0], ldd, &x[0], ldx, rows, cols, &gamma[0], &beta[0], eps, &scales[0], step)
}

// transpose8 transposes the first 8 of rows rows of w [rows, in] into a panel
// and returns how many it took: 8 or 0.
func transpose8(panel, w []float32, rows, in, ldw int) int {
	if !has(opTranspose8) || rows < 8 || in < 8 {
		return 0
	}
	transpose8Asm(&panel[0], &w[0], ldw, 8, in/8)
	for r := range 8 {
		for i := in &^ 7; i < in; i++ {
			panel[i*panelWidth+r] = w[r*ldw+i]
		}
	}
	return 8
}

//go:build !purego

package kernel

// The functions in this file run a kernel at the active level. Their callers
// have checked the shapes and that nothing is empty.

func activate(act Activation, x []float32, ldx, rows, cols int) {
	p := &x[0]
	switch active {
	case AVX512:
		switch act {
		case GELU:
			geluAVX512(p, ldx, rows, cols)
		case GELUCoarse:
			geluCoarseAVX512(p, ldx, rows, cols)
		case GELUTanh:
			geluTanhAVX512(p, ldx, rows, cols)
		case ReLU:
			reluAVX512(p, ldx, rows, cols)
		case SiLU:
			siluAVX512(p, ldx, rows, cols)
		case Tanh:
			tanhAVX512(p, ldx, rows, cols)
		}
	case AVX2:
		switch act {
		case GELU:
			geluAVX2(p, ldx, rows, cols)
		case GELUCoarse:
			geluCoarseAVX2(p, ldx, rows, cols)
		case GELUTanh:
			geluTanhAVX2(p, ldx, rows, cols)
		case ReLU:
			reluAVX2(p, ldx, rows, cols)
		case SiLU:
			siluAVX2(p, ldx, rows, cols)
		case Tanh:
			tanhAVX2(p, ldx, rows, cols)
		}
	default:
		activateRowsGeneric(act, x, ldx, rows, cols)
	}
}

func softmax(x []float32, ldx, rows, cols int, scale float32) {
	switch active {
	case AVX512:
		softmaxAVX512(&x[0], ldx, rows, cols, scale)
	case AVX2:
		softmaxAVX2(&x[0], ldx, rows, cols, scale)
	default:
		softmaxGeneric(x, ldx, rows, cols, scale)
	}
}

func layerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32, scales []float32, step int) {
	switch active {
	case AVX512:
		layerNormAVX512(&dst[0], ldd, &x[0], ldx, rows, cols, &gamma[0], &beta[0], eps, &scales[0], step)
	case AVX2:
		layerNormAVX2(&dst[0], ldd, &x[0], ldx, rows, cols, &gamma[0], &beta[0], eps, &scales[0], step)
	default:
		layerNormGeneric(dst, ldd, x, ldx, rows, cols, gamma, beta, eps, scales, step)
	}
}

// transpose8 transposes the first 8 of rows rows of w [rows, in] into a panel
// and returns how many it took: 8 or 0.
func transpose8(panel, w []float32, rows, in, ldw int) int {
	if active == Generic || rows < 8 || in < 8 {
		return 0
	}
	transpose8AVX2(&panel[0], &w[0], ldw, 8, in/8)
	for r := range 8 {
		for i := in &^ 7; i < in; i++ {
			panel[i*panelWidth+r] = w[r*ldw+i]
		}
	}
	return 8
}

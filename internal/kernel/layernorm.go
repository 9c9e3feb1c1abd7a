package kernel

import "math"

// LayerNorm normalises each row of x [rows, cols] to mean 0 and variance 1,
// then scales by gamma and shifts by beta, both [cols]:
//
//	dst = (x - mean) / sqrt(variance + eps) · gamma + beta
//
// (Ba, Kiros and Hinton 2016.) The variance is the biased one, from a second
// pass over the differences to the mean. dst may be x.
func LayerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32) {
	var unused [1]float32
	checkLayerNorm(dst, ldd, x, ldx, rows, cols, gamma, beta)
	if rows > 0 && cols > 0 {
		layerNorm(dst, ldd, x, ldx, rows, cols, gamma, beta, eps, unused[:], 0)
	}
}

// LayerNormScales is [LayerNorm] that also writes what each row's differences
// to its mean were multiplied by, 1/sqrt(variance + eps), to scales [rows].
func LayerNormScales(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32, scales []float32) {
	checkLayerNorm(dst, ldd, x, ldx, rows, cols, gamma, beta)
	checkLen("scales", scales, rows)
	if rows > 0 && cols > 0 {
		layerNorm(dst, ldd, x, ldx, rows, cols, gamma, beta, eps, scales, 1)
	}
}

func checkLayerNorm(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32) {
	checkMatrix("dst", dst, rows, cols, ldd)
	checkMatrix("x", x, rows, cols, ldx)
	checkLen("gamma", gamma, cols)
	checkLen("beta", beta, cols)
}

// layerNormGeneric writes the scale of row i to scales[i·step].
func layerNormGeneric(dst []float32, ldd int, x []float32, ldx int, rows, cols int, gamma, beta []float32, eps float32, scales []float32, step int) {
	gamma, beta = gamma[:cols], beta[:cols]
	for i := range rows {
		xi, di := x[i*ldx:][:cols], dst[i*ldd:][:cols]
		var sum float64
		for _, v := range xi {
			sum += float64(v)
		}
		mean := sum / float64(cols)
		var sq float64
		for _, v := range xi {
			d := float64(v) - mean
			sq += d * d
		}
		inv := 1 / math.Sqrt(sq/float64(cols)+float64(eps))
		scales[i*step] = float32(inv)
		for j, v := range xi {
			di[j] = float32((float64(v)-mean)*inv)*gamma[j] + beta[j]
		}
	}
}

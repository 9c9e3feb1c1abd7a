package kernel

import "math"

// Norm holds the parameters of a LayerNorm over rows of a matrix.
type Norm struct {
	Gamma, Beta []float32 // [features]
	Eps         float32   // added to the variance
}

// check panics unless n has that many features.
func (n *Norm) check(features int) {
	checkLen("gamma", n.Gamma, features)
	checkLen("beta", n.Beta, features)
}

// apply normalises x in place, or does nothing if n is nil.
func (n *Norm) apply(x Matrix) {
	if n != nil {
		LayerNorm(x, x, n)
	}
}

// LayerNorm normalises each row of x to mean 0 and variance 1, then scales by
// gamma and shifts by beta:
//
//	dst = (x - mean) / sqrt(variance + eps) · gamma + beta
//
// (Ba, Kiros and Hinton 2016). The variance is the biased one, from a second
// pass over the differences from the mean. dst may be x.
func LayerNorm(dst, x Matrix, n *Norm) {
	var unused [1]float32
	layerNorm(dst, x, n, unused[:], 0)
}

// LayerNormScales is [LayerNorm] that also writes the factor applied to each
// row's differences from its mean, 1/sqrt(variance + eps), to scales [rows].
func LayerNormScales(dst, x Matrix, n *Norm, scales []float32) {
	checkLen("scales", scales, x.Rows)
	layerNorm(dst, x, n, scales, 1)
}

// layerNorm writes the scale of row i to scales[i·step].
func layerNorm(dst, x Matrix, n *Norm, scales []float32, step int) {
	x.check("x", x.Rows, x.Cols)
	dst.check("dst", x.Rows, x.Cols)
	n.check(x.Cols)
	if x.Rows == 0 || x.Cols == 0 {
		return
	}
	if !has(opLayerNorm) {
		layerNormGeneric(dst, x, n, scales, step)
		return
	}
	layerNormAsm(&dst.Data[0], dst.Stride, &x.Data[0], x.Stride, x.Rows, x.Cols, &n.Gamma[0], &n.Beta[0], n.Eps, &scales[0], step)
}

func layerNormGeneric(dst, x Matrix, n *Norm, scales []float32, step int) {
	gamma, beta := n.Gamma[:x.Cols], n.Beta[:x.Cols]
	for i := range x.Rows {
		xi, di := x.Row(i), dst.Row(i)
		var sum float64
		for _, v := range xi {
			sum += float64(v)
		}
		mean := sum / float64(x.Cols)
		var sq float64
		for _, v := range xi {
			d := float64(v) - mean
			sq += d * d
		}
		inv := 1 / math.Sqrt(sq/float64(x.Cols)+float64(n.Eps))
		scales[i*step] = float32(inv)
		for j, v := range xi {
			di[j] = float32((float64(v)-mean)*inv)*gamma[j] + beta[j]
		}
	}
}

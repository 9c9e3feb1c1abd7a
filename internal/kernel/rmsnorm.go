package kernel

import "math"

// RMSNorm scales each row of x to a mean square of 1, and then by gamma [cols]:
//
//	dst = x / sqrt(mean(x²) + eps) · gamma
//
// (Zhang and Sennrich 2019, arXiv:1910.07467). dst may be x.
func RMSNorm(dst, x Matrix, gamma []float32, eps float32) {
	x.check("x", x.Rows, x.Cols)
	dst.check("dst", x.Rows, x.Cols)
	checkLen("gamma", gamma, x.Cols)
	if x.Cols == 0 {
		return
	}
	gamma = gamma[:x.Cols]
	for i := range x.Rows {
		row, out := x.Row(i)[:len(gamma)], dst.Row(i)[:len(gamma)]
		scale := float32(1 / math.Sqrt(Dot64(row, row)/float64(len(row))+float64(eps)))
		copy(out, row)
		Scale(out, scale)
		Multiply(out, gamma)
	}
}

// Multiply multiplies y by x, element by element.
func Multiply(y, x []float32) {
	x = x[:len(y)]
	n := blocks(opMultiply, len(y))
	if n > 0 {
		multiplyAsm(&y[0], &x[0], n)
	}
	x, y = x[n:], y[n:]
	for i, v := range x {
		y[i] *= v
	}
}

// Turn rotates the pairs (x, y) of elements by angles given as cosines and sines:
// x becomes x·cos - y·sin, and y becomes y·cos + x·sin.
func Turn(x, y, cos, sin []float32) {
	y, cos, sin = y[:len(x)], cos[:len(x)], sin[:len(x)]
	n := blocks(opTurn, len(x))
	if n > 0 {
		turnAsm(&x[0], &y[0], &cos[0], &sin[0], n)
	}
	for i := n; i < len(x); i++ {
		a, b := x[i], y[i]
		x[i], y[i] = a*cos[i]-b*sin[i], b*cos[i]+a*sin[i]
	}
}

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
		for j, g := range gamma {
			out[j] = row[j] * scale * g
		}
	}
}

// Multiply multiplies y by x, element by element.
func Multiply(y, x []float32) {
	x = x[:len(y)]
	for i, v := range x {
		y[i] *= v
	}
}

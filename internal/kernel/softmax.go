package kernel

import "math"

// Softmax replaces x by exp(scale·x) / Σ exp(scale·x), computed from the
// differences from the maximum so that nothing overflows. An empty x stays
// empty; if an element is NaN or the maximum is +Inf, every element becomes
// NaN.
func Softmax(x []float32, scale float32) {
	softmaxRows(RowMajor(x, 1, len(x)), scale)
}

// softmaxRows applies Softmax to each row of x.
func softmaxRows(x Matrix, scale float32) {
	if x.Rows == 0 || x.Cols == 0 {
		return
	}
	if has(opSoftmax) {
		softmaxAsm(&x.Data[0], x.Stride, x.Rows, x.Cols, scale)
		return
	}
	for i := range x.Rows {
		row := x.Row(i)
		Scale(row, 1/expRow(row, scale))
	}
}

// expRow replaces x by exp(scale·x - max(scale·x)) and returns the sum.
func expRow(x []float32, scale float32) float32 {
	peak := float32(math.Inf(-1))
	for i, v := range x {
		v *= scale
		x[i] = v
		peak = max(peak, v)
	}
	var sum float64
	for i, v := range x {
		e := float32(math.Exp(float64(v - peak)))
		x[i] = e
		sum += float64(e)
	}
	return float32(sum)
}

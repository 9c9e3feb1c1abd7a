package kernel

import (
	"math"
	"testing"
)

// TestSoftmaxColumns checks the exponentials of base 2 over the whole range in
// which they are not 0, and that a maximum has the exponential 1.
func TestSoftmaxColumns(t *testing.T) {
	const cols, rows = 16, 20001
	eachLevel(t, func(t *testing.T) {
		if !has(opSoftmaxColumns) {
			t.Skip("the generic kernel takes rows")
		}
		const peak = 3.25 // of every column, in its first row
		x := make([]float32, rows*cols)
		for i := range x {
			x[i] = peak - float32(i/cols*cols+i%cols*7)*160/(rows*cols)
		}
		for c := range cols {
			x[c] = peak
		}
		want := append([]float32(nil), x...)
		inv, peaks := make([]float32, cols), make([]float32, cols)
		for c := range peaks {
			peaks[c] = peak
		}
		softmaxColumnsAsm(&x[0], cols, rows, cols, &peaks[0], &inv[0])
		worst := 0.0
		for i, v := range want {
			e := math.Exp2(float64(v) - peak)
			off := math.Abs(float64(x[i])-e) / max(e, 0x1p-126) // below, digits run out
			worst = max(worst, off)
			if !(off < 2e-7) {
				t.Fatalf("2^(%v - %v) is %v, want %v", v, peak, x[i], e)
			}
		}
		t.Logf("largest relative error %.2g", worst)
		for c := range cols {
			sum := 0.0
			for r := range rows {
				sum += float64(x[r*cols+c])
			}
			if x[c] != 1 || !(math.Abs(float64(inv[c])*sum-1) < 1e-5) {
				t.Errorf("column %d: the maximum's exponential is %v, 1/Σ %v, want 1 and %v", c, x[c], inv[c], 1/sum)
			}
		}
	})
}

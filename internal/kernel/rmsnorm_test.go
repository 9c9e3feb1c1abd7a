package kernel

import (
	"math"
	"testing"
)

func TestRMSNorm(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, cols := range []int{1, 3, 8, 33, 384} {
			const rows, stride = 3, 400
			x, gamma := make([]float32, rows*stride), make([]float32, cols)
			for i := range x {
				x[i] = float32(math.Sin(float64(i*i))) * 3
			}
			for i := range gamma {
				gamma[i] = 1 + float32(i%7)/5
			}
			m := Matrix{Data: x, Rows: rows, Cols: cols, Stride: stride}
			dst := RowMajor(make([]float32, rows*cols), rows, cols)
			RMSNorm(dst, m, gamma, 1e-6)
			for i := range rows {
				square := 0.0
				for _, v := range m.Row(i)[:cols] {
					square += float64(v) * float64(v)
				}
				scale := 1 / math.Sqrt(square/float64(cols)+1e-6)
				for j, v := range m.Row(i)[:cols] {
					if want := float64(v) * scale * float64(gamma[j]); math.Abs(float64(dst.Row(i)[j])-want) > 1e-6*math.Abs(want)+1e-7 {
						t.Fatalf("%d columns: [%d, %d] is %g, want %g", cols, i, j, dst.Row(i)[j], want)
					}
				}
			}
			RMSNorm(m, m, gamma, 1e-6) // in place
			for i := range rows {
				for j := range cols {
					if m.Row(i)[j] != dst.Row(i)[j] {
						t.Fatalf("%d columns: in place [%d, %d] differs", cols, i, j)
					}
				}
			}
		}
	})
}

func TestMultiply(t *testing.T) {
	y, x := []float32{1, 2, 3}, []float32{2, -1, 0.5, 9}
	Multiply(y, x)
	if y[0] != 2 || y[1] != -2 || y[2] != 1.5 {
		t.Errorf("%v", y)
	}
}

package kernel

import (
	"math"
	"strconv"
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

func TestTurn(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			r := newRand(uint64(n))
			// From addresses that are not aligned.
			a, b, cos, sin := normals(r, n+1)[1:], normals(r, n+3)[3:], normals(r, n+1)[1:], normals(r, n+2)[2:]
			x, y := newGuarded[float32](n, 1), newGuarded[float32](n, 2)
			copy(x.data(), a)
			copy(y.data(), b)
			Turn(x.data(), y.data(), cos, sin)
			for i := range n {
				first := float64(a[i])*float64(cos[i]) - float64(b[i])*float64(sin[i])
				second := float64(b[i])*float64(cos[i]) + float64(a[i])*float64(sin[i])
				size := 3e-7 * (math.Abs(float64(a[i])) + math.Abs(float64(b[i]))) * (math.Abs(float64(cos[i])) + math.Abs(float64(sin[i])))
				if !near(x.data()[i], first, size) || !near(y.data()[i], second, size) {
					t.Errorf("%d elements: pair %d is %v, %v, want %v, %v", n, i, x.data()[i], y.data()[i], first, second)
				}
			}
			x.check(t, func(int) bool { return false })
			y.check(t, func(int) bool { return false })
		}
	})
}

func BenchmarkTurn(b *testing.B) {
	x, y, cos, sin := make([]float32, 64), make([]float32, 64), make([]float32, 64), make([]float32, 64)
	for b.Loop() {
		Turn(x, y, cos, sin)
	}
}

func BenchmarkRMSNorm(b *testing.B) {
	for _, cols := range []int{128, 1024} {
		b.Run(strconv.Itoa(cols), func(b *testing.B) {
			x, gamma := RowMajor(make([]float32, 16*cols), 16, cols), make([]float32, cols)
			for b.Loop() {
				RMSNorm(x, x, gamma, 1e-6)
			}
		})
	}
}

func BenchmarkMultiply(b *testing.B) {
	x, y := make([]float32, 3072), make([]float32, 3072)
	for b.Loop() {
		Multiply(y, x)
	}
}

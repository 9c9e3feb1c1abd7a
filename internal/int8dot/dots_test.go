package int8dot

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

func TestDots(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, steps := range []int{1, 2, 3, 12, 2048} {
		for _, n := range []int{1, 2, 4, 5, 8, 11} {
			rows, bytes := make([]int8, n*steps*Step), make([]int8, steps*Step)
			for i := range rows {
				rows[i] = int8(r.IntN(256) - 128) // a file may hold -128
			}
			for i := range bytes {
				bytes[i] = int8(r.IntN(255) - 127)
			}
			if n == 2 { // the largest sums
				for i := range rows {
					rows[i] = -128
				}
				for i := range bytes {
					bytes[i] = int8(127 - 254*(i%steps%2))
				}
			}
			q := newCodes(bytes)
			got, want := make([]int32, n), make([]int32, n)
			Dots(got, rows, q)
			dotsGeneric(want, rows, q)
			if !slices.Equal(got, want) {
				t.Errorf("%d rows of %d steps: %v, want %v", n, steps, got, want)
			}
		}
	}
	Dots(nil, nil, newCodes(make([]int8, Step)))
}

// quantizeSlow is Quantize by the functions of package math.
func quantizeSlow(dst []int8, x []float32) (scale, away float32) {
	peak := 0.0
	for _, v := range x {
		peak = max(peak, math.Abs(float64(v)))
	}
	scale = float32(peak) / 127
	sum := 0.0
	for j, v := range x {
		dst[j] = int8(max(-127, min(127, math.RoundToEven(float64(v)*(1/float64(scale))))))
		e := float64(v) - float64(dst[j])*float64(scale)
		sum += e * e
	}
	return scale, float32(math.Sqrt(sum) * (1 + 1e-6))
}

func TestQuantize(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 3000 {
		x := make([]float32, 1+r.IntN(70))
		size := math.Exp(r.NormFloat64() * 12)
		for j := range x {
			x[j] = float32(size * r.NormFloat64())
			if i%3 == 0 { // multiples of half a step, which round to even ones
				x[j] = float32(r.IntN(255)-127) / 2
			}
		}
		if i%3 == 0 {
			x[0] = -127
		}
		got, want := make([]int8, Stride(len(x))), make([]int8, Stride(len(x)))
		for j := range got {
			got[j] = 99 // padding is cleared
		}
		scale, away := Quantize(got, x)
		scale2, away2 := quantizeSlow(want, x)
		if scale != scale2 || away != away2 || !slices.Equal(got, want) {
			t.Fatalf("%v: %v x %v, %v away; want %v x %v, %v away", x, got, scale, away, want, scale2, away2)
		}
	}
	for _, tiny := range []float32{0, 1e-45, 1e-38} {
		got := []int8{1, 2}
		if scale, away := Quantize(got, []float32{tiny, -tiny}); scale != 0 && tiny < 1e-38 || away < tiny {
			t.Errorf("%v: %v x %v, %v away", tiny, got, scale, away)
		}
	}
}

func BenchmarkQuantize(b *testing.B) {
	x := make([]float32, 384)
	for j := range x {
		x[j] = float32(j%17) - 8.3
	}
	for dst := make([]int8, len(x)); b.Loop(); {
		Quantize(dst, x)
	}
}

func BenchmarkDots(b *testing.B) {
	for _, n := range []int{2048, 1 << 20} {
		const steps = 12 // 384 features
		rows, q, dst := kernel.NewMemory(n*steps*Step).Bytes(n*steps*Step), newCodes(make([]int8, steps*Step)), make([]int32, 2048)
		for i := range rows {
			rows[i] = int8(i%255 - 127)
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(len(rows)))
			for b.Loop() {
				for lo := 0; lo < n; lo += len(dst) {
					Dots(dst, rows[lo*steps*Step:(lo+len(dst))*steps*Step], q)
				}
			}
		})
	}
}

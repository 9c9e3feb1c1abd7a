package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

func TestSoftmax(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand(1)
		for n := range 80 {
			for _, scale := range []float32{1, 0.17677669, -2, 40} {
				for rows := 1; rows < 4; rows++ {
					ld := n + 2
					g := newGuarded[float32](rows*ld, 5)
					x := g.data()
					want := make([]float64, rows*ld)
					for i := range rows {
						row := x[i*ld:][:n]
						copy(row, normals(r, n))
						peak, sum := math.Inf(-1), 0.0
						for _, v := range row {
							peak = max(peak, float64(v)*float64(scale))
						}
						for j, v := range row {
							want[i*ld+j] = math.Exp(float64(v)*float64(scale) - peak)
							sum += want[i*ld+j]
						}
						for j := range row {
							want[i*ld+j] /= sum
						}
					}
					softmaxRows(Matrix{x, rows, n, ld}, scale)
					for i := range x {
						// rounding scale·x costs relative error in proportion to the exponent
						if !padding(n, ld)(i) && !near(x[i], want[i], (4e-7+1.2e-7*math.Abs(float64(scale))*4)*want[i]+0x1p-147) {
							t.Fatalf("n=%d scale=%v: element %d is %v, want %v", n, scale, i, x[i], want[i])
						}
					}
					g.check(t, padding(n, ld))
				}
			}
		}
	})
}

func TestSoftmaxSpecial(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachLevel(t, func(t *testing.T) {
		Softmax(nil, 1)
		for n := 2; n < 40; n++ {
			for i := range n {
				x := make([]float32, n)
				x[i] = -inf // masked out
				Softmax(x, 1)
				for j, v := range x {
					want := 1 / float64(n-1)
					if j == i {
						want = 0
					}
					if !near(v, want, 1e-7*want) {
						t.Fatalf("n=%d, -Inf at %d: element %d is %v, want %v", n, i, j, v, want)
					}
				}
				x = make([]float32, n)
				x[i] = 1e30 // takes all
				Softmax(x, 1)
				for j, v := range x {
					if want := float32(0); (j == i && v != 1) || (j != i && v != want) {
						t.Fatalf("n=%d, 1e30 at %d: element %d is %v", n, i, j, v)
					}
				}
				for _, bad := range []float32{nan, inf} {
					x = make([]float32, n)
					x[i] = bad
					Softmax(x, 1)
					for j, v := range x {
						if v == v {
							t.Fatalf("n=%d, %v at %d: element %d is %v, want NaN", n, bad, i, j, v)
						}
					}
				}
			}
		}
	})
}

// TestExp measures the exponential inside Softmax: with a first element of 0
// as the maximum, the ratio of element to first is exp(x).
func TestExp(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		worst := 0.0
		for bits := math.Float32bits(0x1p-30); bits < math.Float32bits(120); bits += uint32(testdir.Sized(1<<11, 1<<15)) {
			v := -math.Float32frombits(bits)
			x := make([]float32, 17)
			x[16] = v
			Softmax(x, 1)
			want := math.Exp(float64(v))
			got := float64(x[16]) / float64(x[0])
			d := math.Abs(got-want) - 0x1p-144 // a few subnormals are free
			if d > 3e-7*want {
				t.Fatalf("exp(%v) = %v, want %v", v, got, want)
			}
			worst = max(worst, d/want)
		}
		t.Logf("worst relative error of exp, including two divisions: %.3g", worst)
	})
}

func TestLayerNorm(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand(2)
		for _, shift := range []float64{0, 3} {
			for n := range 80 {
				for rows := 0; rows < 4; rows++ {
					ldx, ldd := n+1, n+4
					x := normals(r, rows*ldx)
					for i := range x {
						x[i] += float32(shift)
					}
					gamma, beta := normals(r, n), normals(r, n)
					const eps = 1e-12
					g := newGuarded[float32](rows*ldd, 9)
					scales := newGuarded[float32](rows, 9)
					LayerNormScales(Matrix{g.data(), rows, n, ldd}, Matrix{x, rows, n, ldx}, &Norm{gamma, beta, eps}, scales.data())
					scales.check(t, func(int) bool { return false })
					alone := make([]float32, rows*ldd)
					LayerNorm(Matrix{alone, rows, n, ldd}, Matrix{x, rows, n, ldx}, &Norm{gamma, beta, eps})
					for i := range rows {
						mean, sq := 0.0, 0.0
						for _, v := range x[i*ldx:][:n] {
							mean += float64(v) / float64(n)
						}
						for _, v := range x[i*ldx:][:n] {
							sq += (float64(v) - mean) * (float64(v) - mean) / float64(n)
						}
						if want := 1 / math.Sqrt(sq+eps); n > 1 && !near(scales.data()[i], want, want*1e-6*(1+(shift+3)*want)) {
							t.Fatalf("n=%d row %d: scale %v, want %v", n, i, scales.data()[i], want)
						}
						if !slices.Equal(alone[i*ldd:][:n], g.data()[i*ldd:][:n]) {
							t.Fatalf("n=%d row %d: LayerNorm and LayerNormScales differ", n, i)
						}
						for j, v := range x[i*ldx:][:n] {
							want := (float64(v)-mean)/math.Sqrt(sq+eps)*float64(gamma[j]) + float64(beta[j])
							// with few columns the variance may be tiny beside the mean
							tol := 1e-6 * (1 + math.Abs(want)) * (1 + (shift+3)/math.Sqrt(sq+eps)/4)
							if n == 1 {
								tol = 1e-6
							}
							if !near(g.data()[i*ldd+j], want, tol) {
								t.Fatalf("n=%d row %d: element %d is %v, want %v", n, i, j, g.data()[i*ldd+j], want)
							}
						}
					}
					g.check(t, padding(n, ldd))
				}
			}
		}
	})
}

// TestLayerNormAccuracy holds rows of a model's width to a few units in the last place.
func TestLayerNormAccuracy(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand(3)
		const n = 384
		gamma, beta := make([]float32, n), make([]float32, n)
		for i := range gamma {
			gamma[i] = 1
		}
		worst := 0.0
		for range 200 {
			x := normals(r, n)
			x[7] = 30 // an outlier channel, as trained models have
			y := make([]float32, n)
			LayerNorm(Matrix{y, 1, n, n}, Matrix{x, 1, n, n}, &Norm{gamma, beta, 1e-12})
			mean, sq := 0.0, 0.0
			for _, v := range x {
				mean += float64(v) / n
			}
			for _, v := range x {
				sq += (float64(v) - mean) * (float64(v) - mean) / n
			}
			for j, v := range x {
				worst = max(worst, math.Abs(float64(y[j])-(float64(v)-mean)/math.Sqrt(sq+1e-12))/max(1, math.Abs(float64(y[j]))))
			}
		}
		t.Logf("worst error: %.3g", worst)
		if worst > 3e-7 {
			t.Errorf("worst error %.3g", worst)
		}
	})
}

func TestLayerNormSpecial(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range []int{1, 5, 16, 17, 40} {
			gamma, beta := make([]float32, n), make([]float32, n)
			for i := range gamma {
				gamma[i], beta[i] = 2, 3
			}
			x := make([]float32, 3*n)
			for i := range x {
				x[i] = 5 // constant rows become beta
			}
			x[n] = float32(math.NaN())
			LayerNorm(Matrix{x, 3, n, n}, Matrix{x, 3, n, n}, &Norm{gamma, beta, 1e-5})
			for i, v := range x {
				if bad := i/n == 1; bad != (v != v) || (!bad && v != 3) {
					t.Fatalf("n=%d: element %d is %v", n, i, v)
				}
			}
		}
	})
}

func BenchmarkRows(b *testing.B) {
	for _, l := range Supported() {
		b.Run(fmt.Sprintf("%v/softmax128", l), func(b *testing.B) {
			defer Force(l)()
			x := normals(newRand(1), 48*128)
			y := make([]float32, len(x))
			for b.Loop() {
				copy(y, x)
				softmaxRows(Matrix{y, 48, 128, 128}, 0.17)
			}
			b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelements/s")
		})
		b.Run(fmt.Sprintf("%v/layernorm384", l), func(b *testing.B) {
			defer Force(l)()
			x := normals(newRand(1), 48*384)
			y := make([]float32, len(x))
			for b.Loop() {
				LayerNorm(Matrix{y, 48, 384, 384}, Matrix{x, 48, 384, 384}, &Norm{x[:384], x[384:], 1e-12})
			}
			b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gelements/s")
		})
	}
}

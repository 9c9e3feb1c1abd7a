package kernel

import (
	"fmt"
	"math"
	"testing"
)

// lengths reach past one block of 32, past several, and to 0 and 1.
var lengths = []int{0, 1, 2, 3, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 95, 96, 127, 128, 129, 384, 391}

func widen(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func TestSums(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			r := newRand(uint64(n))
			// one element in: nothing is aligned
			a, b := normals(r, n+1)[1:], normals(r, n+1)[1:]
			a64, b64 := widen(a), widen(b)
			var dot, mag, sq, l1 float64
			for i := range a64 {
				dot += a64[i] * b64[i]
				mag += math.Abs(a64[i] * b64[i])
				sq += (a64[i] - b64[i]) * (a64[i] - b64[i])
				l1 += math.Abs(a64[i] - b64[i])
			}
			for _, c := range []struct {
				name           string
				got, want, tol float64
			}{
				{"Dot", float64(Dot(a, b)), dot, float64(n) * 0x1p-24 * mag},
				{"Dot64", Dot64(a, b), dot, 1e-14 * mag},
				{"SquaredDistance", SquaredDistance(a, b), sq, 1e-14 * sq},
				{"L1Distance", L1Distance(a, b), l1, 1e-14 * l1},
				{"DotF64", DotF64(a64, b64), dot, 1e-14 * mag},
				{"SquaredDistanceF64", SquaredDistanceF64(a64, b64), sq, 1e-14 * sq},
				{"L1DistanceF64", L1DistanceF64(a64, b64), l1, 1e-14 * l1},
			} {
				if !(math.Abs(c.got-c.want) <= c.tol) {
					t.Errorf("%s of %d elements: %v, want %v", c.name, n, c.got, c.want)
				}
			}
		}
	})
}

// TestSumsSpecial puts NaN and Inf at every place.
func TestSumsSpecial(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const n = 71
		one := make([]float32, n)
		for i := range one {
			one[i] = 1
		}
		for i := range n {
			for _, bad := range []float64{math.NaN(), math.Inf(1)} {
				a := append([]float32{}, one...)
				a[i] = float32(bad)
				for name, got := range map[string]float64{
					"Dot": float64(Dot(a, one)), "Dot64": Dot64(a, one), "DotF64": DotF64(widen(a), widen(one)),
					"SquaredDistance": SquaredDistance(a, one), "SquaredDistanceF64": SquaredDistanceF64(widen(a), widen(one)),
					"L1Distance": L1Distance(a, one), "L1DistanceF64": L1DistanceF64(widen(a), widen(one)),
				} {
					if !near(float32(got), bad, 0) {
						t.Errorf("%s with %v at %d: %v", name, bad, i, got)
					}
				}
			}
		}
	})
}

func TestUpdates(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			r := newRand(uint64(n))
			x := normals(r, n+1)[1:]
			x64 := widen(x)
			for name, f := range map[string]struct {
				run  func(y []float32)
				want func(x float64) float64
			}{
				"Axpy":     {func(y []float32) { Axpy(0.3, x, y) }, func(x float64) float64 { return 2 + float64(float32(0.3))*x }},
				"Add":      {func(y []float32) { Add(y, x) }, func(x float64) float64 { return 2 + x }},
				"Multiply": {func(y []float32) { Multiply(y, x) }, func(x float64) float64 { return 2 * x }},
				"Scale":    {func(y []float32) { Scale(y, 0.3) }, func(float64) float64 { return 2 * float64(float32(0.3)) }},
			} {
				g := newGuarded[float32](n, 2)
				f.run(g.data())
				for i, got := range g.data() {
					if want := f.want(x64[i]); !near(got, want, 3e-7*(1+math.Abs(want))) {
						t.Errorf("%s of %d elements: element %d is %v, want %v", name, n, i, got, want)
					}
				}
				g.check(t, func(int) bool { return false })
			}
			for name, f := range map[string]struct {
				run    func(y []float64)
				factor float64
			}{
				"AddTo":       {func(y []float64) { AddTo(y, x) }, 1},
				"AddScaledTo": {func(y []float64) { AddScaledTo(y, 0.3, x) }, 0.3},
				"AxpyF64":     {func(y []float64) { AxpyF64(0.3, x64, y) }, 0.3},
			} {
				g := newGuarded[float64](n, 2)
				f.run(g.data())
				for i, got := range g.data() {
					if want := 2 + f.factor*x64[i]; math.Abs(got-want) > 1e-15*(2+math.Abs(want)) {
						t.Errorf("%s of %d elements: element %d is %v, want %v", name, n, i, got, want)
					}
				}
				g.check(t, func(int) bool { return false })
			}
		}
	})
}

func TestScaledSum(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, n := range lengths {
			r := newRand(uint64(n))
			a, b, shift := normals(r, n+1)[1:], normals(r, n+3)[3:], normals(r, n+2)[2:]
			if n > 3 {
				a[n/2], b[n-1] = float32(math.NaN()), float32(math.Inf(1))
			}
			for _, next := range [][]float32{nil, normals(r, n)} {
				g := newGuarded[float32](n, 2)
				ScaledSum(g.data(), a, b, 0.3, shift, next)
				for i, got := range g.data() {
					sum := float64(a[i]) + float64(b[i])
					if want := sum*float64(float32(0.3)) + float64(shift[i]); !near(got, want, 3e-7*(1+math.Abs(sum))) {
						t.Errorf("%d elements: element %d is %v, want %v", n, i, got, want)
					}
				}
				g.check(t, func(int) bool { return false })
			}
		}
	})
}

func TestGemmF64(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, m := range []int{0, 1, 2, 3, 5} {
			for _, n := range []int{0, 1, 3, 4, 5, 8, 33, 37} {
				for _, k := range []int{0, 1, 31, 32, 33, 70} {
					r := newRand(uint64(k))
					lda, ldb, ldd := k+1, k+2, n+3
					a, b := widen(normals(r, m*lda)), widen(normals(r, n*ldb))
					g := newGuarded[float64](m*ldd, 6)
					GemmF64(MatrixF64{g.data(), m, n, ldd}, MatrixF64{a, m, k, lda}, MatrixF64{b, n, k, ldb})
					for i := range m {
						for j := range n {
							want := 0.0
							for l := range k {
								want += a[i*lda+l] * b[j*ldb+l]
							}
							if got := g.data()[i*ldd+j]; math.Abs(got-want) > 1e-13 {
								t.Fatalf("[%d, %d, %d]: element (%d, %d) is %v, want %v", m, n, k, i, j, got, want)
							}
							one := make([]float64, 1)
							if k > 0 {
								GemmF64(MatrixF64{one, 1, 1, 1}, MatrixF64{a[i*lda:], 1, k, lda}, MatrixF64{b[j*ldb:], 1, k, ldb})
								if one[0] != g.data()[i*ldd+j] {
									t.Fatalf("[%d, %d, %d]: element (%d, %d) alone is %v, in place %v", m, n, k, i, j, one[0], g.data()[i*ldd+j])
								}
							}
						}
					}
					g.check(t, padding(n, ldd))
				}
			}
		}
	})
}

func BenchmarkVector(b *testing.B) {
	r := newRand(1)
	x, y := normals(r, 384), normals(r, 384)
	x64, y64 := widen(x), widen(y)
	for _, l := range Supported() {
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"Dot", func() { Dot(x, y) }},
			{"Dot64", func() { Dot64(x, y) }},
			{"SquaredDistance", func() { SquaredDistance(x, y) }},
			{"AddTo", func() { AddTo(y64, x) }},
			{"DotF64", func() { DotF64(x64, y64) }},
		} {
			b.Run(fmt.Sprintf("%v/%s384", l, f.name), func(b *testing.B) {
				defer Force(l)()
				for b.Loop() {
					f.run()
				}
			})
		}
		b.Run(fmt.Sprintf("%v/GemmF64", l), func(b *testing.B) {
			defer Force(l)()
			const m, n, k = 64, 64, 384
			p, q := widen(normals(r, m*k)), widen(normals(r, n*k))
			dst := make([]float64, m*n)
			for b.Loop() {
				GemmF64(MatrixF64{dst, m, n, n}, MatrixF64{p, m, k, k}, MatrixF64{q, n, k, k})
			}
			b.ReportMetric(2*m*n*k*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

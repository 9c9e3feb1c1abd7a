package kernel

import (
	"fmt"
	"math"
	"testing"
)

func TestGemmArgMin(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, m := range []int{0, 1, 2, 13, 48, 50, 97} {
			for _, centers := range []int{1, 2, 7, 8, 9, 15, 16, 17, 31, 33, 50, 511, 512, 513, 1100} {
				for _, in := range []int{0, 1, 2, 5, 20} {
					r := newRand(uint64(centers))
					lda := in + 1
					a, c := normals(r, m*lda), normals(r, centers*in)
					norms := make([]float32, centers)
					if in > 0 {
						SquaredNorms(norms, Matrix{c, centers, in, in})
					}
					if centers > 3 { // ties: the lowest index must win
						copy(c[(centers-1)*in:], c[:in])
						norms[centers-1] = norms[0]
					}
					p := Pack(Matrix{c, centers, in, in})
					index := newGuarded[int32](m, -7)
					value, second := newGuarded[float32](m, 3), newGuarded[float32](m, 3)
					var s Scratch
					GemmArgMin(index.data(), value.data(), second.data(), Matrix{a, m, p.in, lda}, p, norms, &s)
					products := make([]float32, m*centers)
					Gemm(Matrix{products, m, p.out, centers}, Matrix{a, m, p.in, lda}, p, Epilogue{})
					want, least, next := make([]int32, m), make([]float32, m), make([]float32, m)
					argMinGeneric(want, least, next, Matrix{products, m, centers, centers}, norms)
					for i := range m {
						// FMA may round differently from a product and a difference.
						tol := 1e-5
						gi := index.data()[i]
						if gi != want[i] {
							d := norms[gi] - 2*products[i*centers+int(gi)] - least[i]
							if math.Abs(float64(d)) > 1e-6 || (centers > 3 && int(gi) == centers-1) {
								t.Fatalf("m=%d centers=%d in=%d: row %d has index %d, want %d", m, centers, in, i, gi, want[i])
							}
						}
						if !near(value.data()[i], float64(least[i]), tol) || !near(second.data()[i], float64(next[i]), tol) {
							t.Fatalf("m=%d centers=%d in=%d: row %d has %v and %v, want %v and %v", m, centers, in, i, value.data()[i], second.data()[i], least[i], next[i])
						}
					}
					index.check(t, func(int) bool { return false })
					value.check(t, func(int) bool { return false })
					second.check(t, func(int) bool { return false })

					// Without the second values the rest is the same.
					again, values := make([]int32, m), make([]float32, m)
					GemmArgMin(again, values, nil, Matrix{a, m, p.in, lda}, p, norms, &s)
					for i := range m {
						if again[i] != index.data()[i] || values[i] != value.data()[i] {
							t.Fatalf("row %d: %d, %v without second, %d, %v with", i, again[i], values[i], index.data()[i], value.data()[i])
						}
					}
				}
			}
		}
	})
}

func TestGemmArgMinSpecial(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		nan, inf := float32(math.NaN()), float32(math.Inf(1))
		for centers := 1; centers < 40; centers++ {
			c := make([]float32, centers)
			norms := make([]float32, centers)
			for at := range centers {
				for i := range norms {
					norms[i] = nan
				}
				norms[at] = 5
				index, value, second := make([]int32, 2), make([]float32, 2), make([]float32, 2)
				var s Scratch
				GemmArgMin(index, value, second, Matrix{[]float32{1, nan}, 2, 1, 1}, Pack(Matrix{c, centers, 1, 1}), norms, &s)
				if index[0] != int32(at) || value[0] != 5 || second[0] != inf {
					t.Fatalf("%d centres, all NaN but %d: index %d, %v, %v", centers, at, index[0], value[0], second[0])
				}
				if index[1] != 0 || value[1] != inf || second[1] != inf {
					t.Fatalf("row of NaN: index %d, %v, %v", index[1], value[1], second[1])
				}
				for i := range norms {
					norms[i] = 4 // all the same: the first wins, the second is as good
				}
				GemmArgMin(index[:1], value, second, Matrix{[]float32{1}, 1, 1, 1}, Pack(Matrix{c, centers, 1, 1}), norms, &s)
				want := float32(4)
				if centers == 1 {
					want = inf
				}
				if index[0] != 0 || value[0] != 4 || second[0] != want {
					t.Fatalf("%d equal centres: index %d, %v, %v", centers, index[0], value[0], second[0])
				}
			}
		}
	})
}

func BenchmarkGemmArgMin(b *testing.B) {
	for _, l := range Supported() {
		b.Run(fmt.Sprintf("%v/k50d384", l), func(b *testing.B) {
			defer Force(l)()
			const m, k, d = 480, 50, 384
			r := newRand(1)
			a, c := normals(r, m*d), normals(r, k*d)
			p, norms := Pack(Matrix{c, k, d, d}), make([]float32, k)
			index, value := make([]int32, m), make([]float32, m)
			var s Scratch
			for b.Loop() {
				GemmArgMin(index, value, nil, Matrix{a, m, p.in, d}, p, norms, &s)
			}
			b.ReportMetric(2*m*k*d*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}

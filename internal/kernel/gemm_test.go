package kernel

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// gemmReference computes act(A·Wᵀ + bias) + residual in float64, and the sum
// of the products' magnitudes, which bounds the rounding error.
func gemmReference(a []float32, lda int, w []float32, ldw int, i, j, in int) (sum, magnitude float64) {
	for k := range in {
		p := float64(a[i*lda+k]) * float64(w[j*ldw+k])
		sum += p
		magnitude += math.Abs(p)
	}
	return sum, magnitude
}

// gemmTolerance is the worst error of a chain of in float32 multiply-adds.
func gemmTolerance(in int, magnitude float64) float64 {
	return float64(in+3) * 0x1p-24 * (magnitude + 1)
}

func testGemm(t *testing.T, m, out, in int, ep Epilogue) {
	t.Helper()
	r := newRand(uint64(m*1000000 + out*1000 + in))
	lda, ldw, ldd := in+3, in+1, out+5
	a, w := normals(r, m*lda+1)[1:], normals(r, out*ldw+1)[1:]
	g := newGuarded[float32](m*ldd, 7)
	dst := g.data()
	p := Pack(Matrix{w, out, in, ldw})
	Gemm(Matrix{dst, m, p.out, ldd}, Matrix{a, m, p.in, lda}, p, ep)
	for i := range m {
		for j := first(i); j < out; j += every() {
			sum, mag := gemmReference(a, lda, w, ldw, i, j, in)
			if ep.Accumulate {
				sum += 7
				mag += 7
			}
			if ep.Bias != nil {
				sum += float64(ep.Bias[j])
				mag += math.Abs(float64(ep.Bias[j]))
			}
			v := []float32{float32(sum)}
			activateGeneric(ep.Act, v)
			want := float64(v[0])
			if ep.Act == None {
				want = sum
			}
			if ep.Residual.Data != nil {
				want += float64(ep.Residual.Row(i)[j])
				mag += math.Abs(float64(ep.Residual.Row(i)[j]))
			}
			if got := dst[i*ldd+j]; !near(got, want, gemmTolerance(in, mag)) {
				t.Fatalf("m=%d out=%d in=%d: dst[%d, %d] = %v, want %v", m, out, in, i, j, got, want)
			}
		}
	}
	g.check(t, padding(out, ldd))
}

func TestGemmTails(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for m := range 31 {
			for _, out := range []int{0, 1, 2, 7, 8, 9, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 65} {
				for _, in := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 33} {
					testGemm(t, m, out, in, Epilogue{})
				}
			}
		}
	})
}

func TestGemmLarge(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{{97, 100, 384}, {200, 33, 65}, {13, 384, 1536}, {193, 5, 2}} {
			testGemm(t, s[0], s[1], s[2], Epilogue{})
		}
	})
}

func TestGemmEpilogue(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand(1)
		for _, act := range []Activation{None, GELU, GELUTanh, ReLU, SiLU, Tanh} {
			for bits := range 8 {
				for _, m := range []int{1, 5, 12, 25} {
					for _, out := range []int{1, 31, 32, 50} {
						ep := Epilogue{Act: act}
						if bits&1 != 0 {
							ep.Bias = normals(r, out)
						}
						if bits&2 != 0 {
							ep.Residual = Matrix{normals(r, m*(out+2)), m, out, out + 2}
						}
						ep.Accumulate = bits&4 != 0
						testGemm(t, m, out, 19, ep)
						testGemm(t, m, out, 0, ep)
					}
				}
			}
		}
	})
}

// TestGemmSplit checks that an element's bits depend neither on the rows it is
// computed with nor on a split of the columns.
func TestGemmSplit(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, out, in = 130, 100, 77
		r := newRand(2)
		a, w := normals(r, m*in), normals(r, out*in)
		ep := Epilogue{Bias: normals(r, out), Act: GELU, Residual: RowMajor(normals(r, m*out), m, out)}
		p := Pack(Matrix{w, out, in, in})
		whole := make([]float32, m*out)
		Gemm(Matrix{whole, m, p.out, out}, Matrix{a, m, p.in, in}, p, ep)
		for _, step := range []int{1, 2, 3, 5, 6, 7, 11, 12, 13, 29, 96, 97} {
			part := make([]float32, m*out)
			for i := 0; i < m; i += step {
				e := ep
				e.Residual = ep.Residual.rows(i, min(step, m-i))
				Gemm(Matrix{part[i*out:], min(step, m-i), p.out, out}, Matrix{a[i*in:], min(step, m-i), p.in, in}, p, e)
			}
			for i := range whole {
				if whole[i] != part[i] {
					t.Fatalf("step %d: element %d is %v, want %v", step, i, part[i], whole[i])
				}
			}
		}
		part := make([]float32, m*out)
		for j := 0; j < out; j += 64 {
			hi := min(out, j+64)
			c := p.Columns(j, hi)
			Gemm(Matrix{part[j:], m, c.out, out}, Matrix{a, m, c.in, in}, &c, Epilogue{Bias: ep.Bias[j:hi], Act: GELU, Residual: ep.Residual.Slice(0, m, j, hi)})
		}
		for i := range whole {
			if whole[i] != part[i] {
				t.Fatalf("columns: element %d is %v, want %v", i, part[i], whole[i])
			}
		}
	})
}

// TestGemmNonFinite checks that NaN and Inf reach the elements they belong to,
// and no others.
func TestGemmNonFinite(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, out, in = 25, 45, 20
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			for i := range m {
				a, w := make([]float32, m*in), make([]float32, out*in)
				for k := range a {
					a[k] = 1
				}
				for k := range w {
					w[k] = 1
				}
				a[i*in+i%in] = bad
				dst := make([]float32, m*out)
				Gemm(Matrix{dst, m, out, out}, Matrix{a, m, in, in}, Pack(Matrix{w, out, in, in}), Epilogue{})
				for k, got := range dst {
					want := float64(in)
					if k/out == i {
						want = float64(bad)
					}
					if !near(got, want, 0) {
						t.Fatalf("dst[%d, %d] = %v, want %v", k/out, k%out, got, want)
					}
				}
			}
			for j := range out {
				a, w := make([]float32, m*in), make([]float32, out*in)
				for k := range a {
					a[k] = 1
				}
				w[j*in+j%in] = bad
				dst := make([]float32, m*out)
				Gemm(Matrix{dst, m, out, out}, Matrix{a, m, in, in}, Pack(Matrix{w, out, in, in}), Epilogue{})
				for k, got := range dst {
					want := 0.0
					if k%out == j {
						want = float64(bad)
					}
					if !near(got, want, 0) {
						t.Fatalf("dst[%d, %d] = %v, want %v", k/out, k%out, got, want)
					}
				}
			}
		}
	})
}

func TestGemmPanics(t *testing.T) {
	p := Pack(Matrix{make([]float32, 12), 3, 4, 4})
	for name, f := range map[string]func(){
		"short dst": func() {
			Gemm(Matrix{make([]float32, 5), 2, p.out, 3}, Matrix{make([]float32, 8), 2, p.in, 4}, p, Epilogue{})
		},
		"short a": func() {
			Gemm(Matrix{make([]float32, 6), 2, p.out, 3}, Matrix{make([]float32, 7), 2, p.in, 4}, p, Epilogue{})
		},
		"small ldd": func() {
			Gemm(Matrix{make([]float32, 6), 2, p.out, 2}, Matrix{make([]float32, 8), 2, p.in, 4}, p, Epilogue{})
		},
		"short bias": func() {
			Gemm(Matrix{make([]float32, 6), 2, p.out, 3}, Matrix{make([]float32, 8), 2, p.in, 4}, p, Epilogue{Bias: make([]float32, 2)})
		},
		"short w":     func() { Pack(Matrix{make([]float32, 11), 3, 4, 4}) },
		"odd columns": func() { p.Columns(1, 3) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

func FuzzGemm(f *testing.F) {
	f.Add(uint8(12), uint8(32), uint8(4), false)
	f.Add(uint8(13), uint8(33), uint8(5), true)
	f.Fuzz(func(t *testing.T, m, out, in uint8, bias bool) {
		var ep Epilogue
		if bias {
			ep.Bias = normals(newRand(3), int(out))
		}
		for _, l := range Supported() {
			restore := Force(l)
			testGemm(t, int(m), int(out), int(in), ep)
			restore()
		}
	})
}

// minilmShapes are the products of a MiniLM layer: (out, in).
var minilmShapes = [][2]int{{1152, 384}, {384, 384}, {1536, 384}, {384, 1536}}

func BenchmarkGemm(b *testing.B) {
	for _, l := range Supported() {
		for _, s := range minilmShapes {
			b.Run(fmt.Sprintf("%v/%dx%d", l, s[0], s[1]), func(b *testing.B) {
				defer Force(l)()
				benchmarkGemm(b, 192, s[0], s[1], Epilogue{})
			})
		}
	}
}

func benchmarkGemm(b *testing.B, m, out, in int, ep Epilogue) {
	r := newRand(4)
	a, p := normals(r, m*in), Pack(Matrix{normals(r, out*in), out, in, in})
	dst := make([]float32, m*out)
	best := math.Inf(1)
	for b.Loop() {
		start := time.Now()
		Gemm(Matrix{dst, m, p.out, out}, Matrix{a, m, p.in, in}, p, ep)
		best = min(best, time.Since(start).Seconds())
	}
	// The share of the peak compares the best run with the peak's best run, so
	// that other work on the machine counts in neither.
	flop := 2 * float64(m) * float64(out) * float64(in)
	b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	if peak := measurePeak(Active()); peak > 0 {
		b.ReportMetric(100*flop/best/1e9/peak, "%peak")
		b.ReportMetric(peak, "peak-GFLOP/s")
	}
}

// BenchmarkGemmOneText runs the products of six layers in turn for one short
// text: 42 MB of weights pass for 16 rows, so memory matters.
func BenchmarkGemmOneText(b *testing.B) {
	for _, l := range Supported() {
		b.Run(l.String(), func(b *testing.B) {
			defer Force(l)()
			const m, layers = 16, 6
			r := newRand(4)
			var weights []*Packed
			flop := 0.0
			for range layers {
				for _, s := range minilmShapes {
					weights = append(weights, Pack(Matrix{normals(r, s[0]*s[1]), s[0], s[1], s[1]}))
					flop += 2 * m * float64(s[0]) * float64(s[1])
				}
			}
			a, dst := normals(r, m*1536), make([]float32, m*1536)
			best := math.Inf(1)
			for b.Loop() {
				start := time.Now()
				for _, w := range weights {
					Gemm(Matrix{dst, m, w.out, w.Out()}, Matrix{a, m, w.in, w.In()}, w, Epilogue{})
				}
				best = min(best, time.Since(start).Seconds())
			}
			b.ReportMetric(best*1e3, "best-ms")
			if peak := measurePeak(l); peak > 0 {
				b.ReportMetric(100*flop/best/1e9/peak, "%peak")
				b.ReportMetric(peak, "peak-GFLOP/s")
			}
		})
	}
}

// BenchmarkGemmLayers runs the products of MiniLM's six layers in turn over a
// block of rows: their weights are more than the caches hold, as in a model.
func BenchmarkGemmLayers(b *testing.B) {
	for _, l := range Supported()[1:] {
		for _, m := range []int{20, 96, 192} {
			b.Run(fmt.Sprintf("%v/rows=%d", l, m), func(b *testing.B) {
				defer Force(l)()
				r := newRand(4)
				var layers []*Packed
				ops := 0.0
				for range 6 {
					size := 0
					for _, s := range minilmShapes {
						size += FormatFloat32.Bytes(s[0], s[1])
					}
					mem := NewMemory(size)
					for _, s := range minilmShapes {
						layers = append(layers, mem.Pack(Matrix{normals(r, s[0]*s[1]), s[0], s[1], s[1]}))
						ops += 2 * float64(m*s[0]*s[1])
					}
				}
				x, y := normals(r, m*1536), make([]float32, m*1536)
				best := math.Inf(1)
				for b.Loop() {
					start := time.Now()
					for _, w := range layers {
						Gemm(Matrix{y, m, w.out, w.Out()}, Matrix{x, m, w.in, w.In()}, w, Epilogue{})
					}
					best = min(best, time.Since(start).Seconds())
				}
				b.ReportMetric(ops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				b.ReportMetric(ops/best/1e9, "best-GFLOP/s")
				if peak := measurePeak(l); peak > 0 {
					b.ReportMetric(100*ops/best/1e9/peak, "%peak")
					b.ReportMetric(peak, "peak-GFLOP/s")
				}
			})
		}
	}
}

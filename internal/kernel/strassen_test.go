package kernel

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// strassenReference returns the exact product with its epilogue and, for each
// row, the size that its error is measured by: the largest sum of magnitudes of
// the row or its partner.
func strassenReference(dst, a []float32, lda, m, pairs int, w []float32, out, in int, ep Epilogue, ldd int) (want, size []float64) {
	want, size = make([]float64, m*out), make([]float64, m*out)
	for i := range m {
		for j := range out {
			sum, abs := 0.0, 0.0
			for k := range in {
				v := float64(a[i*lda+k]) * float64(w[j*in+k])
				sum += v
				abs += math.Abs(v)
			}
			if ep.Bias != nil {
				sum += float64(ep.Bias[j])
			}
			if ep.Accumulate {
				sum += float64(dst[i*ldd+j])
			}
			switch ep.Act {
			case GELU:
				sum *= 0.5 * math.Erfc(-sum/math.Sqrt2)
			case ReLU:
				sum = max(sum, 0)
			}
			if ep.Residual.Data != nil {
				sum += float64(ep.Residual.Row(i)[j])
			}
			want[i*out+j], size[i*out+j] = sum, abs
		}
	}
	return want, size
}

// pairedRows pairs row i with row pairs+i and leaves the other rows alone.
func pairedRows(m, pairs int) (p PairedRows) {
	for i := range m {
		r := int32(i)
		switch {
		case i < pairs:
			p.Upper = append(p.Upper, r)
		case i < 2*pairs:
			p.Lower = append(p.Lower, r)
		default:
			p.Alone = append(p.Alone, r)
		}
	}
	return p
}

// shuffledRows pairs rows at random.
func shuffledRows(m, pairs int) PairedRows {
	p := pairedRows(m, pairs)
	all := newRand(uint64(m)).Perm(m)
	for _, rows := range [][]int32{p.Upper, p.Lower, p.Alone} {
		for i, r := range rows {
			rows[i] = int32(all[r])
		}
	}
	return p
}

func testStrassen(t *testing.T, m, pairs, out, in int, ep Epilogue) {
	t.Helper()
	r := newRand(uint64(m*1000 + out + in + pairs))
	lda, ldd := in+3, out+5
	ga, w := newGuarded[float32](m*lda, 0), normals(r, out*in)
	a := ga.data()
	copy(a, normals(r, len(a)))
	const fill = 7
	gd := newGuarded[float32](m*ldd, fill)
	dst := gd.data()
	if ep.Accumulate {
		for i := range m {
			copy(dst[i*ldd:], normals(r, out))
		}
	}
	want, _ := strassenReference(dst, a, lda, m, pairs, w, out, in, ep, ldd)
	p := new(Memory).PackStrassen(Matrix{w, out, in, in})
	GemmStrassen(Matrix{dst, m, p.out, ldd}, Matrix{a, m, p.in, lda}, shuffledRows(m, pairs), p, ep, new(Scratch))
	// Products of normals, in sums of in: the error grows with the root.
	tol := 1e-5 * math.Sqrt(float64(in))
	for i := range m {
		for j := range out {
			if got := dst[i*ldd+j]; !near(got, want[i*out+j], tol) {
				t.Fatalf("m=%d pairs=%d [%d, %d]: element %d, %d is %v, want %v", m, pairs, out, in, i, j, got, want[i*out+j])
			}
		}
	}
	gd.check(t, padding(out, ldd))
}

func TestGemmStrassen(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, shape := range [][2]int{{64, 32}, {128, 96}, {192, 640}, {64, 544}, {64, 1536}} {
			out, in := shape[0], shape[1]
			if in > 600 && Active() == Generic {
				continue
			}
			for m := 0; m < 30; m += testdir.Sized(1, 3) {
				for _, pairs := range []int{0, m / 4, m / 2} {
					testStrassen(t, m, pairs, out, in, Epilogue{})
				}
			}
		}
		// Beyond a block of rows, of pairs and of rows alone.
		testStrassen(t, 231, 111, 64, 64, Epilogue{})
		testStrassen(t, 231, 10, 64, 64, Epilogue{})
		r := newRand(5)
		const m, out = 29, 128
		bias, residual := normals(r, out), Matrix{normals(r, m*(out+1)), m, out, out + 1}
		for _, ep := range []Epilogue{
			{Bias: bias}, {Residual: residual}, {Bias: bias, Residual: residual},
			{Bias: bias, Act: GELU}, {Act: ReLU, Residual: residual}, {Accumulate: true},
			{Accumulate: true, Bias: bias, Residual: residual},
			{Accumulate: true, Bias: bias, Act: ReLU, Residual: residual},
		} {
			testStrassen(t, m, 14, out, 96, ep)
			testStrassen(t, m, 13, out, 1088, ep) // two blocks of inputs
			testStrassen(t, m, 0, out, 1088, ep)
		}
	})
}

// TestStrassenError bounds the error by the float64 product at MiniLM's shapes
// and compares it with that of plain products.
func TestStrassenError(t *testing.T) {
	for _, s := range minilmShapes {
		const m = 48
		out, in := s[0], s[1]
		r := newRand(8)
		a, w := normals(r, m*in), normals(r, out*in)
		want, _ := strassenReference(nil, a, in, m, m/2, w, out, in, Epilogue{}, out)
		fast, plain := make([]float32, m*out), make([]float32, m*out)
		GemmStrassen(Matrix{fast, m, out, out}, Matrix{a, m, in, in}, pairedRows(m, m/2), new(Memory).PackStrassen(Matrix{w, out, in, in}), Epilogue{}, new(Scratch))
		Gemm(Matrix{plain, m, out, out}, Matrix{a, m, in, in}, Pack(Matrix{w, out, in, in}), Epilogue{})
		rms := func(got []float32) float64 {
			sum := 0.0
			for i, v := range got {
				d := float64(v) - want[i]
				sum += d * d
			}
			return math.Sqrt(sum/float64(len(got))) / math.Sqrt(float64(in))
		}
		f, p := rms(fast), rms(plain)
		t.Logf("%d x %d: root mean square error of a product of unit vectors %.2g, of the plain product %.2g", out, in, f, p)
		if f > 4*p || f > 1.5e-6 {
			t.Errorf("%d x %d: error %.3g, plain %.3g", out, in, f, p)
		}
	}
}

// TestStrassenPairsAlone checks that an element's bits depend on its row and
// its partner alone, not on where they are and what else is multiplied.
func TestStrassenPairsAlone(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, pairs, out, in = 275, 131, 128, 96
		r := newRand(9)
		a, w := normals(r, m*in), new(Memory).PackStrassen(Matrix{normals(r, out*in), out, in, in})
		all := make([]float32, m*out)
		var s Scratch
		GemmStrassen(Matrix{all, m, w.out, out}, Matrix{a, m, w.in, in}, pairedRows(m, pairs), w, Epilogue{}, &s)
		row := func(x []float32, i, n int) []float32 { return x[i*n : (i+1)*n] }
		same := func(i int, got []float32) {
			t.Helper()
			for j, v := range row(all, i, out) {
				if got[j] != v {
					t.Fatalf("row %d, column %d: %v with others, %v without", i, j, v, got[j])
				}
			}
		}
		for i := range pairs {
			two := append(append([]float32(nil), row(a, i, in)...), row(a, i+pairs, in)...)
			got := make([]float32, 2*out)
			GemmStrassen(Matrix{got, 2, w.out, out}, Matrix{two, 2, w.in, in}, pairedRows(2, 1), w, Epilogue{}, &s)
			same(i, got[:out])
			same(i+pairs, got[out:])
		}
		for i := 2 * pairs; i < m; i++ {
			got := make([]float32, out)
			GemmStrassen(Matrix{got, 1, w.out, out}, Matrix{row(a, i, in), 1, w.in, in}, pairedRows(1, 0), w, Epilogue{}, &s)
			same(i, got)
		}
	})
}

// TestStrassenLayerNorm compares the fused form with the two steps.
func TestStrassenLayerNorm(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, pairs, out, in = 231, 111, 64, 64
		r := newRand(11)
		a, x := normals(r, m*in), normals(r, m*out)
		gamma, beta := normals(r, out), normals(r, out)
		w := new(Memory).PackStrassen(Matrix{normals(r, out*in), out, in, in})
		want := append([]float32(nil), x...)
		var s Scratch
		GemmStrassen(Matrix{want, m, w.out, out}, Matrix{a, m, w.in, in}, pairedRows(m, pairs), w, Epilogue{Residual: RowMajor(want, m, out)}, &s)
		LayerNorm(Matrix{want, m, out, out}, Matrix{want, m, out, out}, &Norm{gamma, beta, 1e-5})
		GemmStrassen(Matrix{x, m, w.out, out}, Matrix{a, m, w.in, in}, pairedRows(m, pairs), w, Epilogue{Residual: RowMajor(x, m, out), Norm: &Norm{gamma, beta, 1e-5}}, &s)
		for i, v := range want {
			if x[i] != v {
				t.Fatalf("element %d is %v, want %v", i, x[i], v)
			}
		}
	})
}

// TestStrassenNotFinite checks that NaN and Inf reach the results of their row
// and are kept within its pair.
func TestStrassenNotFinite(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		const m, pairs, out, in = 9, 4, 64, 32
		for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
			for at := range m {
				r := newRand(12)
				a, w := normals(r, m*in), normals(r, out*in)
				a[at*in+at] = bad
				dst := make([]float32, m*out)
				GemmStrassen(Matrix{dst, m, out, out}, Matrix{a, m, in, in}, pairedRows(m, pairs), new(Memory).PackStrassen(Matrix{w, out, in, in}), Epilogue{}, new(Scratch))
				for i := range m {
					partner := -1
					if i < 2*pairs {
						partner = (i + pairs) % (2 * pairs)
					}
					for j, v := range dst[i*out : (i+1)*out] {
						finite := v-v == 0
						if i == at && finite {
							t.Fatalf("%v in row %d: column %d is %v", bad, at, j, v)
						}
						if i != at && partner != at && !finite {
							t.Fatalf("%v in row %d: element %d, %d is %v", bad, at, i, j, v)
						}
					}
				}
			}
		}
	})
}

// TestStrassenPanels compares every level's packing with the generic one, to the bit.
func TestStrassenPanels(t *testing.T) {
	const out, in = 192, 96
	w := normals(newRand(13), out*(in+3))
	restore := Force(Generic)
	want := new(Memory).PackStrassen(Matrix{w, out, in, in + 3})
	restore()
	eachLevel(t, func(t *testing.T) {
		got := new(Memory).PackStrassen(Matrix{w, out, in, in + 3})
		for i, v := range want.data {
			if got.data[i] != v {
				t.Fatalf("element %d of the panels is %v, want %v", i, got.data[i], v)
			}
		}
	})
}

func TestStrassenFits(t *testing.T) {
	for _, c := range []struct {
		out, in int
		block   int
	}{
		{64, 32, 32}, {64, 384, 384}, {64, 512, 256}, {64, 1536, 384}, {128, 768, 384}, {128, 3072, 384}, {64, 544, 32},
		{0, 32, 0}, {64, 0, 0}, {32, 32, 0}, {96, 32, 0}, {64, 48, 0}, {64, 16, 0},
	} {
		if got := strassenBlock(c.out, c.in); got != c.block {
			t.Errorf("[%d, %d]: blocks of %d inputs, want %d", c.out, c.in, got, c.block)
		}
		if StrassenFits(c.out, c.in) != (c.block > 0) {
			t.Errorf("[%d, %d]: fits: %v", c.out, c.in, c.block == 0)
		}
	}
}

func TestStrassenPanics(t *testing.T) {
	w := new(Memory).PackStrassen(Matrix{make([]float32, 64*32), 64, 32, 32})
	var s Scratch
	for name, f := range map[string]func(){
		"odd shape": func() { new(Memory).PackStrassen(Matrix{make([]float32, 65*32), 65, 32, 32}) },
		"short a": func() {
			GemmStrassen(Matrix{make([]float32, 128), 2, w.out, 64}, Matrix{make([]float32, 63), 2, w.in, 32}, pairedRows(2, 1), w, Epilogue{}, &s)
		},
		"short dst": func() {
			GemmStrassen(Matrix{make([]float32, 127), 2, w.out, 64}, Matrix{make([]float32, 64), 2, w.in, 32}, pairedRows(2, 1), w, Epilogue{}, &s)
		},
		"unequal pairs": func() {
			GemmStrassen(Matrix{make([]float32, 192), 3, w.out, 64}, Matrix{make([]float32, 96), 3, w.in, 32}, PairedRows{Upper: []int32{0, 1}, Lower: []int32{2}}, w, Epilogue{}, &s)
		},
		"too few rows": func() {
			GemmStrassen(Matrix{make([]float32, 192), 3, w.out, 64}, Matrix{make([]float32, 96), 3, w.in, 32}, pairedRows(2, 1), w, Epilogue{}, &s)
		},
		"row beyond": func() {
			GemmStrassen(Matrix{make([]float32, 128), 2, w.out, 64}, Matrix{make([]float32, 64), 2, w.in, 32}, PairedRows{Upper: []int32{0}, Lower: []int32{2}}, w, Epilogue{}, &s)
		},
		"negative row": func() {
			GemmStrassen(Matrix{make([]float32, 128), 2, w.out, 64}, Matrix{make([]float32, 64), 2, w.in, 32}, PairedRows{Alone: []int32{0, -1}}, w, Epilogue{}, &s)
		},
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

func FuzzGemmStrassen(f *testing.F) {
	f.Add(uint8(25), uint8(12), uint8(0), uint8(2), false)
	f.Add(uint8(13), uint8(5), uint8(1), uint8(20), true)
	f.Fuzz(func(t *testing.T, m, pairs, out, in uint8, bias bool) {
		o, n := 64*(1+int(out)%3), 32*(1+int(in)%40)
		var ep Epilogue
		if bias {
			ep.Bias = normals(newRand(3), o)
		}
		for _, l := range Supported() {
			restore := Force(l)
			testStrassen(t, int(m)%64, min(int(pairs), int(m)%64/2), o, n, ep)
			restore()
		}
	})
}

// BenchmarkStrassenLayers is BenchmarkGemmLayers with GemmStrassen; its
// GFLOP/s count the operations of plain products.
func BenchmarkStrassenLayers(b *testing.B) {
	for _, l := range Supported()[1:] {
		for _, m := range []int{20, 96, 192} {
			b.Run(fmt.Sprintf("%v/rows=%d", l, m), func(b *testing.B) {
				defer Force(l)()
				r := newRand(4)
				var layers []*PackedStrassen
				ops := 0.0
				for range 6 {
					size := 0
					for _, s := range minilmShapes {
						size += FormatStrassen.Bytes(s[0], s[1])
					}
					mem := NewMemory(size)
					for _, s := range minilmShapes {
						layers = append(layers, mem.PackStrassen(Matrix{normals(r, s[0]*s[1]), s[0], s[1], s[1]}))
						ops += 2 * float64(m*s[0]*s[1])
					}
				}
				x, y := normals(r, m*1536), make([]float32, m*1536)
				rows := pairedRows(m, m/2)
				var s Scratch
				best := math.Inf(1)
				for b.Loop() {
					start := time.Now()
					for _, w := range layers {
						GemmStrassen(Matrix{y, m, w.out, w.Out()}, Matrix{x, m, w.in, w.In()}, rows, w, Epilogue{}, &s)
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

// BenchmarkStrassen is BenchmarkGemm with GemmStrassen.
func BenchmarkStrassen(b *testing.B) {
	for _, l := range Supported()[1:] {
		for _, s := range minilmShapes {
			b.Run(fmt.Sprintf("%v/%dx%d", l, s[0], s[1]), func(b *testing.B) {
				defer Force(l)()
				const m = 96
				out, in := s[0], s[1]
				r := newRand(4)
				a, p := normals(r, m*in), NewMemory(FormatStrassen.Bytes(out, in)).PackStrassen(Matrix{normals(r, out*in), out, in, in})
				dst := make([]float32, m*out)
				var scratch Scratch
				rows := pairedRows(m, m/2)
				best := math.Inf(1)
				for b.Loop() {
					start := time.Now()
					GemmStrassen(Matrix{dst, m, p.out, out}, Matrix{a, m, p.in, in}, rows, p, Epilogue{}, &scratch)
					best = min(best, time.Since(start).Seconds())
				}
				flop := 2 * float64(m) * float64(out) * float64(in)
				b.ReportMetric(flop*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
				if peak := measurePeak(Active()); peak > 0 {
					b.ReportMetric(100*flop/best/1e9/peak, "%peak")
					b.ReportMetric(peak, "peak-GFLOP/s")
				}
			})
		}
	}
}

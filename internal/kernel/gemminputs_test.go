package kernel

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// setCaches makes c the machine's caches until the test ends.
func setCaches(t testing.TB, c cacheSizes) {
	before := caches
	caches = c
	t.Cleanup(func() { caches = before })
}

// setPanelsInL2 sets panelsInL2 until the test ends.
func setPanelsInL2(t testing.TB, yes bool) {
	before := panelsInL2
	panelsInL2 = yes
	t.Cleanup(func() { panelsInL2 = before })
}

// TestBlocking checks the blocks that a few machines' caches get.
func TestBlocking(t *testing.T) {
	zen1, small, large := cacheSizes{32 << 10, 512 << 10, 8 << 20}, cacheSizes{32 << 10, 256 << 10, 4 << 20}, cacheSizes{128 << 10, 3 << 20, 0}
	iceLake := cacheSizes{48 << 10, 1280 << 10, 48 << 20}
	avx2, avx512 := [2]int{6, 16}, [2]int{12, 32} // rows and columns of a tile
	for _, c := range []struct {
		caches     cacheSizes
		panelsInL2 bool
		tile       [2]int
		rows, in   int
		want       blocking
	}{
		{zen1, false, avx2, 96, 384, blocking{96, 320, 192}},
		{zen1, false, avx2, 192, 3072, blocking{96, 320, 256}},
		{zen1, false, avx2, 20, 384, blocking{24, 1344, 384}},
		{zen1, false, avx2, 20, 3072, blocking{24, 1344, 1024}},
		{small, false, avx2, 96, 1536, blocking{48, 320, 256}},
		{large, false, avx2, 96, 768, blocking{96, 2048, 768}},
		{iceLake, true, avx2, 192, 768, blocking{192, 416, 768}},
		{iceLake, true, avx512, 192, 768, blocking{192, 416, 768}},
		{iceLake, true, avx512, 192, 3072, blocking{192, 416, 768}},
		{iceLake, true, avx512, 20, 3072, blocking{24, 3392, 1536}},
		{small, true, avx2, 96, 1536, blocking{96, 160, 256}},
		{zen1, false, avx2, 0, 0, blocking{6, 5440, 8}},
		{cacheSizes{1, 1, 1}, true, avx2, 96, 384, blocking{6, 32, 8}}, // at least a tile
	} {
		setPanelsInL2(t, c.panelsInL2)
		if got := c.caches.blocking(c.rows, c.in, c.tile[0], c.tile[1]); got != c.want {
			t.Errorf("%+v, %d rows of %d inputs, tiles of %v: %+v, want %+v", c.caches, c.rows, c.in, c.tile, got, c.want)
		}
	}
}

// TestGemmBlocks checks that results do not depend on the blocks: caches of a few
// kilobytes give the same bits as ones that hold everything.
func TestGemmBlocks(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand(7)
		for _, s := range [][3]int{{1, 16, 33}, {5, 100, 70}, {61, 33, 129}, {100, 75, 100}} {
			m, out, in := s[0], s[1], s[2]
			a, w := RowMajor(normals(r, m*in), m, in), Pack(RowMajor(normals(r, out*in), out, in))
			for _, ep := range []Epilogue{
				{}, {Bias: normals(r, out), Act: GELU, Residual: RowMajor(normals(r, m*out), m, out)},
				{Accumulate: true, Norm: &Norm{normals(r, out), normals(r, out), 1e-5}},
			} {
				run := func(c cacheSizes) []float32 {
					setCaches(t, c)
					g := newGuarded[float32](m*(out+1), 2)
					dst := Matrix{g.data(), m, out, out + 1}
					if ep.Act != None { // in place
						ep := ep
						for i := range m {
							copy(dst.Row(i), ep.Residual.Row(i))
						}
						ep.Residual = dst
						Gemm(dst, a, w, ep)
					} else {
						Gemm(dst, a, w, ep)
					}
					g.check(t, padding(out, out+1))
					return g.data()
				}
				want := run(cacheSizes{1 << 30, 1 << 30, 1 << 30})
				for _, c := range []cacheSizes{{1, 1, 1}, {2 << 10, 4 << 10, 0}, {1 << 10, 64 << 10, 0}, {4 << 10, 1 << 10, 0}} {
					for i, v := range run(c) {
						if v != want[i] {
							t.Fatalf("[%d, %d, %d], caches %+v: element %d is %v, want %v", m, out, in, c, i, v, want[i])
						}
					}
				}
			}
		}
	})
}

// BenchmarkGemmBlocks sweeps the blocks: products of weights from memory in the
// blocks that caches of several sizes get.
func BenchmarkGemmBlocks(b *testing.B) {
	if written[opGemmPanel]|written[opGemmInputs] == 0 {
		b.Skip("no product is blocked by caches at any level")
	}
	const weightBytes = 96 << 20
	for _, l := range Supported() {
		restore := Force(l)
		if !byInputs() {
			restore()
			continue
		}
		for _, s := range [][2]int{{1536, 384}, {384, 1536}, {3072, 768}, {768, 3072}} {
			weights := weightsBeyondCaches(s[0], s[1], weightBytes)
			for _, m := range []int{20, 96, 192} {
				for _, c := range []cacheSizes{{16 << 10, 256 << 10, 0}, {32 << 10, 512 << 10, 0}, {48 << 10, 1280 << 10, 0}, {64 << 10, 2 << 20, 0}, {1 << 30, 1 << 30, 0}} {
					for _, inL2 := range []bool{false, true} {
						b.Run(fmt.Sprintf("%v/%dx%d/rows=%d/caches=%dK,%dK/panelsInL2=%v", l, s[0], s[1], m, c.l1>>10, c.l2>>10, inL2), func(b *testing.B) {
							setCaches(b, c)
							setPanelsInL2(b, inL2)
							b.Logf("blocks: %+v", gemmInputsBlocking(m, s[1]))
							benchmarkWeights(b, weights, m)
						})
					}
				}
			}
		}
		restore()
	}
}

// weightsBeyondCaches returns as many packed matrices [out, in] as take that many
// bytes.
func weightsBeyondCaches(out, in, bytes int) (weights []*Packed) {
	some := RowMajor(normals(newRand(4), out*in), out, in)
	mem, size := NewMemory(bytes), FormatFloat32.Bytes(out, in)
	for n := size; n <= bytes; n += size {
		weights = append(weights, mem.Pack(some))
	}
	return weights
}

// benchmarkWeights takes m rows past one matrix after the other and compares the
// best product with the peak.
func benchmarkWeights(b *testing.B, weights []*Packed, m int) {
	out, in := weights[0].out, weights[0].in
	x, y := RowMajor(normals(newRand(5), m*in), m, in), RowMajor(make([]float32, m*out), m, out)
	flop := 2 * float64(m*out) * float64(in)
	best, peak, last := 0.0, 0.0, time.Time{}
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		Gemm(y, x, weights[i%len(weights)], Epilogue{})
		best = max(best, flop/time.Since(start).Seconds()/1e9)
		if time.Since(last) > 20*time.Millisecond { // the core's clock changes
			b.StopTimer()
			peak, last = max(peak, quickPeak(Active())), time.Now()
			b.StartTimer()
		}
	}
	b.ReportMetric(best, "best-GFLOP/s")
	if peak = max(peak, measurePeak(Active())); peak > 0 {
		b.ReportMetric(100*best/peak, "%peak")
	}
}

// TestGemmTwoUnits checks that AVX512X2 gives the bits of AVX512, for rows that
// fill several blocks and for a single one.
func TestGemmTwoUnits(t *testing.T) {
	if !AVX512X2.supported() {
		t.Skip("no AVX-512")
	}
	r := newRand(8)
	const out, in = 71, 1000
	w := Pack(RowMajor(normals(r, out*in), out, in))
	for _, m := range []int{1, 13, 25, 200} {
		a := RowMajor(normals(r, m*in), m, in)
		ep := Epilogue{Bias: normals(r, out), Residual: RowMajor(normals(r, m*out), m, out)}
		run := func(l Level, a Matrix, ep Epilogue) []float32 {
			defer Force(l)()
			dst := make([]float32, a.Rows*out)
			Gemm(RowMajor(dst, a.Rows, out), a, w, ep)
			return dst
		}
		want := run(AVX512, a, ep)
		if got := run(AVX512X2, a, ep); !slices.Equal(got, want) {
			t.Errorf("%d rows: avx512x2 differs from avx512", m)
		}
		if got := run(AVX512X2, a.rows(m-1, 1), ep.rows(m-1, 1)); !slices.Equal(got, want[(m-1)*out:]) {
			t.Errorf("the last of %d rows, alone, has other bits", m)
		}
	}
}

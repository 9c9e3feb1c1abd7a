package kernel

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// setCaches makes c the machine's caches until the test ends.
func setCaches(t testing.TB, c cacheSizes) {
	before := caches
	caches = c
	t.Cleanup(func() { caches = before })
}

// TestBlocking checks the blocks that a few machines' caches get.
func TestBlocking(t *testing.T) {
	zen1, small, large := cacheSizes{32 << 10, 512 << 10, 8 << 20}, cacheSizes{32 << 10, 256 << 10, 4 << 20}, cacheSizes{128 << 10, 3 << 20, 0}
	for _, c := range []struct {
		caches   cacheSizes
		rows, in int
		want     blocking
	}{
		{zen1, 96, 384, blocking{96, 320, 192}},
		{zen1, 192, 3072, blocking{96, 320, 256}},
		{zen1, 20, 384, blocking{24, 1344, 384}},
		{zen1, 20, 3072, blocking{24, 1344, 1024}},
		{small, 96, 1536, blocking{48, 320, 256}},
		{large, 96, 768, blocking{96, 2048, 768}},
		{zen1, 0, 0, blocking{6, 5440, 4}},
		{cacheSizes{1, 1, 1}, 96, 384, blocking{6, 32, 4}}, // at least a tile
	} {
		if got := c.caches.blocking(c.rows, c.in, 6); got != c.want {
			t.Errorf("%+v, %d rows of %d inputs: %+v, want %+v", c.caches, c.rows, c.in, got, c.want)
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
	if !has(opGemmInputs) {
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
				for _, c := range []cacheSizes{{16 << 10, 256 << 10, 0}, {32 << 10, 256 << 10, 0}, {32 << 10, 512 << 10, 0}, {48 << 10, 1 << 20, 0}, {64 << 10, 2 << 20, 0}, {1 << 30, 1 << 30, 0}} {
					k := c.blocking(m, s[1], 6)
					b.Run(fmt.Sprintf("%v/%dx%d/rows=%d/caches=%dK,%dK/blocks=%d,%d,%d", l, s[0], s[1], m, c.l1>>10, c.l2>>10, k.rows, k.columns, k.inputs), func(b *testing.B) {
						setCaches(b, c)
						benchmarkWeights(b, weights, m)
					})
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
	best := math.Inf(1)
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		Gemm(y, x, weights[i%len(weights)], Epilogue{})
		best = min(best, time.Since(start).Seconds())
	}
	flop := 2 * float64(m*out) * float64(in)
	b.ReportMetric(flop/best/1e9, "best-GFLOP/s")
	if peak := measurePeak(Active()); peak > 0 {
		b.ReportMetric(100*flop/best/1e9/peak, "%peak")
	}
}

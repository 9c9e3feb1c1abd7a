package reduce

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// TestPlaneMovesAsAnyDimension compares the path for two coordinates with the
// one for any number of them, bit by bit.
func TestPlaneMovesAsAnyDimension(t *testing.T) {
	t.Parallel()
	const n = 300
	r := rand.New(rand.NewPCG(4, 4))
	a, b := dense.New[float64](n, 2), dense.New[float64](n, 2)
	for i := range a.Data {
		a.Data[i] = 10 * r.Float64()
	}
	copy(a.Row(7), a.Row(8)) // no distance
	copy(b.Data, a.Data)
	before := dense.Rows[float64]{Data: slices.Clone(a.Data), Len: n, Dim: 2, Stride: 2}
	edges := []edge{{7, 8, 1 << 31}}
	for range 2000 {
		i := r.IntN(n)
		edges = append(edges, edge{int32(i), int32((i + 1 + r.IntN(n-1)) % n), uint32(r.IntN(1 << 31))})
	}
	for _, rate := range []float64{1, 0.01} {
		l := layout{forces: newForces(1.5769, 0.8951), negative: 5, rate: rate, epochs: 10}
		for e := 1; e <= 5; e++ {
			l.follow(a, before, edges, e, uint64(e), rate)
			l.followPlane(b, before, edges, e, uint64(e), rate)
			if !slices.Equal(a.Data, b.Data) {
				t.Fatalf("rate %v, epoch %d: the points differ", rate, e)
			}
		}
	}
	if slices.Equal(a.Data, before.Data) {
		t.Fatal("nothing has moved")
	}
}

func BenchmarkFollow(b *testing.B) {
	const n = 20000
	r := rand.New(rand.NewPCG(4, 4))
	y := dense.New[float64](n, 2)
	for i := range y.Data {
		y.Data[i] = 10 * r.Float64()
	}
	before := dense.Rows[float64]{Data: slices.Clone(y.Data), Len: n, Dim: 2, Stride: 2}
	edges := make([]edge, 100000)
	for i := range edges {
		edges[i] = edge{int32(r.IntN(n)), int32(r.IntN(n)), 1 << 31}
	}
	l := layout{forces: newForces(1.5769, 0.8951), negative: 5}
	for name, f := range map[string]func(y, before dense.Rows[float64], edges []edge, e int, random uint64, rate float64){"any": l.follow, "plane": l.followPlane} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f(y, before, edges, 1, 1, 1e-6)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(edges)*6), "ns/force")
		})
	}
}

// TestClip checks that a coordinate of a gradient is kept within ±4 and left
// alone there, and that a step over two coordinates, by either path, uses it.
func TestClip(t *testing.T) {
	t.Parallel()
	for in, want := range map[float64]float64{0: 0, 3.5: 3.5, -3.5: -3.5, 4: 4, -4: -4, 4.5: 4, -4.5: -4, math.Inf(1): 4, math.Inf(-1): -4} {
		if got := clip(in); got != want {
			t.Errorf("clip(%g) = %g, want %g", in, got, want)
		}
	}
	if got := clip(math.NaN()); !math.IsNaN(got) {
		t.Errorf("clip(NaN) = %g", got)
	}
	y, z := []float64{10, 1}, []float64{0, 0}
	meet(y, z, 2, 0.5) // 2·(10, 1), the first beyond 4
	if y[0] != 12 || y[1] != 2 || z[0] != -2 || z[1] != -1 {
		t.Errorf("met at %v and %v, want [12 2] and [-2 -1]", y, z)
	}
	step(y, []float64{100, 0}, 1, 0.5) // (-88, 2)
	if y[0] != 10 || y[1] != 3 {
		t.Errorf("stepped to %v, want [10 3]", y)
	}
}

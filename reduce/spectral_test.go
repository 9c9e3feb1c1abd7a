package reduce

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// TestOrthogonalize takes vectors of which much, little and next to nothing is
// new.
func TestOrthogonalize(t *testing.T) {
	t.Parallel()
	const k, n = 12, 1100
	r := rand.New(rand.NewPCG(6, 6))
	basis := dense.New[float64](k, n)
	for i := range basis.Data {
		basis.Data[i] = r.NormFloat64()
	}
	orthonormal(basis)
	for _, part := range []float64{1, 0.3, 1e-4, 1e-9} {
		x := make([]float64, n)
		for i := range x {
			x[i] = part * r.NormFloat64() / math.Sqrt(n)
		}
		for i := range k {
			kernel.AxpyF64(r.NormFloat64(), basis.Row(i), x)
		}
		if err := orthogonalize(t.Context(), x, basis, 2); err != nil {
			t.Fatal(err)
		}
		length := math.Sqrt(kernel.DotF64(x, x))
		if math.Abs(length-part) > 0.1*part {
			t.Errorf("of a part of %v, %v is left", part, length)
		}
		for i := range k {
			if c := kernel.DotF64(x, basis.Row(i)) / length; math.Abs(c) > 1e-14 {
				t.Errorf("a part of %v keeps %.2g of row %d", part, c, i)
			}
		}
	}
}

// TestGraphAndStartTakeLittleMemory counts all that is allocated, garbage too,
// in units of what has to be: the vectors of the start and the entries of the
// graph.
func TestGraphAndStartTakeLittleMemory(t *testing.T) {
	const n, k = 6000, 14
	x, _ := clusters(n, 8, 1, 1, 3)
	g := must(knn.Exact(t.Context(), narrow(x).Rows, k, 2))
	allocated := func(f func()) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		f()
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	var w *sparse.Matrix
	// Both directions, 12 bytes each and before they are joined, and rows.
	got, want := allocated(func() { w = must(fuzzyGraph(t.Context(), g, k+1, 2)) }), float64(12*n*k+8*2*n*k+60*n)
	if got > want {
		t.Errorf("the graph of %d points allocates %.0f bytes, want at most %.0f", n, got, want)
	}
	const steps = 200
	got = allocated(func() {
		if _, ok, err := spectral(t.Context(), w, 2, 1, 2); !ok || err != nil {
			t.Fatal(ok, err)
		}
	})
	if want := float64(8 * n * (steps + 40)); got > want {
		t.Errorf("the start of %d points allocates %.0f bytes, want at most %.0f", n, got, want)
	}
}

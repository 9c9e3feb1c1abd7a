package score

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDistances checks the vector code against the plain, at every length
// around its width, and that nothing beyond the end is touched.
func TestDistances(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		for _, close := range []bool{false, true} {
			products, sq := make([]float32, n+9), make([]float32, n+9)
			for j := range products {
				sq[j] = r.Float32() + 0.5
				products[j] = r.Float32() - 0.6
			}
			if close && n > 0 {
				j := r.IntN(n)
				sq[j], products[j] = 1, 0.9999999 // with self = 1
			}
			want := append([]float32(nil), products...)
			wantClose := distancesGeneric(want[:n], sq[:n], 1)
			got := distances(products[:n], sq[:n], 1)
			if got != wantClose || close && n > 0 && !got {
				t.Fatalf("n=%d: cancelled %v, want %v", n, got, wantClose)
			}
			for j := range products {
				if math.Abs(float64(products[j]-want[j])) > 1e-6 || j >= n && products[j] != want[j] {
					t.Fatalf("n=%d, %d: got %v, want %v", n, j, products[j], want[j])
				}
			}
		}
	}
}

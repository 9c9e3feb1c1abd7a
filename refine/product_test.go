package refine

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// Products of memberships and points are those of a loop, whether points are kept
// packed or not, also when the memory of another product is used again.
func TestProducts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 7))
	x := dense.New[float32](301, 19)
	for i := range x.Data {
		x.Data[i] = float32(r.NormFloat64())
	}
	packed, unpacked := newProducts(x, 2), newProducts(x, 2)
	if packed.packed == nil {
		t.Fatal("few points are not kept packed")
	}
	unpacked.packed = nil
	for _, k := range []int{5, 2, 33} {
		q := dense.New[float32](x.Len, k)
		for i := range q.Data {
			if q.Data[i] = r.Float32(); r.IntN(3) == 0 {
				q.Data[i] = negligible / 2
			}
		}
		for piece := range pieces(x.Len) {
			lo, hi := piece*x.Len/pieces(x.Len), (piece+1)*x.Len/pieces(x.Len)
			want := make([]float64, k*x.Dim)
			for i := lo; i < hi; i++ {
				for c, v := range q.Row(i) {
					for j, f := range x.Row(i) {
						if v >= negligible {
							want[c*x.Dim+j] += float64(v) * float64(f)
						}
					}
				}
			}
			for name, p := range map[string]*products{"packed": &packed, "unpacked": &unpacked} {
				for j, got := range p.sums(piece%2, piece, q.Slice(lo, hi), x.Slice(lo, hi)) {
					if math.Abs(float64(got)-want[j]) > 1e-4 {
						t.Fatalf("%s, k %d, piece %d: element %d is %g, want %g", name, k, piece, j, got, want[j])
					}
				}
			}
		}
	}
}

// Too many points are not kept a second time.
func TestProductsMemory(t *testing.T) {
	t.Parallel()
	x := dense.Rows[float32]{Len: mostPacked + 1, Dim: 1, Stride: 1}
	if p := newProducts(x, 1); p.packed != nil {
		t.Errorf("%d points of one number are kept packed", x.Len)
	}
}

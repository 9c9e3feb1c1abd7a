package crowd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// A crowd has the mean and the covariance of what it is made like, whether there
// are fewer points than dimensions or more.
func TestCrowdHasMeanAndCovariance(t *testing.T) {
	t.Parallel()
	for _, n := range []int{6, 400} {
		const dim = 8
		r := rand.New(rand.NewPCG(3, uint64(n)))
		x := dense.New[float32](n, dim)
		for i := range n {
			a := r.NormFloat64()
			for j := range dim {
				x.Row(i)[j] = float32(j) + float32(a*float64(j)+r.NormFloat64())
			}
		}
		c := New(x)
		rows, _ := c.root.Dims()
		if want := min(n, dim); rows != want {
			t.Fatalf("%d points: a root of %d rows, want %d", n, rows, want)
		}
		for a := range dim {
			for b := range dim {
				var got, want float64
				for i := range rows {
					got += c.root.At(i, a) * c.root.At(i, b)
				}
				for i := range n {
					want += (float64(x.Row(i)[a]) - c.mean[a]) * (float64(x.Row(i)[b]) - c.mean[b]) / float64(n-1)
				}
				if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
					t.Fatalf("%d points: covariance %v of %d and %d, want %v", n, got, a, b, want)
				}
			}
		}
		y, again, other := c.Draw(1, 0), c.Draw(1, 0), c.Draw(1, 1)
		if y.Len != n || math.Abs(vector.Norm(y.Row(n-1))-1) > 1e-6 || y.Row(0)[1] != again.Row(0)[1] || y.Row(0)[1] == other.Row(0)[1] {
			t.Errorf("%d points: %v, %v, %v", n, y.Row(0), again.Row(0), other.Row(0))
		}
	}
}

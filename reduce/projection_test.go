package reduce

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestRandomProjectionKeepsDistances checks the promise: all distances within
// the factor that the number of components was chosen for.
func TestRandomProjectionKeepsDistances(t *testing.T) {
	t.Parallel()
	const n, d, epsilon = 60, 3000, 0.3
	x := lowRank(n, d, 20, 1, 3)
	for _, density := range []float64{0, 1.0 / 3, 1 / math.Sqrt(d)} {
		r, err := RandomProjection{Epsilon: epsilon, Density: density, Seed: 5}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if _, k := r.Dims(); k != JohnsonLindenstrauss(n, epsilon) {
			t.Errorf("%d components", k)
		}
		z, err := r.Transform(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		z32, err := r.Transform(t.Context(), narrow(x))
		if err != nil {
			t.Fatal(err)
		}
		if diff, size := largest(z32, z); diff > 1e-5*size {
			t.Errorf("float32 points differ by %v", diff)
		}
		var want mat.Dense
		want.Mul(x, r.Components.T())
		if diff, size := largest(z, &want); diff > 1e-12*size {
			t.Errorf("density %v: the product differs by %v", density, diff)
		}
		worst := 0.0
		for i := range n {
			for j := range i {
				worst = max(worst, math.Abs(distance(z, i, j)/distance(x, i, j)-1))
			}
		}
		if worst > epsilon {
			t.Errorf("density %v: a distance is off by a factor of %v", density, 1+worst)
		}
		if density > 0 {
			filled := 0
			for i := range r.Components.RawMatrix().Data {
				if r.Components.RawMatrix().Data[i] != 0 {
					filled++
				}
			}
			k, _ := r.Components.Dims()
			if got := float64(filled) / float64(k*d); math.Abs(got-density) > 0.1*density {
				t.Errorf("density %v, want %v", got, density)
			}
		}
	}
}

func distance(x *mat.Dense, i, j int) float64 {
	var s float64
	b := x.RawRowView(j)
	for k, v := range x.RawRowView(i) {
		s += (v - b[k]) * (v - b[k])
	}
	return math.Sqrt(s)
}

func TestJohnsonLindenstrauss(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n       int
		epsilon float64
		want    int
	}{{1_000_000, 0.5, 663}, {1_000_000, 0.1, 11841}, {1_000_000, 0.01, 1112658}, {10_000, 0.1, 7894}, {1, 0.1, 0}, {0, 0.1, 0}, {10, 1, 0}, {10, math.NaN(), 0}} {
		if got := JohnsonLindenstrauss(c.n, c.epsilon); got != c.want {
			t.Errorf("n=%d epsilon=%v: got %d, want %d", c.n, c.epsilon, got, c.want)
		}
	}
}

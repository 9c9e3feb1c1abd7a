package score

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// TestSilhouetteOfOnePlace: where a point's own cluster and the next lie in one
// place, its silhouette is 0, not what rounding makes of it.
func TestSilhouetteOfOnePlace(t *testing.T) {
	t.Parallel()
	const n = 40
	places := [][]float64{{0.1, 0.2, 0.7}, {-1e8, 3, 0.3}, {1.0 / 3, 1e-9, 5}}
	for _, m := range []estimator.Metric{estimator.Euclidean, estimator.Cosine, estimator.Manhattan, estimator.Chebyshev} {
		for _, stretch := range []float64{0, 0.37} { // along one direction, which is a place to the cosine
			if stretch > 0 && m != estimator.Cosine {
				continue
			}
			for p, place := range places {
				x, labels := mat.NewDense(n, 3, nil), make([]int, n)
				for i := range n {
					labels[i] = i % 3
					for j, v := range place {
						x.Set(i, j, v*(1+stretch*float64(i)))
					}
				}
				got, err := SilhouetteSamples(t.Context(), x, labels, m, 0)
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range got {
					if v != 0 {
						t.Fatalf("%v, place %d, stretch %v: silhouette of point %d is %v, want 0", m, p, stretch, i, v)
					}
				}
				// The same with one cluster elsewhere: its points are at their best.
				for i := range n {
					if labels[i] == 2 {
						x.SetRow(i, []float64{7, -2, 1})
					}
				}
				got, err = SilhouetteSamples(t.Context(), x, labels, m, 0)
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range got {
					want := 0.0
					if labels[i] == 2 {
						want = 1
					}
					if v != want {
						t.Fatalf("%v, place %d, stretch %v: silhouette of point %d of cluster %d is %v, want %v", m, p, stretch, i, labels[i], v, want)
					}
				}
			}
		}
	}
}

// TestAnyScale: all points times a power of two have the same scores, to the
// last bit, also where the squares of coordinates leave the range of a float or
// a coordinate that is the same for all points is much larger than the rest.
func TestAnyScale(t *testing.T) {
	t.Parallel()
	const n, d, k = 90, 4, 3
	near, labels := blobs(n, d, k, 0.4, 0, 5)
	scores := func(x mat.Matrix) (v [5]float64) {
		t.Helper()
		var err error
		for i, f := range []func() (float64, error){
			func() (float64, error) { return CalinskiHarabasz(t.Context(), x, labels, 0) },
			func() (float64, error) { return DaviesBouldin(t.Context(), x, labels, 0) },
			func() (float64, error) { return Silhouette(t.Context(), x, labels, estimator.Euclidean, 0) },
			func() (float64, error) { return Silhouette(t.Context(), x, labels, estimator.Manhattan, 0) },
			func() (float64, error) { return Silhouette(t.Context(), x, labels, estimator.Chebyshev, 0) },
		} {
			if v[i], err = f(); err != nil {
				t.Fatal(err)
			}
		}
		return v
	}
	base := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d - 1 { // the last coordinate stays 0
			base.Set(i, j, math.Round(near.At(i, j)*(1<<10))/(1<<10))
		}
	}
	want := scores(base)
	for _, e := range []int{-900, -530, -200, 200, 530, 1015} {
		for _, constant := range []float64{0, 1, 1e300} {
			x := mat.NewDense(n, d, nil)
			for i := range n {
				for j := range d - 1 {
					x.Set(i, j, math.Ldexp(base.At(i, j), e))
				}
				x.Set(i, d-1, constant)
			}
			if constant == 1e300 && e < -500 {
				// No power of two brings both into range.
				continue
			}
			if got := scores(x); got != want {
				t.Errorf("times 2^%d beside %v: scores %v, want %v", e, constant, got, want)
			}
		}
	}
	narrow := dense.Matrix{Rows: dense.Narrow(base)}
	single := scores(narrow)
	for _, e := range []int{-100, -70, -30, 30, 70, 120} {
		for _, constant := range []float32{0, 1} {
			x := dense.New[float32](n, d)
			for i := range n {
				for j := range d - 1 {
					x.Row(i)[j] = float32(math.Ldexp(base.At(i, j), e))
				}
				x.Row(i)[d-1] = constant
			}
			if got := scores(dense.Matrix{Rows: x}); got != single {
				t.Errorf("float32 times 2^%d beside %v: scores %v, want %v", e, constant, got, single)
			}
		}
	}
}

// TestFarFromTheOrigin: a shift of all points by a number that float64 adds
// exactly changes no score, where sums of squares would lose all digits.
func TestFarFromTheOrigin(t *testing.T) {
	t.Parallel()
	const n, d, k = 90, 4, 3
	near, labels := blobs(n, d, k, 0.4, 0, 5)
	for _, shift := range []float64{1 << 10, 1 << 20, 1 << 30} {
		base, far := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
		for i := range n {
			for j := range d {
				v := math.Round(near.At(i, j)*(1<<16)) / (1 << 16) // 46 bits with the largest shift
				base.Set(i, j, v)
				far.Set(i, j, v+shift)
			}
		}
		for name, f := range map[string]func(x mat.Matrix) (float64, error){
			"silhouette":        func(x mat.Matrix) (float64, error) { return Silhouette(t.Context(), x, labels, estimator.Euclidean, 0) },
			"Calinski-Harabasz": func(x mat.Matrix) (float64, error) { return CalinskiHarabasz(t.Context(), x, labels, 0) },
			"Davies-Bouldin":    func(x mat.Matrix) (float64, error) { return DaviesBouldin(t.Context(), x, labels, 0) },
		} {
			want, err := f(base)
			if err != nil {
				t.Fatal(err)
			}
			got, err := f(far)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got-want) > 1e-9*math.Abs(want) {
				t.Errorf("%s shifted by %v is %.15g, want %.15g", name, shift, got, want)
			}
		}
	}
	// The same of float32 points, by a shift that leaves them 12 bits of fraction.
	base, far := dense.New[float32](n, d), dense.New[float32](n, d)
	for i := range n {
		for j := range d {
			v := float32(math.Round(near.At(i, j)*(1<<12)) / (1 << 12))
			base.Row(i)[j], far.Row(i)[j] = v, v+1024
		}
	}
	want, err := Silhouette(t.Context(), dense.Matrix{Rows: base}, labels, estimator.Euclidean, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Silhouette(t.Context(), dense.Matrix{Rows: far}, labels, estimator.Euclidean, 0)
	if err != nil || math.Abs(got-want) > 1e-6 {
		t.Errorf("silhouette of float32 points shifted by 1024 is %v, %v, want %v", got, err, want)
	}
}

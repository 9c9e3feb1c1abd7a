package score

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/metric"
)

// TestSilhouetteOfOnePlace: where a point's own cluster and the next lie in one
// place, its silhouette is 0, not what rounding makes of it.
func TestSilhouetteOfOnePlace(t *testing.T) {
	const n = 40
	places := [][]float64{{0.1, 0.2, 0.7}, {-1e8, 3, 0.3}, {1.0 / 3, 1e-9, 5}}
	for _, m := range []metric.Metric{metric.Euclidean, metric.Cosine, metric.Manhattan, metric.Chebyshev} {
		for _, stretch := range []float64{0, 0.37} { // along one direction, which is a place to the cosine
			if stretch > 0 && m != metric.Cosine {
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

// TestOutOfRange: coordinates whose squares overflow are an error, not NaN.
func TestOutOfRange(t *testing.T) {
	x := mat.NewDense(4, 1, []float64{1e160, 2e160, -7e160, -5e160})
	labels := []int{0, 0, 1, 1}
	if v, err := CalinskiHarabasz(t.Context(), x, labels, 0); !errors.Is(err, ErrNotFinite) {
		t.Errorf("Calinski-Harabasz: %v, %v", v, err)
	}
	if v, err := DaviesBouldin(t.Context(), x, labels, 0); !errors.Is(err, ErrNotFinite) {
		t.Errorf("Davies-Bouldin: %v, %v", v, err)
	}
}

// TestFarFromTheOrigin: a shift of all points by a number that float64 adds
// exactly changes no score, where sums of squares would lose all digits.
func TestFarFromTheOrigin(t *testing.T) {
	const n, d, k = 90, 4, 3
	near, labels := blobs(n, d, k, 0.4, 0, 5)
	for _, shift := range []float64{1 << 10, 1 << 20} {
		base, far := mat.NewDense(n, d, nil), mat.NewDense(n, d, nil)
		for i := range n {
			for j := range d {
				v := math.Round(near.At(i, j)*(1<<16)) / (1 << 16)
				base.Set(i, j, v)
				far.Set(i, j, v+shift)
			}
		}
		for name, f := range map[string]func(x mat.Matrix) (float64, error){
			"silhouette":        func(x mat.Matrix) (float64, error) { return Silhouette(t.Context(), x, labels, metric.Euclidean, 0) },
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
	want, err := Silhouette(t.Context(), dense.Matrix{Rows: base}, labels, metric.Euclidean, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Silhouette(t.Context(), dense.Matrix{Rows: far}, labels, metric.Euclidean, 0)
	if err != nil || math.Abs(got-want) > 1e-6 {
		t.Errorf("silhouette of float32 points shifted by 1024 is %v, %v, want %v", got, err, want)
	}
}

package cluster

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestScales: points times a power of two have the same clusters, or are
// refused where squares of their differences are out of range.
func TestScales(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(3, 1)), 80, 5, 4, 0.3)
	eachEstimator(t, func(t *testing.T, e fitter) {
		if _, ok := e.make(3, 1).(DBSCAN); ok {
			return // its radius is not in units of the points
		}
		want, err := e.make(3, 2).Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for _, power := range []int{-1060, -1030, -900, -540, -450, -140, -100, 100, 130, 480, 495, 510, 600} {
			y := mat.NewDense(80, 5, nil)
			y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, power) }, x)
			p, err := e.make(3, 2).Cluster(t.Context(), y)
			if err != nil {
				if usual := power > -460 && power < 490; usual || !errors.Is(err, ErrNotFinite) {
					t.Errorf("2^%d: %v", power, err)
				}
				continue
			}
			if !slices.Equal(p.Assignments(), want.Assignments()) {
				t.Errorf("2^%d: %d clusters %v, want %v", power, p.NumClusters(), p.Assignments(), want.Assignments())
			}
			if l, err := p.Predict(t.Context(), y); err != nil || !slices.Equal(l, p.Assignments()) {
				t.Errorf("2^%d: predicted %v, %v, want %v", power, l, err, p.Assignments())
			}
		}
	})
}

// TestSmallestDistances: distances far below a float32's least are told apart.
func TestSmallestDistances(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(4, 1, []float64{0, 1e-60, 3e-60, 1})
	for _, m := range []Metric{Manhattan, Chebyshev, Euclidean} {
		r, err := Agglomerative{K: 2, Linkage: Single, Metric: m}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float64{1e-60, 2e-60, 1} {
			if got := r.Merges[i].Distance; math.Abs(got-want) > 1e-12*want {
				t.Errorf("%v: merge %d at %g, want %g", m, i, got, want)
			}
		}
	}
}

// TestLabelsOfRefilledCentres: labels are those of the returned centres even
// where the last round gave a centre without points one again.
func TestLabelsOfRefilledCentres(t *testing.T) {
	t.Parallel()
	row := []float64{-1.5737980979029791e-31, 1.5252470233194175e-30, 3.747073073044379e-31}
	x := mat.NewDense(2, 3, slices.Concat(row, row)) // their weighted mean is rounded to another point
	r, err := KMeans{K: 2, Centers: x, Weights: []float64{0.8966449258776991, 0.9534447291179995}, Tol: -1}.Fit(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if l, err := r.Predict(t.Context(), x); err != nil || !slices.Equal(l, r.Labels) {
		t.Errorf("labels %v, predicted %v, %v", r.Labels, l, err)
	}
}

// TestEmptiedCentres: a centre whose points were all given to centres without any
// stays where it was.
func TestEmptiedCentres(t *testing.T) {
	t.Parallel()
	for _, m := range []Metric{Euclidean, Cosine} {
		for _, w := range [][]float64{nil, {0.3, 0.7, 1, 1}, {0.1, 0.2, 0.3, 1}, {1.1, 0.7, 1, 1}} {
			x := mat.NewDense(4, 3, []float64{0.9, 0.17, 0.13, 0.93, -0.11, 0.19, 0, 1, 0, 0, 1, 0})
			centres := mat.NewDense(4, 3, []float64{0.8, 0.36, 0.48, 0, 1, 0, 0, -1, 0, 0, 0, -1})
			r, err := KMeans{K: 4, Centers: centres, Weights: w, Metric: m, MaxIter: 1, Tol: -1}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			for j, want := range centres.RawRowView(0) {
				if got := r.Centers.At(0, j); math.Abs(got-want) > 1e-9 {
					t.Errorf("%v, weights %v: centre %v, want %v", m, w, mat.Row(nil, 0, r.Centers), centres.RawRowView(0))
					break
				}
			}
		}
	}
}

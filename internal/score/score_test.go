package score

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// blobs returns n points of d features around k centres shifted by offset, and
// their labels.
func blobs(n, d, k int, width, offset float64, seed uint64) (dense.Matrix, []int) {
	r := rand.New(rand.NewPCG(seed, 1))
	c := make([]float64, k*d)
	for i := range c {
		c[i] = r.NormFloat64() + offset
	}
	x := dense.New[float32](n, d)
	labels := make([]int, n)
	for i := range n {
		labels[i] = r.IntN(k)
		for j := range d {
			x.Row(i)[j] = float32(c[labels[i]*d+j] + width*r.NormFloat64())
		}
	}
	return dense.Matrix{Rows: x}, labels
}

// slowSilhouette is the definition, from a full matrix of distances.
func slowSilhouette(x mat.Matrix, labels []int, dist func(a, b []float64) float64) []float64 {
	n, _ := x.Dims()
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = mat.Row(nil, i, x)
	}
	out := make([]float64, n)
	for i := range n {
		sums, sizes := map[int]float64{}, map[int]float64{}
		for j := range n {
			if j != i {
				sums[labels[j]] += dist(rows[i], rows[j])
				sizes[labels[j]]++
			}
		}
		if sizes[labels[i]] == 0 {
			continue
		}
		a, b := 0.0, math.Inf(1)
		for l, s := range sums {
			if l == labels[i] {
				a = s / sizes[l]
			} else {
				b = min(b, s/sizes[l])
			}
		}
		if max(a, b) > 0 {
			out[i] = (b - a) / max(a, b)
		}
	}
	return out
}

func cosine(a, b []float64) float64 {
	na, nb := norm(a), norm(b)
	var s float64 // half of |a/|a| - b/|b||², which does not cancel
	for i := range a {
		d := a[i]/na - b[i]/nb
		s += d * d / 2
	}
	return s
}

// TestSilhouetteAgainstDefinition covers data far from the origin, tight
// clusters, noise, single points, clusters across block borders, and the
// layout without sums.
func TestSilhouetteAgainstDefinition(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		n, d, k       int
		width, offset float64
		labelOf       func(i, l int) int
	}{
		{"plain", 700, 9, 4, 0.5, 0, nil},
		{"far from the origin", 600, 5, 3, 0.5, 3000, nil},
		{"tight", 1200, 8, 2, 1e-4, 5, nil},
		{"one cluster per block", 1100, 3, 2, 1, 0, nil},
		{"noise and single points", 300, 4, 3, 0.3, 0, func(i, l int) int {
			if i < 5 {
				return 100 + i
			}
			return l - 1
		}},
		{"many clusters", 600, 4, 250, 0.3, 0, nil},
	} {
		x, labels := blobs(c.n, c.d, c.k, c.width, c.offset, 7)
		if c.labelOf != nil {
			for i, l := range labels {
				labels[i] = c.labelOf(i, l)
			}
		}
		wide := mat.DenseCopyOf(x)
		for m, dist := range map[estimator.Metric]func(a, b []float64) float64{
			estimator.Euclidean: func(a, b []float64) float64 { return math.Sqrt(squared(a, b)) },
			estimator.Manhattan: manhattan[float64], estimator.Chebyshev: chebyshev[float64], estimator.Cosine: cosine,
		} {
			want := slowSilhouette(wide, labels, dist)
			for _, in := range []mat.Matrix{x, wide} {
				got, err := SilhouetteSamples(t.Context(), in, labels, m, 2)
				if err != nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				tol := 1e-9
				if _, single := in.(dense.Matrix); single && m == estimator.Euclidean {
					tol = 3e-6
				}
				for i := range got {
					if math.Abs(got[i]-want[i]) > tol {
						t.Errorf("%s %v %T point %d: got %v, want %v", c.name, m, in, i, got[i], want[i])
						break
					}
				}
			}
		}
		// Both ways of passing the pairs.
		g := Group(labels)
		a, err := silhouetteRows(t.Context(), newDirect(x.Rows, g.Order, estimator.Manhattan), g, 2)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range slowSilhouette(wide, labels, manhattan[float64]) {
			if math.Abs(a[i]-want) > 1e-9 {
				t.Fatalf("%s: row-wise, point %d: got %v, want %v", c.name, i, a[i], want)
			}
		}
	}
}

func TestAnyThreadCountSameBits(t *testing.T) {
	t.Parallel()
	x, labels := blobs(3000, 17, 7, 0.7, 1, 3)
	for name, f := range map[string]func(threads int) []float64{
		"silhouette": func(n int) []float64 {
			return must(SilhouetteSamples(t.Context(), x, labels, estimator.Euclidean, n))
		},
		"cosine":    func(n int) []float64 { return must(SilhouetteSamples(t.Context(), x, labels, estimator.Cosine, n)) },
		"manhattan": func(n int) []float64 { return must(SilhouetteSamples(t.Context(), x, labels, estimator.Manhattan, n)) },
		"ch":        func(n int) []float64 { return []float64{must(CalinskiHarabasz(t.Context(), x, labels, n))} },
		"db":        func(n int) []float64 { return []float64{must(DaviesBouldin(t.Context(), x, labels, n))} },
	} {
		want := f(1)
		for _, n := range []int{2, 3, 8} {
			for i, v := range f(n) {
				if math.Float64bits(v) != math.Float64bits(want[i]) {
					t.Fatalf("%s: %d threads give %x, one gives %x", name, n, v, want[i])
				}
			}
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestErrors(t *testing.T) {
	t.Parallel()
	x := mat.NewDense(4, 2, []float64{0, 1, 2, 3, 4, 5, 6, 7})
	bad := mat.NewDense(3, 2, []float64{1, 2, 3, math.NaN(), 5, 6})
	inf := dense.Matrix{Rows: dense.Rows[float32]{Data: []float32{1, 2, float32(math.Inf(-1)), 4, 5, 6}, Len: 3, Dim: 2, Stride: 2}}
	zero := mat.NewDense(3, 2, []float64{1, 2, 0, 0, 5, 6})
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		x      mat.Matrix
		labels []int
		m      estimator.Metric
		want   error
	}{
		{"nil", nil, nil, nil, 0, ErrEmpty},
		{"empty", nil, &mat.Dense{}, nil, 0, ErrEmpty},
		{"lengths", nil, x, []int{0, 1}, 0, ErrLength},
		{"one cluster", nil, x, []int{0, 0, 0, 0}, 0, ErrLabelCount},
		{"all noise", nil, x, []int{-1, -1, -1, -1}, 0, ErrLabelCount},
		{"n clusters", nil, x, []int{0, 1, 2, 3}, 0, ErrLabelCount},
		{"one point", nil, mat.NewDense(1, 1, nil), []int{0}, 0, ErrLabelCount},
		{"NaN", nil, bad, []int{0, 0, 1}, 0, ErrNotFinite},
		{"Inf", nil, inf, []int{0, 0, 1}, 0, ErrNotFinite},
		{"zero row", nil, zero, []int{0, 0, 1}, estimator.Cosine, ErrZeroRow},
		{"metric", nil, x, []int{0, 0, 1, 1}, 99, ErrMetric},
		{"cancelled", cancelled, x, []int{0, 0, 1, 1}, 0, context.Canceled},
	} {
		ctx := c.ctx
		if ctx == nil {
			ctx = t.Context()
		}
		if _, err := Silhouette(ctx, c.x, c.labels, c.m, 0); !errors.Is(err, c.want) {
			t.Errorf("silhouette, %s: got %v, want %v", c.name, err, c.want)
		}
		if c.m != 0 {
			continue
		}
		if _, err := CalinskiHarabasz(ctx, c.x, c.labels, 0); !errors.Is(err, c.want) {
			t.Errorf("CH, %s: got %v, want %v", c.name, err, c.want)
		}
		if _, err := DaviesBouldin(ctx, c.x, c.labels, 0); !errors.Is(err, c.want) {
			t.Errorf("DB, %s: got %v, want %v", c.name, err, c.want)
		}
	}
	var at *estimator.ValueError
	if _, err := Silhouette(t.Context(), bad, []int{0, 0, 1}, 0, 0); !errors.As(err, &at) || at.Row != 1 || at.Col != 1 {
		t.Errorf("got %v, want row 1, column 1", err)
	}
	var count *estimator.LabelCountError
	if _, err := DaviesBouldin(t.Context(), x, []int{5, 5, 5, 5}, 0); !errors.As(err, &count) || count.Clusters != 1 || count.Points != 4 {
		t.Errorf("got %v", err)
	}
}

// TestDegenerate has the values that scikit-learn gives where the formula
// divides by nothing.
func TestDegenerate(t *testing.T) {
	t.Parallel()
	same := mat.NewDense(5, 3, nil)
	for i := range 5 {
		same.SetRow(i, []float64{0.1, 0.7, 1e3})
	}
	pairs := mat.NewDense(4, 1, []float64{0.1, 0.1, 0.3, 0.3})
	labels := []int{0, 0, 1, 1, 1}
	for _, c := range []struct {
		name       string
		x          mat.Matrix
		labels     []int
		s, ch, dbi float64
	}{
		{"all the same", same, labels, 0, 1, 0},
		{"clusters are points", pairs, labels[:4], 1, 1, 0},
	} {
		for _, x := range []mat.Matrix{c.x, dense.Matrix{Rows: dense.Narrow(c.x)}} {
			if got := must(Silhouette(t.Context(), x, c.labels, estimator.Euclidean, 0)); got != c.s {
				t.Errorf("%s: silhouette %v, want %v", c.name, got, c.s)
			}
			if got := must(DaviesBouldin(t.Context(), x, c.labels, 0)); got != c.dbi {
				t.Errorf("%s: DB %v, want %v", c.name, got, c.dbi)
			}
			if got := must(CalinskiHarabasz(t.Context(), x, c.labels, 0)); got != c.ch {
				t.Errorf("%s: CH %v, want %v", c.name, got, c.ch)
			}
		}
	}
}

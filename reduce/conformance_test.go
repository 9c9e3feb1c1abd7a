package reduce

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// plain hides what a matrix is, so that only At can be used.
type plain struct{ mat.Matrix }

// TestConformance holds every Reducer to the same behaviour.
func TestConformance(t *testing.T) {
	t.Parallel()
	reducers := map[string]func(components, threads int) Reducer{
		"PCA":            func(k, n int) Reducer { return PCA{Components: k, Threads: n, Solver: Exact} },
		"PCA whitened":   func(k, n int) Reducer { return PCA{Components: k, Threads: n, Whiten: true} },
		"PCA randomized": func(k, n int) Reducer { return PCA{Components: k, Threads: n, Solver: Randomized, Seed: 4} },
		"random":         func(k, n int) Reducer { return RandomProjection{Components: k, Threads: n, Seed: 4} },
		"random sparse":  func(k, n int) Reducer { return RandomProjection{Components: k, Threads: n, Seed: 4, Density: 0.3} },
		"UMAP":           func(k, n int) Reducer { return UMAP{Components: k, Threads: n, Seed: 4, Epochs: 20} },
		"UMAP random":    func(k, n int) Reducer { return UMAP{Components: k, Threads: n, Epochs: 20, Init: InitRandom} },
		"UMAP descent":   func(k, n int) Reducer { return UMAP{Components: k, Threads: n, Epochs: 20, Approximate: 1} },
		"UMAP cosine":    func(k, n int) Reducer { return UMAP{Components: k, Threads: n, Epochs: 20, Metric: Cosine} },
		"smoothing":      func(k, n int) Reducer { return Smoothing{Components: k, Threads: n, Neighbors: 4} },
		"smoothing once": func(k, n int) Reducer { return Smoothing{Components: k, Threads: n, Steps: 1, Approximate: 1} },
	}
	r := rand.New(rand.NewPCG(1, 1))
	const n, d = 40, 6
	good := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			good.Set(i, j, math.Round(64*r.NormFloat64())/16+1) // exact in float32
		}
	}
	with := func(i, j int, v float64) *mat.Dense {
		m := mat.DenseCopyOf(good)
		m.Set(i, j, v)
		return m
	}
	constant := mat.NewDense(n, d, nil)
	duplicates := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			constant.Set(i, j, 0.1)
			duplicates.Set(i, j, good.At(i%3, j))
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()

	for name, make := range reducers {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				name string
				x    mat.Matrix
				want error
			}{
				{"nil", nil, ErrEmpty},
				{"empty", &mat.Dense{}, ErrEmpty},
				{"no float32 rows", dense.Matrix{}, ErrEmpty},
				{"NaN", with(7, 3, math.NaN()), ErrNotFinite},
				{"Inf", with(39, 0, math.Inf(1)), ErrNotFinite},
				{"-Inf in float32", narrow(with(0, 5, math.Inf(-1))), ErrNotFinite},
			} {
				if _, err := make(2, 0).Reduce(t.Context(), c.x); !errors.Is(err, c.want) {
					t.Errorf("%s: got %v, want %v", c.name, err, c.want)
				}
			}
			var at *ValueError
			if _, err := make(2, 0).Reduce(t.Context(), with(7, 3, math.NaN())); !errors.As(err, &at) || at.Row != 7 || at.Col != 3 {
				t.Errorf("NaN is not placed: %v", err)
			}
			var count *ComponentsError
			for _, k := range []int{d + 1, -1} {
				if _, err := make(k, 0).Reduce(t.Context(), good); !errors.As(err, &count) || count.Want != k || count.Max != d {
					t.Errorf("%d components of %d features: got %v", k, d, err)
				}
			}
			if _, err := make(2, 0).Reduce(cancelled, good); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: got %v", err)
			}
			// One row teaches nothing but a projection that does not learn.
			if p, err := make(1, 0).Reduce(t.Context(), good.Slice(0, 1, 0, d)); err == nil {
				finite(t, "one row", must(p.Transform(t.Context(), good)))
			} else if !errors.Is(err, ErrTooFewPoints) {
				t.Errorf("one row: got %v", err)
			}
			for name, x := range map[string]*mat.Dense{"constant": constant, "duplicates": duplicates, "three rows": mat.DenseCopyOf(good.Slice(0, 3, 0, d))} {
				p, err := make(2, 0).Reduce(t.Context(), x)
				if err != nil {
					t.Errorf("%s: %v", name, err)
					continue
				}
				finite(t, name, must(p.Transform(t.Context(), x)))
				if u, ok := p.(*UMAPResult); ok {
					finite(t, name, u.Embedding)
				}
			}
			// All components there can be.
			p := must(make(d, 0).Reduce(t.Context(), good))
			if f, k := p.Dims(); f != d || k != d {
				t.Errorf("dimensions %d and %d, want %d", f, k, d)
			}

			// Whatever holds the points, and however many threads there are.
			p = must(make(2, 1).Reduce(t.Context(), good))
			z := must(p.Transform(t.Context(), good))
			if rows, k := z.Dims(); rows != n || k != 2 {
				t.Errorf("got [%d, %d]", rows, k)
			}
			for kind, x := range map[string]mat.Matrix{"float32": narrow(good), "At only": plain{good}, "slice": mat.DenseCopyOf(with(0, 0, good.At(0, 0))).Slice(0, n, 0, d)} {
				for _, threads := range []int{1, 3} {
					q := must(make(2, threads).Reduce(t.Context(), x))
					if !mat.Equal(z, must(q.Transform(t.Context(), x))) {
						t.Errorf("%s, %d threads: other bytes", kind, threads)
					}
				}
			}

			// New points are checked as well.
			var features *ShapeError
			if _, err := p.Transform(t.Context(), mat.NewDense(2, d+1, nil)); !errors.As(err, &features) || features.Got != d+1 || features.Want != d {
				t.Errorf("other number of features: got %v", err)
			}
			if _, err := p.Transform(t.Context(), &mat.Dense{}); !errors.Is(err, ErrEmpty) {
				t.Errorf("no new points: got %v", err)
			}
			if _, err := p.Transform(t.Context(), with(3, 3, math.NaN())); !errors.Is(err, ErrNotFinite) {
				t.Errorf("a new NaN: got %v", err)
			}
			if _, err := p.Transform(cancelled, good); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled transform: got %v", err)
			}
		})
	}

	zero := mat.DenseCopyOf(good)
	zero.SetRow(5, make([]float64, d))
	var row *ValueError
	if _, err := (UMAP{Metric: Cosine}).Fit(t.Context(), zero); !errors.As(err, &row) || row.Row != 5 {
		t.Errorf("zero row under cosine: got %v", err)
	}
	if _, err := (Smoothing{}).Fit(t.Context(), zero); !errors.As(err, &row) || row.Row != 5 {
		t.Errorf("zero row under smoothing: got %v", err)
	}
	for _, o := range []Smoothing{{Neighbors: -1}, {Steps: -1}, {Steps: 1001}} {
		if _, err := o.Fit(t.Context(), good); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	for _, o := range []UMAP{{Neighbors: 1}, {Neighbors: -5}, {MinDist: 2}, {MinDist: -1}, {Spread: math.NaN()}, {LearningRate: -1}, {Epochs: -1}, {NegativeSamples: -1}, {Init: 7}} {
		if _, err := o.Fit(t.Context(), good); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	if _, err := (UMAP{Metric: 3}).Fit(t.Context(), good); !errors.Is(err, ErrMetric) {
		t.Errorf("metric: got %v", err)
	}
	for _, o := range []RandomProjection{{Epsilon: 1}, {Epsilon: -0.1}, {Density: 1.5}, {Density: math.NaN()}} {
		if _, err := o.Fit(t.Context(), good); !errors.Is(err, ErrOption) {
			t.Errorf("%+v: got %v", o, err)
		}
	}
	for _, k := range []int{0, n / 2} {
		if _, err := Trustworthiness(t.Context(), good, good, k, Euclidean); !errors.Is(err, ErrOption) {
			t.Errorf("trustworthiness with %d neighbours: got %v", k, err)
		}
	}
}

func finite(t *testing.T, name string, m *mat.Dense) {
	t.Helper()
	n, k := m.Dims()
	for i := range n {
		for j := range k {
			if v := m.At(i, j); math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s: (%d, %d) is %v", name, i, j, v)
			}
		}
	}
}

package eval

import (
	"context"
	"errors"
	"math"
	prng "math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// plain hides what a matrix is, so that only At can be used.
type plain struct{ mat.Matrix }

// scores are all scores of points and labels, one for each metric they take.
func scores() map[string]func(ctx context.Context, s Scorer, x mat.Matrix, labels []int) (float64, error) {
	all := map[string]func(context.Context, Scorer, mat.Matrix, []int) (float64, error){
		"Calinski-Harabasz": func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			return s.CalinskiHarabasz(ctx, x, l)
		},
		"Davies-Bouldin": func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			return s.DaviesBouldin(ctx, x, l)
		},
		"sampled silhouette": func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.SampleSize = 50
			return s.Silhouette(ctx, x, l)
		},
		"report": func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.Full = true
			r, err := s.Report(ctx, x, l, nil)
			if err != nil {
				return 0, err
			}
			if r.Internal == nil {
				return 0, r.Undefined
			}
			return r.Silhouette, nil
		},
	}
	for _, m := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev} {
		all["silhouette "+m.String()] = func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.Metric = m
			return s.Silhouette(ctx, x, l)
		}
		all["sample of silhouettes "+m.String()] = func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.Metric = m
			v, err := s.SilhouetteSamples(ctx, x, l)
			if err != nil {
				return 0, err
			}
			return v[0], nil
		}
		all["Dunn "+m.String()] = func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.Metric = m
			return s.Dunn(ctx, x, l)
		}
		all["DBCV "+m.String()] = func(ctx context.Context, s Scorer, x mat.Matrix, l []int) (float64, error) {
			s.Metric = m
			return s.DBCV(ctx, x, l)
		}
	}
	return all
}

// TestConformance holds every score to the same behaviour.
func TestConformance(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(2, 2))
	const n, d = 120, 5
	good, labels, noisy := mat.NewDense(n, d, nil), make([]int, n), make([]int, n)
	for i := range n {
		labels[i] = i % 3
		noisy[i] = i%4 - 1
		for j := range d {
			good.Set(i, j, math.Round(64*r.NormFloat64())/16+float64(labels[i]*(j%2)*4)+1) // exact in float32
		}
	}
	with := func(i, j int, v float64) *mat.Dense {
		m := mat.DenseCopyOf(good)
		m.Set(i, j, v)
		return m
	}
	narrow := func(x mat.Matrix) dense.Matrix { return dense.Matrix{Rows: dense.Narrow(x)} }
	same := mat.NewDense(n, d, nil)
	duplicates := mat.NewDense(n, d, nil)
	for i := range n {
		for j := range d {
			same.Set(i, j, 0.1)
			duplicates.Set(i, j, good.At(i%6, j))
		}
	}
	ones, each := make([]int, n), make([]int, n)
	for i := range each {
		each[i] = i
	}
	allNoise := make([]int, n)
	for i := range allNoise {
		allNoise[i] = Noise
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	reason := errors.New("the user went home")
	forReason, cancelFor := context.WithCancelCause(t.Context())
	cancelFor(reason)

	for name, f := range scores() {
		t.Run(name, func(t *testing.T) {
			for _, c := range []struct {
				name   string
				ctx    context.Context
				x      mat.Matrix
				labels []int
				want   error
			}{
				{"nil", t.Context(), nil, nil, ErrEmpty},
				{"empty", t.Context(), &mat.Dense{}, nil, ErrEmpty},
				{"no float32 rows", t.Context(), dense.Matrix{}, nil, ErrEmpty},
				{"one row", t.Context(), good.Slice(0, 1, 0, d), []int{0}, ErrLabelCount},
				{"too few labels", t.Context(), good, labels[1:], ErrShape},
				{"no labels", t.Context(), good, nil, ErrShape},
				{"NaN", t.Context(), with(9, 2, math.NaN()), labels, ErrNotFinite},
				{"Inf", t.Context(), with(119, 4, math.Inf(1)), labels, ErrNotFinite},
				{"-Inf in float32", t.Context(), narrow(with(0, 0, math.Inf(-1))), labels, ErrNotFinite},
				{"one cluster", t.Context(), good, ones, ErrLabelCount},
				{"a cluster each", t.Context(), good, each, ErrLabelCount},
				{"all noise", t.Context(), good, allNoise, ErrLabelCount},
				{"cancelled", cancelled, good, labels, context.Canceled},
				{"cancelled for a reason", forReason, good, labels, context.Canceled},
				{"the reason", forReason, good, labels, reason},
				{"no context", nil, good, labels, ErrNilContext},
			} {
				if _, err := f(c.ctx, Scorer{}, c.x, c.labels); !errors.Is(err, c.want) {
					t.Errorf("%s: got %v, want %v", c.name, err, c.want)
				}
			}
			if _, err := f(t.Context(), Scorer{SkipNoise: true}, good, allNoise); !errors.Is(err, ErrLabelCount) {
				t.Errorf("all noise left out: got %v", err)
			}
			if v, err := f(t.Context(), Scorer{}, same, labels); err != nil || math.IsNaN(v) {
				t.Errorf("constant points: got %v, %v", v, err)
			}
			if v, err := f(t.Context(), Scorer{}, duplicates, labels); err != nil || math.IsNaN(v) {
				t.Errorf("duplicates: got %v, %v", v, err)
			}
			// Whatever holds the points, and however many threads there are.
			want, err := f(t.Context(), Scorer{Threads: 1}, good, noisy)
			if err != nil {
				t.Fatal(err)
			}
			for kind, x := range map[string]mat.Matrix{"float64": good, "float32": narrow(good), "At only": plain{good}} {
				var first float64
				for _, threads := range []int{1, 2, 7} {
					got, err := f(t.Context(), Scorer{Threads: threads}, x, noisy)
					if err != nil {
						t.Fatal(err)
					}
					if threads == 1 {
						first = got
					}
					if got != first {
						t.Errorf("%s: %d threads give %v, one gives %v", kind, threads, got, first)
					}
					if math.Abs(got-want) > 1e-5*max(1, math.Abs(want)) {
						t.Errorf("%s: got %v, want %v", kind, got, want)
					}
				}
			}
			// The order of the points, and the names of the labels, do not matter,
			// but for which of them a sample draws.
			if name == "sampled silhouette" || name[:6] == "sample" {
				return
			}
			turned, renamed := mat.NewDense(n, d, nil), make([]int, n)
			for i, p := range r.Perm(n) {
				turned.SetRow(i, good.RawRowView(p))
				if renamed[i] = noisy[p]; renamed[i] != Noise {
					renamed[i] = 1000 - 7*renamed[i]
				}
			}
			got, err := f(t.Context(), Scorer{}, turned, renamed)
			if err != nil || math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
				t.Errorf("points in another order: got %v, %v, want %v", got, err, want)
			}
		})
	}

	zero := with(0, 0, 0)
	zero.SetRow(3, make([]float64, d))
	for _, name := range []string{"silhouette cosine", "sample of silhouettes cosine", "Dunn cosine", "DBCV cosine"} {
		var row *ValueError
		if _, err := scores()[name](t.Context(), Scorer{}, zero, labels); !errors.As(err, &row) || row.Row != 3 {
			t.Errorf("%s of a row of zeros: got %v", name, err)
		}
	}
	for _, err := range []error{
		second(Silhouette(good, labels, 77)), second(Dunn(good, labels, 77)), second(DBCV(good, labels, 77)),
	} {
		if !errors.Is(err, ErrMetric) {
			t.Errorf("metric 77: got %v", err)
		}
	}
	if _, err := (Scorer{SampleSize: -1}).Silhouette(t.Context(), good, labels); !errors.Is(err, ErrOption) {
		t.Errorf("sample of -1: got %v", err)
	}
}

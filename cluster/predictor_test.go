package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// preparer is a result that can be prepared.
type preparer interface {
	Partition
	Prepare(ctx context.Context) (*Predictor, error)
}

// TestPreparedPredictsTheSame: on the fitted points, near and far ones, of every
// metric, in float32 and float64, far from the origin and near it.
func TestPreparedPredictsTheSame(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 1))
	for _, d := range []int{3, 70} {
		x := blobs(rng, sized(250, 100), d, 5, 0.3)
		far := mat.DenseCopyOf(x)
		far.Apply(func(_, _ int, v float64) float64 { return v + 300 }, far)
		inputs := []mat.Matrix{x, toSingle(x), far}
		if testing.Short() {
			t.Log("short: float32 rows only")
			inputs = inputs[1:2]
		}
		for _, x := range inputs {
			eps := 0.2 * float64(d)
			for metric := Euclidean; metric <= Chebyshev; metric++ {
				e := eps
				switch metric {
				case Cosine:
					e = 0.05
				case Manhattan:
					e = eps * 3
				case Chebyshev:
					e = 1.5
				}
				for _, m := range []Clusterer{
					DBSCAN{Eps: e, MinSamples: 4, Metric: metric}, HDBSCAN{MinClusterSize: 8, Metric: metric},
					HDBSCAN{MinClusterSize: 8, MinSamples: 1, Metric: metric}, Agglomerative{K: 7, Linkage: Average, Metric: metric},
				} {
					p, err := m.Cluster(t.Context(), x)
					if err != nil {
						t.Fatal(err)
					}
					fast, err := p.(preparer).Prepare(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					moved := mat.DenseCopyOf(x)
					moved.Apply(func(i, _ int, v float64) float64 { return v + 0.3*float64(i%4)*rng.NormFloat64() }, moved)
					for _, y := range []mat.Matrix{x, moved, toSingle(moved)} {
						want, err := p.Predict(t.Context(), y)
						if err != nil {
							t.Fatal(err)
						}
						if got, err := fast.Predict(t.Context(), y); err != nil || !slices.Equal(got, want) {
							t.Errorf("%s, d=%d, %T: predicts otherwise (%v)", Describe(m), d, y, err)
						}
					}
				}
			}
		}
	}
}

func TestPreparedRefuses(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(31, 2))
	x := blobs(rng, 50, 4, 3, 0.3)
	for _, m := range []Clusterer{DBSCAN{}, HDBSCAN{}, Agglomerative{}} {
		p, err := m.Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		fast, err := p.(preparer).Prepare(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fast.Predict(t.Context(), blobs(rng, 5, 3, 1, 1)); !errors.Is(err, ErrShape) {
			t.Errorf("%T: %v", m, err)
		}
		if _, err := fast.Predict(t.Context(), nil); !errors.Is(err, ErrEmpty) {
			t.Errorf("%T: %v", m, err)
		}
		var none context.Context
		if _, err := fast.Predict(none, x); !errors.Is(err, ErrNilContext) {
			t.Errorf("%T: %v", m, err)
		}
	}
	for _, r := range []preparer{&DBSCANResult{}, &HDBSCANResult{}, &AgglomerativeResult{}} {
		if _, err := r.Prepare(t.Context()); !errors.Is(err, ErrNotFitted) {
			t.Errorf("%T: %v", r, err)
		}
	}
}

// TestPreparedAllocatesLittle: no more for eight times the points.
func TestPreparedAllocatesLittle(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 3))
	bytes := func(n int) (float64, int64) {
		x := toSingle(blobs(rng, n, 64, 5, 0.3))
		one := toSingle(blobs(rng, 1, 64, 1, 0.3))
		p, err := HDBSCAN{}.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		fast, err := p.Prepare(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := fast.Predict(t.Context(), one); err != nil {
					b.Fatal(err)
				}
			}
		})
		return float64(r.NsPerOp()) / 1e6, r.AllocedBytesPerOp()
	}
	_, few := bytes(250)
	ms, many := bytes(2000)
	t.Logf("%d and %d bytes, %.3f ms", few, many, ms)
	if many > few+8192 {
		t.Errorf("%d bytes for 250 points, %d for 2,000", few, many)
	}
}

func BenchmarkPredictOne(b *testing.B) {
	rng := rand.New(rand.NewPCG(31, 4))
	x := toSingle(blobs(rng, 5000, 384, 20, 1))
	one := toSingle(blobs(rng, 1, 384, 1, 1))
	for _, m := range []Clusterer{DBSCAN{Eps: 25}, HDBSCAN{}} {
		p, err := m.Cluster(b.Context(), x)
		if err != nil {
			b.Fatal(err)
		}
		fast, err := p.(preparer).Prepare(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(Describe(m).Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := fast.Predict(b.Context(), one); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

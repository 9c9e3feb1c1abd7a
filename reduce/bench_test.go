package reduce

import (
	"fmt"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func perPoint(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
}

// points returns n float32 points of 384 features, like embeddings.
func points(n int) mat.Matrix {
	x, _ := clusters(n, 384, 50, 1, 1)
	return narrow(x)
}

func BenchmarkPCA(b *testing.B) {
	x := points(20000)
	for _, solver := range []Solver{Exact, Randomized} {
		b.Run(solver.String(), func(b *testing.B) {
			for b.Loop() {
				if _, err := (PCA{Components: 50, Solver: solver}).Fit(b.Context(), x); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, 20000)
		})
	}
}

func BenchmarkTransform(b *testing.B) {
	x := points(20000)
	for name, r := range map[string]Reducer{
		"PCA": PCA{Components: 50}, "random": RandomProjection{Components: 50}, "random sparse": RandomProjection{Components: 50, Density: 0.05},
	} {
		b.Run(name, func(b *testing.B) {
			p := must(r.Reduce(b.Context(), x))
			for b.Loop() {
				if _, err := p.Transform(b.Context(), x); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, 20000)
		})
	}
}

func BenchmarkUMAP(b *testing.B) {
	for _, n := range []int{5000, 20000, 50000} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x := points(n)
			for b.Loop() {
				if _, err := (UMAP{Epochs: 200}).Fit(b.Context(), x); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, n)
		})
	}
}

func BenchmarkUMAPTransform(b *testing.B) {
	x := points(10000)
	r := must(UMAP{Epochs: 200}.Fit(b.Context(), x))
	fresh := points(1000)
	for b.Loop() {
		if _, err := r.Transform(b.Context(), fresh); err != nil {
			b.Fatal(err)
		}
	}
	perPoint(b, 1000)
}

package eval

import (
	prng "math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

func perPoint(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
}

// points returns n float32 points of 384 features around k centres, and their
// labels, one in ten of them noise.
func points(n, k int) (dense.Matrix, []int) {
	r := prng.New(prng.NewPCG(1, 1))
	x, labels := dense.New[float32](n, 384), make([]int, n)
	for i := range n {
		labels[i] = r.IntN(k)
		for j := range x.Row(i) {
			x.Row(i)[j] = float32(r.NormFloat64()) + float32((labels[i]*31+j*17)%7)
		}
		if r.IntN(10) == 0 {
			labels[i] = Noise
		}
	}
	return dense.Matrix{Rows: x}, labels
}

// BenchmarkReport is all that cohort eval prints but the truth: each score with
// noise and without.
func BenchmarkReport(b *testing.B) {
	for _, m := range []Metric{Euclidean, Cosine} {
		b.Run(m.String(), func(b *testing.B) {
			x, labels := points(10000, 20)
			for b.Loop() {
				if _, err := (Scorer{Metric: m}).Report(b.Context(), x, labels, nil); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, 10000)
		})
	}
}

func BenchmarkDunn(b *testing.B) {
	x, labels := points(3000, 20)
	for b.Loop() {
		if _, err := (Scorer{}).Dunn(b.Context(), x, labels); err != nil {
			b.Fatal(err)
		}
	}
	perPoint(b, 3000)
}

func BenchmarkDBCV(b *testing.B) {
	x, labels := points(3000, 20)
	for b.Loop() {
		if _, err := (Scorer{}).DBCV(b.Context(), x, labels); err != nil {
			b.Fatal(err)
		}
	}
	perPoint(b, 3000)
}

// BenchmarkCompare takes labellings of few labels and of very many.
func BenchmarkCompare(b *testing.B) {
	for name, k := range map[string]int{"k=20": 20, "k=20000": 20000} {
		b.Run(name, func(b *testing.B) {
			const n = 100000
			r := prng.New(prng.NewPCG(2, 2))
			truth, labels := make([]int, n), make([]int, n)
			for i := range n {
				truth[i], labels[i] = r.IntN(k), r.IntN(k)
			}
			for b.Loop() {
				if _, err := Compare(truth, labels); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, n)
		})
	}
}

package score

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// embeddings returns n unit rows of d features around k directions, like
// sentence embeddings, and their labels.
func embeddings(n, d, k int) (dense.Matrix, []int) {
	r := rand.New(rand.NewPCG(0, 0))
	unit := func(row []float32) {
		var s float64
		for _, v := range row {
			s += float64(v) * float64(v)
		}
		for j := range row {
			row[j] = float32(float64(row[j]) / math.Sqrt(s))
		}
	}
	c, x := dense.New[float32](k, d), dense.New[float32](n, d)
	for i := range k {
		for j := range d {
			c.Row(i)[j] = float32(r.NormFloat64())
		}
		unit(c.Row(i))
	}
	labels := make([]int, n)
	for i := range n {
		labels[i] = r.IntN(k)
		for j := range d {
			x.Row(i)[j] = c.Row(labels[i])[j] + float32(1.2*r.NormFloat64()/math.Sqrt(float64(d)))
		}
		unit(x.Row(i))
	}
	return dense.Matrix{Rows: x}, labels
}

func perPoint(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
}

func BenchmarkSilhouette(b *testing.B) {
	for _, c := range []struct {
		name string
		m    estimator.Metric
		n    int
	}{{"euclidean", estimator.Euclidean, 20000}, {"cosine", estimator.Cosine, 20000}, {"manhattan", estimator.Manhattan, 2000}} {
		b.Run(c.name, func(b *testing.B) {
			x, labels := embeddings(c.n, 384, 50)
			for b.Loop() {
				if _, err := Silhouette(b.Context(), x, labels, c.m, 0); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, c.n)
		})
	}
}

func BenchmarkCalinskiHarabasz(b *testing.B) {
	x, labels := embeddings(100000, 384, 50)
	for b.Loop() {
		if _, err := CalinskiHarabasz(b.Context(), x, labels, 0); err != nil {
			b.Fatal(err)
		}
	}
	perPoint(b, x.Len)
}

func BenchmarkDaviesBouldin(b *testing.B) {
	x, labels := embeddings(100000, 384, 50)
	for b.Loop() {
		if _, err := DaviesBouldin(b.Context(), x, labels, 0); err != nil {
			b.Fatal(err)
		}
	}
	perPoint(b, x.Len)
}

// BenchmarkGrowth shows how the silhouette's time grows with the number of points.
func BenchmarkGrowth(b *testing.B) {
	all, labels := embeddings(100_000, 64, 50)
	for _, n := range []int{10_000, 30_000, 100_000} {
		b.Run("Silhouette/"+strconv.Itoa(n), func(b *testing.B) {
			x := dense.Matrix{Rows: all.Slice(0, n)}
			for b.Loop() {
				if _, err := Silhouette(b.Context(), x, labels[:n], estimator.Euclidean, 0); err != nil {
					b.Fatal(err)
				}
			}
			perPoint(b, n)
		})
	}
}

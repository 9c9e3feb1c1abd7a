package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestMeansByBytes: what bytes rule out changes no join, to the last bit, with
// points that coincide, lie far from the origin, or in one another's midst.
func TestMeansByBytes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 1))
	for trial, d := range []int{2, 33, 70} {
		x := blobs(rng, 400, d, 4, 0.5)
		for i := 300; i < 400; i++ {
			copy(x.RawRowView(i), x.RawRowView(rng.IntN(i)))
		}
		if trial == 1 {
			x.Apply(func(_, _ int, v float64) float64 { return v + 1000 }, x)
		}
		for _, rows := range []mat.Matrix{x, toSingle(x)} {
			for _, m := range []Agglomerative{{Threads: 1}, {Threads: 3}, {Linkage: Average, Metric: Cosine, Threads: 1}} {
				p, err := newPoints(t.Context(), "", "", rows, m.Metric, 1)
				if err != nil {
					t.Fatal(err)
				}
				w := newClusterMeans(p, m)
				if w.stride == 0 {
					t.Fatal("no bytes")
				}
				got, err := chain(t.Context(), w, p.n)
				if err != nil {
					t.Fatal(err)
				}
				plain := newClusterMeans(p, m)
				plain.stride = 0
				want, err := chain(t.Context(), plain, p.n)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(got, want) {
					t.Errorf("d=%d, %v: bytes change the joins", d, m.Linkage)
				}
			}
		}
	}
}

func BenchmarkWard(b *testing.B) {
	for _, n := range []int{8000, 10000} {
		x, _ := benchPoints(b, n)
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := (Agglomerative{K: 20}).Fit(b.Context(), x); err != nil {
					b.Fatal(err)
				}
			}
			report(b, n)
		})
	}
}

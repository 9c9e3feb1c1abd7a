package cluster

import (
	"bufio"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/sbinet/npyio"
	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// The benchmarks run on points like sentence embeddings, of unit length around
// 50 centres. COHORT_BENCH_N sets their number; COHORT_BENCH_DATA names a
// directory with points.npy and init.npy to run on instead, so that another
// program can be timed on the same.

func benchPoints(b *testing.B, n int) (points dense.Matrix, start *mat.Dense) {
	b.Helper()
	const d, k = 384, 50
	if s := os.Getenv("COHORT_BENCH_N"); s != "" {
		v, err := strconv.Atoi(s)
		if err != nil {
			b.Fatal(err)
		}
		n = v
	}
	if dir := os.Getenv("COHORT_BENCH_DATA"); dir != "" {
		points = readNpy(b, filepath.Join(dir, "points.npy"))
		points.Rows = points.Slice(0, min(n, points.Len))
	} else {
		rng := rand.New(rand.NewPCG(1, 1))
		points = toSingle(sphere(rng, n, d, k, 1.2*2))
	}
	start = mat.NewDense(k, points.Dim, nil)
	for i := range k {
		for j, v := range points.Row(i) {
			start.Set(i, j, float64(v))
		}
	}
	return points, start
}

func readNpy(b *testing.B, path string) dense.Matrix {
	b.Helper()
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r, err := npyio.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		b.Fatal(err)
	}
	var data []float32
	if err := r.Read(&data); err != nil {
		b.Fatal(err)
	}
	shape := r.Header.Descr.Shape
	return dense.Matrix{Rows: dense.Rows[float32]{Data: data, Len: shape[0], Dim: shape[1], Stride: shape[1]}}
}

func report(b *testing.B, n int) {
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
}

func BenchmarkKMeans10(b *testing.B) {
	x, start := benchPoints(b, 20000)
	var inertia float64
	for b.Loop() {
		r, err := KMeans{Centers: start, MaxIter: 10, Tol: -1}.Fit(context.Background(), x)
		if err != nil {
			b.Fatal(err)
		}
		inertia = r.Inertia
	}
	report(b, x.Len)
	b.ReportMetric(inertia, "inertia")
}

// BenchmarkBounds shows what Hamerly's bounds save: the same rounds with them
// and without.
func BenchmarkBounds(b *testing.B) {
	wide, _ := benchPoints(b, 20000)
	for _, c := range []struct {
		name      string
		x         dense.Matrix
		k, rounds int
	}{
		{"d=384,k=50/10", wide, 50, 10},
		{"d=384,k=50/300", wide, 50, 300},
		{"d=8,k=50/10", toSingle(blobs(rand.New(rand.NewPCG(1, 1)), 100000, 8, 50, 1)), 50, 10},
		{"d=8,k=500/100", toSingle(blobs(rand.New(rand.NewPCG(1, 1)), 100000, 8, 500, 1)), 500, 100},
	} {
		for name, bounded := range map[string]bool{"bounds": true, "none": false} {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				p, err := newPoints(context.Background(), "", "", c.x, Euclidean, 0)
				if err != nil {
					b.Fatal(err)
				}
				start := dense.New[float64](c.k, p.d)
				for j := range c.k {
					p.exact(start.Row(j), j)
				}
				for b.Loop() {
					l := newLloyd(p, nil, c.k, 0)
					if !bounded {
						l.runOverAll(context.Background(), b, start, c.rounds)
					} else if _, err := l.useInt8(c.rounds).run(context.Background(), start, c.rounds, 0, nil); err != nil {
						b.Fatal(err)
					}
				}
				report(b, p.n)
			})
		}
	}
}

func BenchmarkKMeansPlusPlus(b *testing.B) {
	x, _ := benchPoints(b, 20000)
	var inertia float64
	for b.Loop() {
		r, err := KMeans{K: 50, MaxIter: 1}.Fit(context.Background(), x)
		if err != nil {
			b.Fatal(err)
		}
		inertia = r.Inertia
	}
	report(b, x.Len)
	b.ReportMetric(inertia, "inertia")
}

func BenchmarkDBSCAN(b *testing.B) {
	x, _ := benchPoints(b, 20000)
	x.Rows = x.Slice(0, min(x.Len, 20000))
	var clusters int
	for b.Loop() {
		r, err := DBSCAN{Eps: 0.9}.Fit(context.Background(), x)
		if err != nil {
			b.Fatal(err)
		}
		clusters = r.Clusters
	}
	report(b, x.Len)
	b.ReportMetric(float64(clusters), "clusters")
}

func BenchmarkHDBSCAN(b *testing.B) {
	x, _ := benchPoints(b, 5000)
	x.Rows = x.Slice(0, min(x.Len, 5000))
	var clusters int
	for b.Loop() {
		r, err := HDBSCAN{MinClusterSize: 20}.Fit(context.Background(), x)
		if err != nil {
			b.Fatal(err)
		}
		clusters = r.NumClusters()
	}
	report(b, x.Len)
	b.ReportMetric(float64(clusters), "clusters")
}

func BenchmarkMiniBatchKMeans(b *testing.B) {
	x, _ := benchPoints(b, 20000)
	var inertia float64
	for b.Loop() {
		r, err := MiniBatchKMeans{K: 50}.Fit(context.Background(), x)
		if err != nil {
			b.Fatal(err)
		}
		inertia = r.Inertia
	}
	report(b, x.Len)
	b.ReportMetric(inertia, "inertia")
}

// BenchmarkGrowth shows how time grows with the number of points, up to as many
// as COHORT_BENCH_DATA holds.
func BenchmarkGrowth(b *testing.B) {
	if os.Getenv("COHORT_BENCH_DATA") == "" {
		b.Skip("COHORT_BENCH_DATA names no points")
	}
	all, start := benchPoints(b, 1_000_000)
	for _, e := range []struct {
		name string
		most int
		make Clusterer
	}{
		{"KMeans", 1_000_000, KMeans{Centers: start, MaxIter: 10, Tol: -1}},
		{"MiniBatchKMeans", 1_000_000, MiniBatchKMeans{K: 50}},
		{"DBSCAN", 100_000, DBSCAN{Eps: 0.9}},
	} {
		for _, n := range []int{10_000, 30_000, 100_000, 300_000, 1_000_000} {
			if n > min(all.Len, e.most) {
				continue
			}
			b.Run(e.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				x := dense.Matrix{Rows: all.Slice(0, n)}
				for b.Loop() {
					if _, err := e.make.Cluster(context.Background(), x); err != nil {
						b.Fatal(err)
					}
				}
				report(b, n)
			})
		}
	}
}

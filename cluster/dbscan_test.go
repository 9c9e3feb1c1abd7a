package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestDBSCANGolden(t *testing.T) {
	t.Parallel()
	eachGolden(t, func(t *testing.T, g golden) {
		for _, e := range g.DBSCAN {
			m, err := ParseMetric(e.Metric)
			if err != nil {
				t.Fatal(err)
			}
			r, err := DBSCAN{Eps: e.Eps, MinSamples: e.MinSamples, Metric: m}.Fit(t.Context(), g.X)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(r.Labels, e.Labels) {
				t.Errorf("%s, eps %v: labels differ", e.Metric, e.Eps)
			}
			if !slices.Equal(r.CoreSampleIndices, e.Core) {
				t.Errorf("%s, eps %v: cores differ", e.Metric, e.Eps)
			}
		}
	})
}

// slowDBSCAN is the definition, point by point.
func slowDBSCAN(x *mat.Dense, m DBSCAN) []int {
	n, _ := x.Dims()
	w := func(i int) float64 {
		if m.Weights == nil {
			return 1
		}
		return m.Weights[i]
	}
	p, err := newPoints(context.Background(), "", "", x, m.Metric, 1)
	if err != nil {
		panic(err)
	}
	near := make([][]int, n)
	core := make([]bool, n)
	for i := range n {
		sum := 0.0
		for j := range n {
			if p.distance(m.Metric, i, p, j) <= m.Eps {
				near[i] = append(near[i], j)
				sum += w(j)
			}
		}
		core[i] = sum >= float64(m.MinSamples)
	}
	labels := make([]int, n)
	for i := range labels {
		labels[i] = -1
	}
	next := 0
	for i := range n {
		if !core[i] || labels[i] >= 0 {
			continue
		}
		stack := []int{i}
		labels[i] = next
		for len(stack) > 0 {
			a := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, b := range near[a] {
				if labels[b] >= 0 {
					continue
				}
				labels[b] = next
				if core[b] {
					stack = append(stack, b)
				}
			}
		}
		next++
	}
	return labels
}

// TestDBSCANAgainstDefinition covers what the goldens do not: weights, a
// MinSamples too large to keep pairs waiting for, and all metrics.
func TestDBSCANAgainstDefinition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range sized(60, 24) {
		n, d := 1+rng.IntN(700), 1+rng.IntN(9)
		x := blobs(rng, n, d, 4, 0.5)
		m := DBSCAN{Eps: 0.1 + rng.Float64(), MinSamples: 1 + rng.IntN(40), Metric: Metric(rng.IntN(4)), Threads: 1 + trial%3}
		if m.Metric == Cosine {
			m.Eps *= 0.1
		}
		if trial%2 == 0 {
			m.Weights = make([]float64, n)
			for i := range m.Weights {
				m.Weights[i] = float64(rng.IntN(5)) / 4
			}
			m.Weights[0] = 1
		}
		want := slowDBSCAN(x, m)
		r, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Labels, want) {
			t.Fatalf("trial %d: n=%d d=%d eps=%v min=%d %v: labels differ from the definition", trial, n, d, m.Eps, m.MinSamples, m.Metric)
		}
	}
}

// TestDBSCANAtExactlyEps: pairs that are Eps apart to the last bit are
// neighbours, and with the next smaller Eps they are not, though products in
// float32 cannot tell.
func TestDBSCANAtExactlyEps(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(81, 1))
	for _, d := range []int{2, 16, 384} {
		x := sphere(rng, 120, d, 1, 3)
		for _, rows := range []mat.Matrix{x, toSingle(x)} {
			for _, m := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev} {
				p, err := newPoints(t.Context(), "", "", rows, m, 1)
				if err != nil {
					t.Fatal(err)
				}
				for range sized(6, 2) {
					i, j := rng.IntN(120), rng.IntN(119)
					if j >= i {
						j++
					}
					// The largest eps at which they are apart, and the next.
					eps := p.distance(m, i, p, j)
					for !newBall(m, eps).holds(p, i, p, j) {
						eps = math.Nextafter(eps, 9)
					}
					for newBall(m, math.Nextafter(eps, 0)).holds(p, i, p, j) {
						eps = math.Nextafter(eps, 0)
					}
					if !near(eps, p.distance(m, i, p, j), 1e-14) {
						t.Fatalf("%v: eps %v for distance %v", m, eps, p.distance(m, i, p, j))
					}
					for _, e := range []float64{eps, math.Nextafter(eps, 0)} {
						counts := make([]int, 120)
						err := eachPair(t.Context(), p, newBall(m, e), upTo(120), 2, func(_ int, h *hits) {
							for r, a := range h.rows {
								for _, b := range h.of(r) {
									if int(a) == min(i, j) && int(b) == max(i, j) {
										counts[0]++
									}
								}
							}
						})
						if err != nil {
							t.Fatal(err)
						}
						if want := map[bool]int{true: 1, false: 0}[e == eps]; counts[0] != want {
							t.Fatalf("%d features, %v: points at %v are found %d times within %v", d, m, eps, counts[0], e)
						}
					}
				}
			}
		}
	}
}

// TestDBSCANMemory: where every point is a neighbour of every other, what a fit
// allocates grows with the points, not with their pairs.
func TestDBSCANMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("memory of one goroutine")
	}
	allocated := func(n int) uint64 {
		x := blobs(rand.New(rand.NewPCG(82, 1)), n, 8, 1, 0.1)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := (DBSCAN{Eps: 100, MinSamples: n / 2, Threads: 1}).Fit(t.Context(), x); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	few, many := allocated(2000), allocated(8000)
	if many > 5*few+1<<20 {
		t.Errorf("%d bytes for 2,000 points, %d for 8,000", few, many)
	}
}

package cluster

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestDBSCANGolden(t *testing.T) {
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
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 60 {
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

package cluster

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestAgglomerativeGolden(t *testing.T) {
	t.Parallel()
	eachGolden(t, func(t *testing.T, g golden) {
		for _, e := range g.Agglomerative {
			l, err := ParseLinkage(e.Linkage)
			if err != nil {
				t.Fatal(err)
			}
			r, err := Agglomerative{K: e.K, Linkage: l}.Fit(t.Context(), g.X)
			if err != nil {
				t.Fatal(err)
			}
			if d := partitionDiff(r.Labels, e.Labels); d > 0 {
				t.Errorf("%s: %d labels differ", e.Linkage, d)
			}
		}
	})
}

// slowAgglomerative joins the closest pair of clusters by the definition of
// their distance, over and over.
func slowAgglomerative(p *points, m Agglomerative) (heights []float64) {
	var clusters [][]int
	for i := range p.n {
		clusters = append(clusters, []int{i})
	}
	distance := func(a, b []int) float64 {
		if m.Linkage == Ward {
			ca, cb := make([]float64, p.d), make([]float64, p.d)
			for _, i := range a {
				p.addTo(ca, i, 1/float64(len(a)))
			}
			for _, i := range b {
				p.addTo(cb, i, 1/float64(len(b)))
			}
			na, nb := float64(len(a)), float64(len(b))
			return math.Sqrt(2 * na * nb / (na + nb) * squaredDistance(ca, 1, cb, 1))
		}
		sum, least, most := 0.0, math.Inf(1), 0.0
		for _, i := range a {
			for _, j := range b {
				d := p.distance(m.Metric, i, p, j)
				sum += d
				least, most = min(least, d), max(most, d)
			}
		}
		switch m.Linkage {
		case Average:
			return sum / float64(len(a)*len(b))
		case Complete:
			return most
		}
		return least
	}
	for len(clusters) > 1 {
		bi, bj, best := 0, 1, math.Inf(1)
		for i := range clusters {
			for j := range i {
				if d := distance(clusters[i], clusters[j]); d < best {
					bi, bj, best = j, i, d
				}
			}
		}
		heights = append(heights, best)
		clusters[bi] = append(clusters[bi], clusters[bj]...)
		clusters = append(clusters[:bj], clusters[bj+1:]...)
	}
	return heights
}

func TestAgglomerativeAgainstDefinition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(11, 1))
	for trial := range 24 {
		m := Agglomerative{K: 3, Linkage: Linkage(trial % 4)}
		if m.Linkage != Ward {
			m.Metric = Metric(rng.IntN(4))
		}
		if trial < 4 && m.Linkage == Average {
			m.Metric = Cosine // which the means know
		}
		x := blobs(rng, 40, 1+rng.IntN(10), 3, 1)
		p, err := newPoints(t.Context(), "", "", x, m.Metric, 1)
		if err != nil {
			t.Fatal(err)
		}
		want := slowAgglomerative(p, m)
		r, err := m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		check := func(how string, got []Merge) {
			for i, d := range want {
				if !near(got[i].Distance, d, 1e-9) {
					t.Fatalf("trial %d: %s, %s, %v: join %d at %v, want %v", trial, how, m.Linkage, m.Metric, i, got[i].Distance, d)
				}
			}
		}
		check("table", r.Merges)
		if last := r.Merges[len(r.Merges)-1]; last.Size != 40 {
			t.Fatalf("the last join has %d points", last.Size)
		}
		if m.fromMeans() {
			joins, err := chain(t.Context(), newClusterMeans(p, m), p.n)
			if err != nil {
				t.Fatal(err)
			}
			slow, _ := cut(p.n, sortJoins(joins), 1)
			check("means", slow)
		}
		if want[30]*1.000001 >= want[31] {
			continue
		}
		m.K, m.Threshold = 0, (want[30]+want[31])/2
		r, err = m.Fit(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if r.Clusters != 9 {
			t.Fatalf("%d clusters below the 32nd join of 40 points, want 9", r.Clusters)
		}
	}
}

// counting is a clusterSpace that counts how often it is asked.
type counting struct {
	clusterSpace
	asked int
}

func (c *counting) nearest(a, prefer int32) (int32, float64) {
	c.asked++
	return c.clusterSpace.nearest(a, prefer)
}

// TestChainAsksItsContext: before each row of distances that it looks at, also
// within one long chain: here each point is nearest to the one after it, so that
// the first join comes after n links.
func TestChainAsksItsContext(t *testing.T) {
	t.Parallel()
	const n = 500
	x := mat.NewDense(n, 1, nil)
	for i := range n {
		x.Set(i, 0, -float64((n-i)*(n-i))) // ever shorter steps
	}
	p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	for _, stopAt := range []int64{1, 7, 400, 700} {
		space := &counting{clusterSpace: newClusterMeans(p, Agglomerative{})}
		ctx, cancel := context.WithCancelCause(t.Context())
		midway := &tripping{Context: ctx, trip: func() { cancel(boom) }}
		midway.left.Store(stopAt)
		joins, err := chain(midway, space, n)
		if !errors.Is(err, boom) || joins != nil {
			t.Errorf("stopped when asked for the %dth time: %v", stopAt, err)
		}
		if space.asked != int(stopAt)-1 {
			t.Errorf("stopped when asked for the %dth time: looked at %d rows of distances", stopAt, space.asked)
		}
		cancel(nil)
	}
}

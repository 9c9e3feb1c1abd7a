package knn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/testdir"
)

// cloud returns n points of d features around k centres, with some duplicates.
func cloud(n, d, k int, seed uint64) dense.Rows[float32] {
	r := rand.New(rand.NewPCG(seed, 3))
	c := dense.New[float32](k, d)
	for i := range c.Data {
		c.Data[i] = float32(r.NormFloat64())
	}
	x := dense.New[float32](n, d)
	for i := range n {
		if i > 10 && r.IntN(50) == 0 {
			copy(x.Row(i), x.Row(r.IntN(i)))
			continue
		}
		at := c.Row(r.IntN(k))
		for j := range d {
			x.Row(i)[j] = at[j] + float32(0.4*r.NormFloat64())
		}
	}
	return x
}

// slow sorts all points for each query.
func slow(x, q dense.Rows[float32], k int, skipSelf bool) *Graph {
	g := newGraph(q.Len, k)
	for i := range q.Len {
		var all []int32
		d2 := make([]float64, x.Len)
		for j := range x.Len {
			d2[j] = kernel.SquaredDistance(q.Row(i), x.Row(j))
			if !skipSelf || i != j {
				all = append(all, int32(j))
			}
		}
		slices.SortFunc(all, func(a, b int32) int { return cmp.Or(cmp.Compare(d2[a], d2[b]), cmp.Compare(a, b)) })
		for c := range k {
			g.Index[i*k+c], g.Dist[i*k+c] = all[c], float32(math.Sqrt(d2[all[c]]))
		}
	}
	return g
}

func TestExactAgainstSorting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, d, k int }{{1200, 7, 15}, {97, 33, 5}, {20, 3, 19}, {2, 1, 1}, {1000, 1, 10}, {2500, 70, 15}, {2100, 64, 1200}}[:testdir.Sized(7, 5)] {
		x := cloud(c.n, c.d, 4, 1)
		got, err := Exact(t.Context(), x, c.k, 2)
		if err != nil {
			t.Fatal(err)
		}
		if want := slow(x, x, c.k, true); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: other neighbours than by sorting", c)
		}
		q := cloud(101, c.d, 4, 2)
		got, err = Search(t.Context(), x, q, c.k, 2)
		if err != nil {
			t.Fatal(err)
		}
		if want := slow(x, q, c.k, false); !reflect.DeepEqual(got, want) {
			t.Errorf("%v: other points near queries than by sorting", c)
		}
	}
}

// recall returns the share of true neighbours found; ones at equal distance
// count.
func recall(got, want *Graph) float64 {
	hits := 0
	for i := range got.Len {
		_, dist := got.Row(i)
		_, limit := want.Row(i)
		for _, d := range dist {
			if d <= limit[want.K-1] {
				hits++
			}
		}
	}
	return float64(hits) / float64(got.Len*got.K)
}

func TestDescentFindsAlmostAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, d, k int }{{500, 5, 30}, {40, 3, 39}, {4000, 20, 15}, {3000, 100, 10}}[:testdir.Sized(4, 2)] {
		x := cloud(c.n, c.d, 12, 5)
		got, err := Descent(t.Context(), x, c.k, Options{Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		want, err := Exact(t.Context(), x, c.k, 0)
		if err != nil {
			t.Fatal(err)
		}
		if r := recall(got, want); r < 0.97 {
			t.Errorf("%v: found %v of the neighbours", c, r)
		}
		for i := range c.n {
			index, dist := got.Row(i)
			seen := map[int32]bool{int32(i): true}
			for j := range index {
				if seen[index[j]] {
					t.Fatalf("%v: point %d has itself or the same neighbour twice: %v", c, i, index)
				}
				seen[index[j]] = true
				if j > 0 && dist[j] < dist[j-1] {
					t.Fatalf("%v: point %d: distances are not sorted: %v", c, i, dist)
				}
			}
		}
	}
}

func TestSameForAnyThreadCount(t *testing.T) {
	t.Parallel()
	x := cloud(1500, 12, 5, 9)
	q := cloud(300, 12, 5, 10)
	wide := cloud(3*panelCols+70, int8Dim+5, 5, 11) // enough for bytes to be tried
	for name, f := range map[string]func(threads int) (*Graph, error){
		"exact":   func(n int) (*Graph, error) { return Exact(t.Context(), x, 12, n) },
		"bytes":   func(n int) (*Graph, error) { return Exact(t.Context(), wide, 12, n) },
		"search":  func(n int) (*Graph, error) { return Search(t.Context(), x, q, 12, n) },
		"descent": func(n int) (*Graph, error) { return Descent(t.Context(), x, 12, Options{Threads: n, Seed: 7}) },
	} {
		want, err := f(1)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range []int{2, 5} {
			if got, err := f(n); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %d threads find other neighbours than one (%v)", name, n, err)
			}
		}
	}
}

func TestAllPointsTheSame(t *testing.T) {
	t.Parallel()
	x := dense.New[float32](400, 3)
	want := slow(x, x, 5, true)
	if got, err := Exact(t.Context(), x, 5, 2); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("exact: %v", err)
	}
	got, err := Descent(t.Context(), x, 5, Options{})
	if err != nil || recall(got, want) != 1 {
		t.Errorf("descent: %v", err)
	}
}

// Points whose squares are beyond float32 have neighbours as well, by their
// distances in float64.
func TestHugePoints(t *testing.T) {
	t.Parallel()
	x := dense.New[float32](40, 4)
	for i := range x.Len {
		for j := range x.Row(i) {
			x.Row(i)[j] = float32(i*(1+j)) * 1e-3
			if i%7 != 3 {
				x.Row(i)[j] *= 1e32
			}
		}
	}
	for name, graph := range map[string]func() (*Graph, error){
		"exact":  func() (*Graph, error) { return Exact(t.Context(), x, 30, 2) },
		"search": func() (*Graph, error) { return Search(t.Context(), x, x, 30, 2) },
	} {
		g, err := graph()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range x.Len {
			index, dist := g.Row(i)
			for c := range index {
				want := math.Sqrt(kernel.SquaredDistance(x.Row(i), x.Row(int(index[c]))))
				if float32(want) != dist[c] || c > 0 && dist[c] < dist[c-1] {
					t.Errorf("%s: point %d, neighbour %d: %v, want %v", name, i, c, dist[c], want)
				}
			}
		}
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := cloud(300, 4, 2, 1)
	if _, err := Exact(ctx, x, 3, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("exact: %v", err)
	}
	if _, err := Descent(ctx, x, 3, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("descent: %v", err)
	}
}

// sizes are those at which Exact and Descent are compared: the switch between
// them is set by these benchmarks.
var sizes = []int{20000, 50000}

func benchmark(b *testing.B, f func(x dense.Rows[float32]) (*Graph, error)) {
	for _, n := range sizes {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			x := cloud(n, 384, 50, 1)
			for b.Loop() {
				if _, err := f(x); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "points/s")
		})
	}
}

func BenchmarkExact(b *testing.B) {
	benchmark(b, func(x dense.Rows[float32]) (*Graph, error) { return Exact(b.Context(), x, 15, 0) })
}

func BenchmarkDescent(b *testing.B) {
	benchmark(b, func(x dense.Rows[float32]) (*Graph, error) { return Descent(b.Context(), x, 15, Options{}) })
}

// Points that a sample says too much or too little of are found all the same.
func TestExactOfMisleadingSamples(t *testing.T) {
	t.Parallel()
	const n, d, k = panelCols + 240, 6, 20 // points of another panel may take the places of those missed
	for _, c := range []struct {
		name string
		far  func(j int) bool
	}{
		{"all of the sample near", func(j int) bool { return j%sampled != 0 }},
		{"all of the sample far", func(j int) bool { return j%sampled == 0 }},
		{"few near", func(j int) bool { return j%(n/k) != 0 }},
		{"the first half near", func(j int) bool { return j > n/2 }},
	} {
		x := cloud(n, d, 1, 9)
		for j := range n {
			if c.far(j) {
				for f := range d {
					x.Row(j)[f] += 10 // farther, products of float32 would hide what is near
				}
			}
		}
		got, err := Exact(t.Context(), x, k, 2)
		if err != nil {
			t.Fatal(err)
		}
		if want := slow(x, x, k, true); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: other neighbours than by sorting", c.name)
		}
	}
}

package search

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

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// cloud are n rows in groups, some of them twice, some long and some short.
func cloud(n, d int, seed uint64, unit bool) dense.Matrix {
	r := rand.New(rand.NewPCG(seed, 1))
	x := dense.New[float32](n, d)
	for i := range n {
		row := x.Row(i)
		if i > 5 && r.IntN(20) == 0 {
			copy(row, x.Row(r.IntN(i)))
			continue
		}
		size := 1 + 3*r.Float64()
		for j := range row {
			row[j] = float32(size * (r.NormFloat64() + float64((i%7+j)%5) - 2))
		}
		if unit {
			norm := float32(math.Sqrt(kernel.Dot64(row, row)))
			for j := range row {
				row[j] /= norm
			}
		}
	}
	return dense.Matrix{Rows: x}
}

// slow sorts all rows by their scores in float64.
func slow(x, q dense.Matrix, k int, m Metric, filter func(int) bool) [][]Hit {
	out := make([][]Hit, q.Len)
	for i := range q.Len {
		var hits []Hit
		for j := range x.Len {
			if filter != nil && !filter(j) {
				continue
			}
			a, b := q.Row(i), x.Row(j)
			h := Hit{Index: j, Score: kernel.Dot64(a, b)}
			switch m {
			case Cosine:
				h.Score /= math.Sqrt(kernel.Dot64(a, a)) * math.Sqrt(kernel.Dot64(b, b))
			case Euclidean:
				h.Score = -math.Sqrt(kernel.SquaredDistance(a, b))
			}
			hits = append(hits, h)
		}
		slices.SortStableFunc(hits, func(a, b Hit) int {
			if math.Abs(a.Score-b.Score) < 1e-12*math.Abs(a.Score) { // but for the last bits
				return cmp.Compare(a.Index, b.Index)
			}
			return cmp.Compare(b.Score, a.Score)
		})
		hits = hits[:min(k, len(hits))]
		if m == Euclidean {
			for h := range hits {
				hits[h].Score = -hits[h].Score
			}
		}
		out[i] = hits
	}
	return out
}

func same(t *testing.T, name string, got, want [][]Hit) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d queries, want %d", name, len(got), len(want))
	}
	for i := range got {
		if len(got[i]) != len(want[i]) {
			t.Fatalf("%s: query %d: %d hits, want %d", name, i, len(got[i]), len(want[i]))
		}
		for h := range got[i] {
			g, w := got[i][h], want[i][h]
			if g.Index != w.Index || math.Abs(g.Score-w.Score) > 1e-9*(1+math.Abs(w.Score)) {
				t.Fatalf("%s: query %d, hit %d: %v, want %v", name, i, h, g, w)
			}
		}
	}
}

// TestExactAgainstSorting: what an index finds by bounds, and TopK by products, is
// what sorting all rows finds.
func TestExactAgainstSorting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ n, d, m, k int }{{3000, 96, 5, 10}, {2049, 33, 70, 3}, {40, 7, 3, 100}, {1, 1, 1, 1}, {5000, 384, 2, 40}} {
		for _, unit := range []bool{false, true} {
			x, q := cloud(c.n, c.d, 1, unit), cloud(c.m, c.d, 2, false)
			for m := Cosine; m <= Euclidean; m++ {
				name := fmt.Sprintf("%+v unit=%v %v", c, unit, m)
				want := slow(x, q, c.k, m, nil)
				ix, err := New(t.Context(), x, Options{Metric: m})
				if err != nil {
					t.Fatal(err)
				}
				got, err := ix.Search(t.Context(), q, Query{K: c.k})
				if err != nil {
					t.Fatal(err)
				}
				same(t, name, got, want)
				for _, threads := range []int{1, 3, 7} {
					ix.o.Threads = threads
					again, err := ix.Search(t.Context(), q, Query{K: c.k})
					if err != nil || !reflect.DeepEqual(got, again) {
						t.Errorf("%s: %d threads find others (%v)", name, threads, err)
					}
				}
				once, err := TopK(t.Context(), x, q, c.k, Options{Metric: m, Threads: 2})
				if err != nil {
					t.Fatal(err)
				}
				same(t, name+" TopK", once, want)
				odd := func(i int) bool { return i%2 == 1 }
				if got, err = ix.Search(t.Context(), q, Query{K: c.k, Filter: odd}); err != nil {
					t.Fatal(err)
				}
				same(t, name+" filtered", got, slow(x, q, c.k, m, odd))
				wide := mat.DenseCopyOf(x)
				if got, err = TopK(t.Context(), wide, mat.DenseCopyOf(q), c.k, Options{Metric: m}); err != nil {
					t.Fatal(err)
				}
				same(t, name+" float64", got, want)
			}
		}
	}
}

// TestBoundsSpare: bounds leave few rows to be compared in full, or they would be
// of no use.
func TestBoundsSpare(t *testing.T) {
	t.Parallel()
	x, q := cloud(20000, 128, 3, true), cloud(1, 128, 4, true)
	ix, err := New(t.Context(), x, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	if _, err := ix.Search(t.Context(), q, Query{K: 10, Filter: func(int) bool { asked++; return true }}); err != nil {
		t.Fatal(err)
	}
	if asked > 2000 {
		t.Errorf("%d of 20,000 rows were compared in full", asked)
	}
}

// TestCompactKinds: bytes and signs find nearly what full vectors find, and what
// they find is scored as their definition says.
func TestCompactKinds(t *testing.T) {
	t.Parallel()
	const n, d, k = 4000, 96, 10
	x, q := cloud(n, d, 5, true), cloud(8, d, 6, true)
	for m := Cosine; m <= Euclidean; m++ {
		want := slow(x, q, k, m, nil)
		for kind, least := range map[Kind]int{Int8: 70, Binary: 3} {
			ix, err := New(t.Context(), x, Options{Metric: m, Kind: kind})
			if err != nil {
				t.Fatal(err)
			}
			got, err := ix.Search(t.Context(), q, Query{K: k})
			if err != nil {
				t.Fatal(err)
			}
			if hits := overlap(got, want); hits < least {
				t.Errorf("%v %v: %d of 80 found", kind, m, hits)
			}
			for i := range got {
				for h := range got[i] {
					if h > 0 && m != Euclidean && got[i][h].Score > got[i][h-1].Score {
						t.Errorf("%v %v: not best first: %v", kind, m, got[i])
					}
				}
			}
			again, err := ix.Search(t.Context(), q, Query{K: k, Vectors: x, Rescore: n / k})
			if err != nil {
				t.Fatal(err)
			}
			same(t, fmt.Sprintf("%v %v, all scored again", kind, m), again, want)
		}
	}
	ix, err := New(t.Context(), x, Options{Kind: Binary})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ix.Search(t.Context(), q, Query{K: n})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range got[0] {
		equal := 0
		for j, v := range x.Row(h.Index) {
			if (v > 0) == (q.Row(0)[j] > 0) {
				equal++
			}
		}
		if want := float64(2*equal-d) / d; math.Abs(h.Score-want) > 1e-12 {
			t.Fatalf("row %d: %v, want %v", h.Index, h.Score, want)
		}
	}
}

func overlap(got, want [][]Hit) (n int) {
	for i := range got {
		for _, g := range got[i] {
			if slices.ContainsFunc(want[i], func(w Hit) bool { return w.Index == g.Index }) {
				n++
			}
		}
	}
	return n
}

func TestRerank(t *testing.T) {
	t.Parallel()
	x, q := cloud(300, 16, 7, true), cloud(2, 16, 8, true)
	ix, err := New(t.Context(), x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var given []int
	got, err := ix.Search(t.Context(), q, Query{K: 3, Rescore: 5, Rerank: func(_ context.Context, query int, hits []Hit) ([]Hit, error) {
		given = append(given, query, len(hits))
		slices.Reverse(hits)
		return hits, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []int{0, 15, 1, 15}; !slices.Equal(given, want) {
		t.Errorf("reranked %v, want %v", given, want)
	}
	all := slow(x, q, 15, Cosine, nil)
	for i := range got {
		if len(got[i]) != 3 || got[i][0].Index != all[i][14].Index {
			t.Errorf("query %d: %v", i, got[i])
		}
	}
	boom := errors.New("boom")
	if _, err := ix.Search(t.Context(), q, Query{K: 3, Rerank: func(context.Context, int, []Hit) ([]Hit, error) { return nil, boom }}); !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	x := cloud(50, 4, 9, true)
	with := func(v float32) dense.Matrix {
		y := dense.Matrix{Rows: dense.New[float32](50, 4)}
		copy(y.Data, x.Data)
		y.Row(7)[2] = v
		return y
	}
	zero := with(0)
	clear(zero.Row(9))
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, c := range map[string]struct {
		x, q mat.Matrix
		o    Options
		k    int
		want error
	}{
		"no vectors":  {nil, x, Options{}, 1, ErrEmpty},
		"no rows":     {dense.Matrix{}, x, Options{}, 1, ErrEmpty},
		"no queries":  {x, nil, Options{}, 1, ErrEmpty},
		"NaN":         {with(nan), x, Options{}, 1, ErrNotFinite},
		"Inf":         {with(inf), x, Options{Metric: Dot}, 1, ErrNotFinite},
		"NaN asked":   {x, with(nan), Options{}, 1, ErrNotFinite},
		"zeros":       {zero, x, Options{}, 1, ErrZeroRow},
		"zeros, dot":  {zero, x, Options{Metric: Dot}, 1, nil},
		"zeros asked": {x, zero, Options{}, 1, ErrZeroRow},
		"K 0":         {x, x, Options{}, 0, ErrOption},
		"K -1":        {x, x, Options{}, -1 << 58, ErrOption},
		"K 2^58":      {x, x, Options{}, 1 << 58, nil},
		"threads":     {x, x, Options{Threads: 1 << 58}, 3, nil},
		"metric":      {x, x, Options{Metric: 9}, 1, ErrMetric},
		"kind":        {x, x, Options{Kind: 9}, 1, ErrOption},
		"other width": {x, cloud(3, 5, 1, true), Options{}, 1, ErrShape},
	} {
		for kind := range map[Kind]bool{c.o.Kind: true, max(c.o.Kind, Int8): true, max(c.o.Kind, Binary): true} {
			o := c.o
			o.Kind = kind
			ix, err := New(t.Context(), c.x, o)
			if err == nil {
				_, err = ix.Search(t.Context(), c.q, Query{K: c.k})
			}
			if !errors.Is(err, c.want) {
				t.Errorf("%s, %v: %v, want %v", name, kind, err, c.want)
			}
			if _, err := TopK(t.Context(), c.x, c.q, c.k, o); !errors.Is(err, c.want) {
				t.Errorf("%s, %v, TopK: %v, want %v", name, kind, err, c.want)
			}
		}
	}
	ix, err := New(t.Context(), x, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var none context.Context
	if _, err := ix.Search(none, x, Query{K: 1}); !errors.Is(err, estimator.ErrNilContext) {
		t.Errorf("no context: %v", err)
	}
	for _, w := range []Query{{K: 1, Rescore: -1}, {K: 1 << 58, Rescore: 1 << 58, Vectors: x}} {
		_, err := ix.Search(t.Context(), x, w)
		if w.Rescore < 0 != errors.Is(err, ErrOption) {
			t.Errorf("%+v: %v", w, err)
		}
	}
	if _, err := ix.Search(t.Context(), x, Query{K: 1, Vectors: cloud(49, 4, 1, true)}); !errors.Is(err, ErrShape) {
		t.Errorf("vectors of other rows: %v", err)
	}
	boom := errors.New("boom")
	if v := func() (v any) {
		defer func() { v = recover() }()
		_, _ = ix.Search(t.Context(), x, Query{K: 1, Filter: func(int) bool { panic(boom) }})
		return nil
	}(); v != any(boom) {
		t.Errorf("a filter's panic: %v", v)
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{50000, 1000000} {
		x, q := cloud(n, 384, 1, true), cloud(1, 384, 2, true)
		for _, kind := range []Kind{Float32, Int8, Binary} {
			for _, threads := range []int{1, 2} {
				ix, err := New(b.Context(), x, Options{Kind: kind, Threads: threads})
				if err != nil {
					b.Fatal(err)
				}
				b.Run(fmt.Sprintf("n=%d/%v/threads=%d", n, kind, threads), func(b *testing.B) {
					for b.Loop() {
						if _, err := ix.Search(b.Context(), q, Query{K: 10}); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
		b.Run(fmt.Sprintf("n=%d/TopK/threads=1", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := TopK(b.Context(), x, q, 10, Options{Threads: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

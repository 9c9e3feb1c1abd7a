package pipeline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/knn"
	"github.com/seed-56ee9438/cohort/internal/vector"
)

// groups returns each points around each of k random directions, of length 1,
// [k*each, dim], and the direction of each.
func groups(seed uint64, k, each, dim int, spread float64) (dense.Rows[float32], []int) {
	r := rand.New(rand.NewPCG(seed, 5))
	x := dense.New[float32](k*each, dim)
	of := make([]int, k*each)
	for c := range k {
		centre := make([]float64, dim)
		for j := range centre {
			centre[j] = r.NormFloat64()
		}
		for i := range each {
			n := c*each + i
			of[n] = c
			for j := range dim {
				x.Row(n)[j] = float32(centre[j] + spread*r.NormFloat64())
			}
			_ = vector.Unit(x.Row(n), x.Row(n))
		}
	}
	return x, of
}

// TestChooseFindsGroups: the number of groups and the groups, whatever their
// number.
func TestChooseFindsGroups(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, each, dim int
		spread       float64
	}{{2, 100, 30, 0.8}, {4, 60, 30, 0.8}, {9, 40, 30, 0.8}, {20, 25, 40, 0.6}} {
		x, truth := groups(uint64(c.k), c.k, c.each, c.dim, c.spread)
		choice, err := Auto{}.Choose(t.Context(), dense.Matrix{Rows: x}, nil)
		if err != nil {
			t.Fatal(err)
		}
		k := choice.Candidates[choice.Best].K
		if float64(k) < 0.8*float64(c.k) || float64(k) > 1.25*float64(c.k) {
			t.Errorf("%d groups: %s", c.k, choice.Reason)
		}
		p, err := Auto{}.Cluster(t.Context(), dense.Matrix{Rows: x})
		if err != nil {
			t.Fatal(err)
		}
		if a, err := eval.ARI(truth, p.Assignments()); err != nil || a < 0.85 {
			t.Errorf("%d groups: adjusted Rand index %.2f, %v: %s", c.k, a, err, choice.Reason)
		}
	}
}

// TestChooseAtAnyLength: lengths do not count, not even those beyond float32's
// range.
func TestChooseAtAnyLength(t *testing.T) {
	t.Parallel()
	x, _ := groups(3, 3, 20, 12, 0.3)
	want, err := Auto{}.Choose(t.Context(), mat.DenseCopyOf(dense.Matrix{Rows: x}), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, power := range []int{-300, 300} {
		y := mat.NewDense(x.Len, x.Dim, nil)
		y.Apply(func(_, _ int, v float64) float64 { return math.Ldexp(v, power) }, dense.Matrix{Rows: x})
		got, err := Auto{}.Choose(t.Context(), y, nil)
		if err != nil {
			t.Errorf("2^%d: %v", power, err)
		} else if got.Candidates[got.Best].K != want.Candidates[want.Best].K {
			t.Errorf("2^%d: %s, want %s", power, got.Reason, want.Reason)
		}
	}
}

// TestChooseSaysWhy: candidates ascend within what was asked for, the edge is
// told, and the same seed gives the same choice for any number of threads.
func TestChooseSaysWhy(t *testing.T) {
	t.Parallel()
	x, _ := groups(3, 12, 25, 20, 0.5)
	var first *Choice
	for _, threads := range []int{1, 3} {
		c, err := Auto{KMin: 3, KMax: 6, Seed: 4, Threads: threads}.Choose(t.Context(), dense.Matrix{Rows: x}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var ks []int
		for _, tried := range c.Candidates {
			ks = append(ks, tried.K)
		}
		if !slices.Equal(ks, []int{3, 4, 5, 6}) || c.Reduce == nil || cluster.Wanted(c.Clusterer) != ks[c.Best] {
			t.Fatalf("%v of %v, reduced by %v", cluster.Wanted(c.Clusterer), ks, c.Reduce)
		}
		if edge := strings.Contains(c.Reason, "number tried, and"); edge != (c.Best == 3 || c.Best == 0) {
			t.Errorf("the choice of %d: %s", ks[c.Best], c.Reason)
		}
		if first == nil {
			first = c
		} else if c.Reason != first.Reason || !slices.Equal(c.Candidates, first.Candidates) {
			t.Errorf("%d threads: %s, not %s", threads, c.Reason, first.Reason)
		}
	}
}

// TestRank: of scores that are as good as the best the middle one is taken, a peak
// is taken itself, and without any score the first, which says so.
func TestRank(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		product []float64 // of the scores of 2, 3, 4, ... clusters
		want    int
		says    string
	}{
		{"a peak", []float64{1, 2, 8, 2, 1}, 4, "k = 4 has the best score"},
		{"a plateau", []float64{1, 6, 6, 6.01, 6, 6, 6, 6, 6, 1, 1}, 6, "is in the middle of 6 numbers within 5 % of the best score"},
		{"two hills", []float64{1, 8, 8, 8, 1, 1, 8, 8, 8.01, 1}, 9, "has the best score"},
		{"nothing", []float64{0, 0, 0, 0}, 2, "may be no clusters"},
		{"less than nothing", []float64{-1, -2, -1}, 2, "may be no clusters"},
	} {
		var got Choice
		for i, p := range c.product {
			got.Candidates = append(got.Candidates, Candidate{K: 2 + i, Silhouette: p / 10, Smoothed: 1, Agreement: 1, Neighbors: 1})
		}
		got.rank()
		got.explain()
		if k := got.Candidates[got.Best].K; k != c.want || !strings.Contains(got.Reason, c.says) || strings.Contains(got.Reason, fmt.Sprintf("; k = %d has", k)) {
			t.Errorf("%s: %d, want %d: %s", c.name, k, c.want, got.Reason)
		}
	}
	// Before two clusters comes one, without a score; before others there may be any.
	for k, want := range map[int]float64{2: 0.75, 3: 1} {
		c := Choice{Candidates: []Candidate{{K: k, Silhouette: 0.5, Smoothed: 0.5, Agreement: 0.6, Neighbors: 0.5}}}
		if c.rank(); math.Abs(c.Candidates[0].Score-want*0.5*0.5*0.6*0.5) > 1e-12 {
			t.Errorf("the score of %d clusters is %g", k, c.Candidates[0].Score)
		}
	}
}

func TestRungs(t *testing.T) {
	t.Parallel()
	for n, most := range map[int]int{30: 10, 40: 10, 50: 10, 60: 12, 123: 24, 1000: usualMost, 100000: usualMost} {
		a, err := Auto{}.check(n)
		if err != nil {
			t.Fatal(err)
		}
		ks := a.rungs()
		if ks[0] != 2 || ks[len(ks)-1] != most || len(ks) > 25 || !slices.IsSorted(ks) || len(slices.Compact(slices.Clone(ks))) != len(ks) {
			t.Errorf("%d points: %v", n, ks)
		}
	}
	if ks := (Auto{KMin: 7, KMax: 7}).rungs(); !slices.Equal(ks, []int{7}) {
		t.Errorf("one number: %v", ks)
	}
}

// TestSmallGroups: of few points in many groups, groups smaller than the most
// neighbours are found, and not drawn together.
func TestSmallGroups(t *testing.T) {
	t.Parallel()
	for _, k := range []int{6, 12} {
		x, of := groups(6, k, 8, 30, 0.7)
		a := Auto{Seed: 1}
		c, err := a.Choose(t.Context(), dense.Matrix{Rows: x}, nil)
		if err != nil {
			t.Fatal(err)
		}
		p, err := a.Cluster(t.Context(), dense.Matrix{Rows: x})
		if err != nil {
			t.Fatal(err)
		}
		ari, err := eval.ARI(of, p.Assignments())
		if found := c.Candidates[c.Best].K; err != nil || ari < 0.8 || found < k-1 || found > k+1 {
			t.Errorf("%d groups of 8 points: %d, adjusted Rand index %.2f, %v", k, found, ari, err)
		}
	}
	for n, want := range map[int]int{3: 2, 20: 3, 150: 3, 320: 8, 600: 15, 100000: 15} {
		if got := near(n); got != want {
			t.Errorf("%d points: %d neighbours, want %d", n, got, want)
		}
	}
}

// TestChooseRefuses: what cannot be honoured is a typed error.
func TestChooseRefuses(t *testing.T) {
	t.Parallel()
	x, _ := groups(1, 2, 40, 10, 0.5)
	zeros, wrong := dense.New[float32](80, 10), dense.New[float32](80, 10)
	for i := range 80 {
		copy(zeros.Row(i), x.Row(i))
		copy(wrong.Row(i), x.Row(i))
	}
	clear(zeros.Row(7))
	wrong.Row(79)[3] = float32(math.NaN())
	cancelled, cancel := context.WithCancelCause(t.Context())
	boom := errors.New("boom")
	cancel(boom)
	for _, c := range []struct {
		name string
		ctx  context.Context
		a    Auto
		x    dense.Rows[float32]
		want error
	}{
		{"few points", t.Context(), Auto{}, x.Slice(0, Fewest-1), cluster.ErrTooFewPoints},
		{"no points", t.Context(), Auto{}, dense.Rows[float32]{}, cluster.ErrEmpty},
		{"zeros", t.Context(), Auto{}, zeros, cluster.ErrZeroRow},
		{"NaN", t.Context(), Auto{}, wrong, cluster.ErrNotFinite},
		{"one cluster", t.Context(), Auto{KMin: 1}, x, cluster.ErrOption},
		{"negative", t.Context(), Auto{KMin: -3}, x, cluster.ErrOption},
		{"most below least", t.Context(), Auto{KMin: 5, KMax: 4}, x, cluster.ErrOption},
		{"more than the points allow", t.Context(), Auto{KMax: 41}, x, cluster.ErrOption},
		{"negative starts", t.Context(), Auto{NInit: -1}, x, cluster.ErrOption},
		{"no context", nil, Auto{}, x, cluster.ErrNilContext},
		{"cancelled", cancelled, Auto{}, x, boom},
	} {
		if got, err := c.a.Choose(c.ctx, dense.Matrix{Rows: c.x}, nil); !errors.Is(err, c.want) || got != nil {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

// TestNilIsAnError: so is no matrix, to both methods.
func TestNilIsAnError(t *testing.T) {
	t.Parallel()
	if c, err := (Auto{}).Choose(t.Context(), nil, nil); !errors.Is(err, cluster.ErrEmpty) || c != nil {
		t.Errorf("Choose: %v", err)
	}
	if p, err := (Auto{}).Cluster(t.Context(), nil); !errors.Is(err, cluster.ErrEmpty) || p != nil {
		t.Errorf("Cluster: %v", err)
	}
}

// TestOneNumber: a number that was asked for is kept, with few points as well,
// where nothing is smoothed.
func TestOneNumber(t *testing.T) {
	t.Parallel()
	x, _ := groups(2, 4, 30, 10, 0.3)
	for _, n := range []int{120, Fewest - 1} {
		c, err := Auto{KMin: 3, KMax: 3}.Choose(t.Context(), dense.Matrix{Rows: x.Slice(0, n)}, nil)
		if err != nil || cluster.Wanted(c.Clusterer) != 3 || (c.Reduce != nil) != (n >= Fewest) || !strings.Contains(c.Reason, "asked for") {
			t.Errorf("%d points: %+v, %v", n, c, err)
		}
	}
}

// TestScores: the silhouette is that of package eval, and neighbours of separate
// groups are together.
func TestScores(t *testing.T) {
	t.Parallel()
	x, of := groups(5, 3, 20, 8, 1)
	of[0], of[1] = 3, 3 // two of another group
	of[2] = 4           // alone
	all := make([]int, x.Len)
	for i := range all {
		all[i] = i
	}
	for _, metric := range []eval.Metric{eval.Euclidean, eval.Cosine} {
		d, err := distances(t.Context(), x, all, metric == eval.Cosine, 0)
		if err != nil {
			t.Fatal(err)
		}
		want, err := eval.Silhouette(dense.Matrix{Rows: x}, of, metric)
		if got := silhouette(d, of, 5); err != nil || math.Abs(got-want) > 1e-5 {
			t.Errorf("%v: %g, want %g (%v)", metric, got, want, err)
		}
	}
	tight, of := groups(5, 3, 20, 8, 0.01)
	g, err := knn.Exact(t.Context(), tight, 5, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := together(g, of, 3); math.Abs(got-2./3) > 1e-9 {
		t.Errorf("three groups apart: %g", got)
	}
	if got := together(g, make([]int, x.Len), 1); got != 0 {
		t.Errorf("one cluster: %g", got)
	}
}

func BenchmarkChoose(b *testing.B) {
	x, _ := groups(1, 10, 200, 384, 1)
	for b.Loop() {
		if _, err := (Auto{}).Choose(b.Context(), dense.Matrix{Rows: x}, nil); err != nil {
			b.Fatal(err)
		}
	}
}

package cluster

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// TestStartsCountWeights: of points of which one weighs more than all others
// together by far, each way to start takes that one, be there one centre or more.
func TestStartsCountWeights(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(71, 1))
	const n, heavy = 2000, 1234
	x := blobs(rng, n, 3, 1, 1)
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = 1
	}
	weights[heavy] = 1e9
	p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, init := range []InitMethod{PlusPlus, Parallel, Random} {
		for _, k := range []int{1, 3} {
			for seed := range uint64(10) {
				m := KMeans{K: k, Init: init, Weights: weights, Threads: 1}
				start, err := m.start(t.Context(), p, rand.New(rand.NewPCG(seed, 0)))
				if err != nil {
					t.Fatal(err)
				}
				found := false
				for j := range k {
					found = found || mat.Equal(mat.NewVecDense(3, start.Row(j)), x.RowView(heavy))
				}
				if !found {
					t.Errorf("init %d, k = %d, seed %d: the heavy point is no centre", init, k, seed)
				}
			}
		}
	}
}

// TestGaugeCountsWeights compares the sums of weight × squared distance to the
// nearest centre, and which candidate leaves the least, with their definitions.
func TestGaugeCountsWeights(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(71, 2))
	differ := 0
	for range 60 {
		n := 300 + rng.IntN(300)
		x := blobs(rng, n, 2, 4, 1)
		weights := make([]float64, n)
		for i := range weights {
			weights[i] = math.Exp(3 * rng.NormFloat64())
		}
		p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
		if err != nil {
			t.Fatal(err)
		}
		g := newSeedDistances(p, weights, 1)
		rows := []int{0, 1, 2, 3, 4}
		if err := g.measure(t.Context(), rows, 0); err != nil {
			t.Fatal(err)
		}
		if err := g.take(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		left := func(candidate int, weigh bool) float64 {
			s := 0.0
			for i := range n {
				w := 1.0
				if weigh {
					w = weights[i]
				}
				s += w * min(p.squared(i, p, 0), p.squared(i, p, candidate))
			}
			return s
		}
		if want := left(0, true) * p.scale * p.scale; math.Abs(g.total-want) > 1e-5*want {
			t.Fatalf("the sum is %v, want %v", g.total, want)
		}
		var trial []candidate
		best, plain := 1, 1
		for c := 1; c < 5; c++ {
			trial = append(trial, candidate{row: c, column: c})
			if left(c, true) < left(best, true) {
				best = c
			}
			if left(c, false) < left(plain, false) {
				plain = c
			}
		}
		if best != plain {
			differ++
		}
		if got, err := g.best(t.Context(), trial); err != nil || got.row != best {
			t.Fatalf("candidate %d is best, want %d (%v)", got.row, best, err)
		}
	}
	if differ == 0 {
		t.Error("weights never mattered")
	}
}

// TestPlusPlusDrawsLater compares how often three centres are chosen together
// with the chances by definition, each draw made anew: candidates that were
// drawn before the second centre was there must not show.
func TestPlusPlusDrawsLater(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs of one goroutine")
	}
	t.Parallel()
	at := []float64{0, 1, 3, 7, 8, 20}
	n := len(at)
	const trials = 3 // 2 + floor(ln 3)
	near := func(chosen []int) (d []float64, total float64) {
		d = make([]float64, n)
		for i := range d {
			d[i] = math.Inf(1)
			for _, c := range chosen {
				d[i] = min(d[i], (at[i]-at[c])*(at[i]-at[c]))
			}
			total += d[i]
		}
		return d, total
	}
	want := map[[3]int]float64{}
	var step func(chosen []int, chance float64)
	step = func(chosen []int, chance float64) {
		if len(chosen) == 3 {
			want[[3]int(chosen)] += chance
			return
		}
		d, total := near(chosen)
		for draw := range n * n * n {
			p, best, least := chance, -1, math.Inf(1)
			for v := range trials {
				i := draw / []int{1, n, n * n}[v] % n
				p *= d[i] / total
				if _, s := near(append(chosen[:len(chosen):len(chosen)], i)); s < least {
					best, least = i, s
				}
			}
			if p > 0 {
				step(append(chosen[:len(chosen):len(chosen)], best), p)
			}
		}
	}
	for first := range n {
		step([]int{first}, 1/float64(n))
	}
	p, err := newPoints(t.Context(), "", "", mat.NewDense(n, 1, at), Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	const runs = 30000
	got := map[[3]int]float64{}
	for seed := range uint64(runs) {
		c, err := plusPlus(t.Context(), p, nil, 3, 1, rand.New(rand.NewPCG(seed, 9)))
		if err != nil {
			t.Fatal(err)
		}
		got[[3]int(c)] += 1.0 / runs
	}
	for c, w := range want {
		if math.Abs(got[c]-w) > 5*math.Sqrt(w/runs)+1e-4 { // five standard deviations
			t.Errorf("centres %v in %.4f of the runs, want %.4f", c, got[c], w)
		}
	}
}

// TestTolSeesNoScale: Tol is a part of the points' variance, so that in another
// unit a run ends after as many rounds.
func TestTolSeesNoScale(t *testing.T) {
	t.Parallel()
	x := blobs(rand.New(rand.NewPCG(71, 3)), 900, 4, 3, 3)
	fit := func(scale, tol float64) int {
		y := mat.NewDense(900, 4, nil)
		y.Scale(scale, x)
		r, err := KMeans{K: 9, Seed: 3, Tol: tol}.Fit(t.Context(), y)
		if err != nil {
			t.Fatal(err)
		}
		return r.NIter
	}
	want := fit(1, 1e-2)
	if all := fit(1, -1); all <= want {
		t.Fatalf("%d rounds with Tol, %d without", want, all)
	}
	for _, scale := range []float64{0x1p-10, 0x1p10} {
		if got := fit(scale, 1e-2); got != want {
			t.Errorf("%d rounds at scale %v, %d at 1", got, scale, want)
		}
	}
}

// TestEmptyClusterTakesTheWholePoint: a centre without points takes the farthest
// one with all its weight.
func TestEmptyClusterTakesTheWholePoint(t *testing.T) {
	t.Parallel()
	r, err := KMeans{
		Centers: mat.NewDense(2, 1, []float64{0.5, 1000}), MaxIter: 1, Weights: []float64{1, 1, 3},
	}.Fit(t.Context(), mat.NewDense(3, 1, []float64{0, 1, 10}))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := r.Centers.At(0, 0), r.Centers.At(1, 0); a != 0.5 || b != 10 {
		t.Errorf("centres %v and %v, want 0.5 and 10", a, b)
	}
}

// TestInertiaOfTightGroups: where groups are tiny beside their distances from
// the origin, the inertia keeps its digits.
func TestInertiaOfTightGroups(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(71, 4))
	const n, d = 600, 5
	x := dense.New[float32](n, d)
	for i := range n {
		for j := range d {
			x.Row(i)[j] = float32([]float64{-900, 700}[i%2] + rng.NormFloat64()*0x1p-10)
		}
	}
	start := mat.NewDense(2, d, nil)
	for i := range 2 {
		for j, v := range x.Row(i) {
			start.Set(i, j, float64(v))
		}
	}
	r, err := KMeans{Centers: start}.Fit(t.Context(), dense.Matrix{Rows: x})
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0
	for i, l := range r.Labels {
		for j, v := range x.Row(i) {
			e := float64(v) - r.Centers.At(l, j)
			want += e * e
		}
	}
	if !(math.Abs(r.Inertia-want) <= 1e-11*want) {
		t.Errorf("inertia %v, want %v", r.Inertia, want)
	}
}
